"""How long programs of this machine had to wait for a processor, so that a figure taken under load can be read.

A delay while nothing waited is the server's; one while something always waited says nothing about it. The kernel counts
this (pressure stall information, Linux 4.20); where it does not, nothing is taken off.
"""

import asyncio
import time
from bisect import bisect_left, bisect_right
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

COUNTER = Path("/proc/pressure/cpu")
EVERY_SECONDS = 0.1


class Pressure:
    """Samples of the kernel's counter over time."""

    def __init__(self) -> None:
        self._times: list[float] = []
        self._totals: list[float] = []

    def note(self, at: float, total: float) -> None:
        """Since the machine started something has waited for ``total`` seconds; ``at`` is monotonic seconds."""
        self._times.append(at)
        self._totals.append(total)

    def stalled(self, since: float, until: float) -> float:
        """How many seconds of a time something waited: of all that the samples around it span."""
        if not self._times:
            return 0.0
        first = max(0, bisect_right(self._times, since) - 1)
        last = min(len(self._times) - 1, bisect_left(self._times, until))
        return self._totals[last] - self._totals[first]

    def beyond(self, since: float, until: float) -> float:
        """What is left of a delay without the time in which something waited."""
        return max(0.0, until - since - self.stalled(since, until))


@asynccontextmanager
async def watched() -> AsyncIterator[Pressure]:
    """Sampled while the block runs."""
    made = Pressure()

    async def watch() -> None:
        while True:
            made.note(time.monotonic(), _total())
            await asyncio.sleep(EVERY_SECONDS)

    task = asyncio.create_task(watch())
    try:
        yield made
        made.note(time.monotonic(), _total())
    finally:
        task.cancel()


def _total() -> float:
    try:
        some = COUNTER.read_text().splitlines()[0]
        return int(some.rpartition("total=")[2]) / 1e6
    except (OSError, ValueError, IndexError):
        return 0.0
