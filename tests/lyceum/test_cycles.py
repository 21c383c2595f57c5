"""The cycle collector's long walks wait for a calm moment, but not for ever."""

import asyncio
import gc
import weakref

import pytest

from lyceum import cycles
from lyceum.cycles import CALM, ENOUGH, PATIENCE_SECONDS, REST, TOO_MANY, Walks, collecting_when_calm


def test_a_calm_process_walks_as_soon_as_it_is_worth_it() -> None:
    walks = Walks(0.0)
    assert not walks.is_due(ENOUGH - 1, 0.0, 1.0)
    assert walks.is_due(ENOUGH, 0.0, 1.0)


def test_a_busy_one_waits_for_calm_for_a_minute() -> None:
    walks = Walks(0.0)
    assert not walks.is_due(ENOUGH, CALM, PATIENCE_SECONDS - 1)
    assert walks.is_due(ENOUGH, CALM, PATIENCE_SECONDS)
    walks.walked(PATIENCE_SECONDS, PATIENCE_SECONDS + 0.1)
    assert not walks.is_due(ENOUGH, CALM, PATIENCE_SECONDS + 1)


def test_so_many_objects_are_not_waited_for() -> None:
    assert Walks(0.0).is_due(TOO_MANY, 1.0, 1.0)


def test_walks_take_a_hundredth_of_the_time_at_most() -> None:
    walks = Walks(0.0)
    walks.walked(1.0, 1.1)
    assert not walks.is_due(ENOUGH, 0.0, 1.1 + REST * 0.1 - 0.01)
    assert walks.is_due(ENOUGH, 0.0, 1.1 + REST * 0.1 + 0.01)


class Knot:
    """Holds itself."""

    def __init__(self) -> None:
        self.me = self


class Load:
    """As handed to the collector: what it is told, and that it asked."""

    def __init__(self) -> None:
        self.share = 1.0
        self._asked = asyncio.Event()

    def __call__(self) -> float:
        self._asked.set()
        return self.share

    async def asked(self) -> None:
        self._asked.clear()
        await asyncio.wait_for(self._asked.wait(), 10)


async def test_an_old_cycle_is_found_when_it_is_calm_and_not_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cycles, "LOOK_SECONDS", 0.01)
    before, load, gone = gc.get_threshold(), Load(), asyncio.Event()
    async with collecting_when_calm(load):
        knot = Knot()
        old = weakref.ref(knot, lambda _: gone.set())
        gc.collect(1)  # what is alive now is old
        del knot
        for _ in range(ENOUGH):
            gc.collect(1)
        for _ in range(3):
            await load.asked()
        assert old() is not None
        load.share = 0.0
        await asyncio.wait_for(gone.wait(), 10)
    assert gc.get_threshold() == before
    assert not gc.get_freeze_count()
