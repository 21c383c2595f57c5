"""When the cycle collector walks everything: at a calm moment.

Everything a process with 8,000 people holds is walked in 50 to 140 ms, and nobody is answered meanwhile. Left alone the
collector does so when many new objects have lived for a while: while a school joins, or types its first letters. What
it finds are the cycles of connections that closed; they can wait. Young objects are looked at as ever.
"""

import gc
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from lyceum.memory import keep_imports
from lyceum.tasks import background
from realtime.beat import beat

LOOK_SECONDS = 1.0
ENOUGH = 10
"""Collections of the young after which the old are worth a walk (the collector's own measure),"""
TOO_MANY = 300
"""and after which it does not wait for calm: some two million objects came to stay."""
CALM = 0.3
"""Share of a core below which a pause meets hardly anybody."""
REST = 100
"""Times a walk's length that pass before the next for calm's sake alone."""
PATIENCE_SECONDS = 60.0
"""A process that is never calm walks so often."""
_NEVER = 1 << 30


class Walks:
    """Decides on the next walk. Times are monotonic seconds."""

    __slots__ = ("_last", "_rest_until")

    def __init__(self, now: float) -> None:
        self._last = now
        self._rest_until = now

    def is_due(self, young: int, load: float, now: float) -> bool:
        """After ``young`` collections of the young, in a process that is busy for a share ``load`` of the time."""
        if young < ENOUGH:
            return False
        calm = load < CALM and now >= self._rest_until
        return calm or young >= TOO_MANY or now - self._last >= PATIENCE_SECONDS

    def walked(self, began: float, now: float) -> None:
        self._last = now
        self._rest_until = now + REST * (now - began)


@asynccontextmanager
async def collecting_when_calm(load: Callable[[], float]) -> AsyncIterator[None]:
    """While the body runs, old objects are looked through when ``load()`` is small. To be entered when what lives as
    long as the process is there."""
    keep_imports()
    thresholds = gc.get_threshold()
    gc.set_threshold(thresholds[0], thresholds[1], _NEVER)
    try:
        async with background(_walk(load)):
            yield
    finally:
        gc.set_threshold(*thresholds)
        gc.unfreeze()


async def _walk(load: Callable[[], float]) -> None:
    walks = Walks(time.monotonic())
    while True:
        await beat(LOOK_SECONDS)
        began = time.monotonic()
        if walks.is_due(gc.get_count()[2], load(), began):
            gc.collect()
            walks.walked(began, time.monotonic())
