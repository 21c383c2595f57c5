"""An event loop whose time is driven by hand: when nothing is ready, time jumps to the next timer.

Nothing sleeps for real, nothing depends on the machine's speed, and the same seed gives the same order of everything.
No file descriptors are watched: what runs here talks through memory.
"""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

START = 1_000_000.0


class Stuck(AssertionError):
    """Nothing is ready and no timer stands: whoever is waited for will never come."""


class _NoSelector:
    """A selector that watches nothing and moves time instead of waiting."""

    def __init__(self, loop: "VirtualLoop") -> None:
        self._loop = loop

    def select(self, timeout: float | None = None) -> list[Any]:
        if timeout is None:
            raise Stuck("every task waits and no timer stands")
        if timeout > 0:
            self._loop.now = max(self._loop.now, self._loop.next_timer())
        return []

    def close(self) -> None:
        pass


class VirtualLoop(asyncio.BaseEventLoop):
    """See the module's docstring. ``monotonic`` and ``wall`` make it a `realtime.clock.Clock`."""

    def __init__(self) -> None:
        super().__init__()
        self.now = START
        self._selector = _NoSelector(self)
        self._clock_resolution = 1e-9
        self.set_debug(False)

    def time(self) -> float:
        return self.now

    monotonic = time
    wall = time

    def next_timer(self) -> float:
        """When the next timer that stands is due."""
        scheduled: list[asyncio.TimerHandle] = self._scheduled  # type: ignore[attr-defined]
        return scheduled[0].when() if scheduled else self.now

    def _process_events(self, event_list: list[Any]) -> None:
        pass

    def _write_to_self(self) -> None:
        pass


def run_virtual(work: Coroutine[Any, Any, T]) -> T:
    """Run ``work`` to its end in virtual time."""
    loop = VirtualLoop()
    try:
        return loop.run_until_complete(work)
    finally:
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()
