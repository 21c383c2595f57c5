"""Time is handed in: a real clock for the shells, a hand-driven one for tests and simulation."""

import time
from typing import Protocol


class Clock(Protocol):
    """Two readings of time, both in seconds."""

    def monotonic(self) -> float:
        """Seconds since an arbitrary start; never goes back. For intervals and deadlines."""
        ...

    def wall(self) -> float:
        """Unix time. For what people read and for token expiry."""
        ...


class SystemClock:
    """The machine's clocks. Asked several times an edit, so that nothing stands between the caller and the system."""

    monotonic = staticmethod(time.monotonic)
    wall = staticmethod(time.time)


class ManualClock:
    """A clock that stands still until `advance` moves it."""

    def __init__(self, start: float = 1_000_000.0) -> None:
        self._now = start

    def monotonic(self) -> float:
        return self._now

    def wall(self) -> float:
        return self._now

    def advance(self, seconds: float) -> None:
        """Move time forward by ``seconds`` (never back)."""
        if seconds < 0:
            raise ValueError("time does not go back")
        self._now += seconds
