"""How often a node looks after what is due."""

import asyncio

from media.pace import CALM_TICKS, MOST_TICKS, TICK_SECONDS, Pace


class Hand:
    """A clock moved by hand."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


async def test_it_says_how_many_ticks_have_passed_and_never_none() -> None:
    clock = Hand()
    pace = Pace(clock)
    clock.now = 0.1
    assert await pace.next(empty=False, urgent=True) == CALM_TICKS
    assert await pace.next(empty=False, urgent=True) == 1
    clock.now = 100.0
    assert await pace.next(empty=False, urgent=True) == MOST_TICKS, "a loop that stood still is not made up for at once"


async def test_who_hurries_wakes_it_and_only_once() -> None:
    clock = Hand()
    pace = Pace(clock)
    waiting = asyncio.create_task(pace.next(empty=True, urgent=False))
    await asyncio.sleep(0)
    timers: list[float] = []
    loop = asyncio.get_running_loop()
    later = loop.call_later
    loop.call_later = lambda delay, *rest: timers.append(delay) or later(0, *rest)  # type: ignore[method-assign]
    try:
        pace.hurry()
        pace.hurry()
        assert await waiting == 1
        assert timers == [TICK_SECONDS]
        await pace.next(empty=False, urgent=False)
        assert timers[-1] == TICK_SECONDS * CALM_TICKS, "and calm again"
        pace.hurry()
        await pace.next(empty=False, urgent=False)
        assert timers[-1] == TICK_SECONDS, "what hurried before it waited counts too"
    finally:
        loop.call_later = later  # type: ignore[method-assign]
