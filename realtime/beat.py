"""Loops that look after things, all at the same moments.

A process that was asleep pays some 100 us to wake, however little it then does: twenty loops with a timer each cost a
server with nothing to do a percent of a core. So they meet: whoever wants to look once a second does so at the same
moment as everybody else in the process, and whoever does so twice a second at every second one of theirs.
"""

import asyncio
from contextvars import ContextVar

PHASE: ContextVar[float] = ContextVar("phase", default=0.0)
"""Seconds by which the moments of what is started from here are moved, so that processes of one machine do not all wake
at once."""
SOONEST = 0.25
"""Share of the time asked for below which the next moment is too near, and the one after it is taken."""


def until(seconds: float) -> float:
    """How long it is to the next common moment of loops that look every ``seconds``."""
    left = seconds - (asyncio.get_running_loop().time() + PHASE.get()) % seconds
    return left if left > SOONEST * seconds else left + seconds


async def beat(seconds: float) -> None:
    """Sleep until the next common moment of loops that look every ``seconds``."""
    await asyncio.sleep(until(seconds))


async def beat_or(seconds: float, hurry: asyncio.Event) -> None:
    """`beat`, cut short when ``hurry`` is set."""
    loop = asyncio.get_running_loop()
    timer = loop.call_later(until(seconds), hurry.set)
    try:
        await hurry.wait()
    finally:
        timer.cancel()
        hurry.clear()
