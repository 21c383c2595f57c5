"""When a node looks after what is due: every 20 ms while something is missing, five times more seldom else.

Fifty wake-ups a second cost more than what they find to do while nothing is lost, which is most of the time.
"""

import asyncio
from collections.abc import Callable

from realtime.beat import until

TICK_SECONDS = 0.02
CALM_TICKS = 5
"""Ticks between two looks while nothing is missing."""
IDLE_SECONDS = 0.5
"""While nobody is here: the documents in the same process can have the core."""
MOST_TICKS = 25
"""What a loop that was kept busy makes up for at once."""


class Pace:
    """`next` waits and says how many ticks have passed; `hurry` has it return within one tick."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._at = clock()
        self._waiting: asyncio.Future[None] | None = None
        self._hurried = False

    async def next(self, *, empty: bool, urgent: bool) -> int:
        """Sleep for as long as can be; at least 1."""
        loop = asyncio.get_running_loop()
        seconds = TICK_SECONDS * (1 if urgent or self._hurried else CALM_TICKS)
        waiting = self._waiting = loop.create_future()
        timer = loop.call_later(until(IDLE_SECONDS) if empty else seconds, _wake, waiting)
        try:
            await waiting
        finally:
            timer.cancel()
            self._waiting = None
        self._hurried = False
        now = self._clock()
        passed = max(1, min(MOST_TICKS, round((now - self._at) / TICK_SECONDS)))
        self._at = now
        return passed

    def hurry(self) -> None:
        """Something is due soon."""
        if self._hurried:
            return
        self._hurried = True
        if self._waiting is not None:
            asyncio.get_running_loop().call_later(TICK_SECONDS, _wake, self._waiting)


def _wake(waiting: "asyncio.Future[None]") -> None:
    if not waiting.done():
        waiting.set_result(None)
