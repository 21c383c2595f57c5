"""Small scenarios against a live class: everything that was sent is accounted for, at every door."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from random import Random
from typing import Any

import pytest

from loadtests.collab.crowd import LoadError
from loadtests.collab.doors import Door, HocuspocusDoor, NativeDoor, YjsDoor
from loadtests.collab.essay import write
from loadtests.collab.run import Target, play
from loadtests.collab.scenarios import SCENARIOS, Scenario, changed
from realtime.limits import Limits
from realtime.roles import Role
from tests.interop.live_class import LiveClass, live_class

DOORS = [YjsDoor(), HocuspocusDoor(), NativeDoor()]
IDS = ["yjs", "hocuspocus", "native"]


@pytest.fixture(autouse=True)
def _quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("loadtests.collab.run.SETTLE_SECONDS", 0.05)


@pytest.fixture
async def live() -> AsyncIterator[LiveClass]:
    async with live_class(limits=Limits(outbox_bytes=64 * 1024)) as running:
        yield running


async def played(live: LiveClass, door: Door, scenario: Scenario, role: Role = Role.STUDENT) -> dict[str, Any]:
    target = Target("127.0.0.1", live.port, door, live.token(role=role))
    return await asyncio.to_thread(play, scenario, target, write(3_000, Random(1)))


@pytest.mark.parametrize("door", DOORS, ids=IDS)
@pytest.mark.parametrize("together", [False, True])
async def test_every_edit_reaches_everybody_else(live: LiveClass, door: Door, together: bool) -> None:
    scenario = Scenario("t", "text", 4, rooms=2, writers=3, rate=20, seconds=0.5, together=together, edit_bytes=2)
    found = await played(live, door, scenario)
    assert found["expected"] == found["delivered"] == 2 * 3 * 10 * 3
    assert found["verified"]
    assert (found["lost"], found["gaps"], found["strays"], found["closed"]) == (0, 0, 0, 0)


@pytest.mark.parametrize("door", DOORS, ids=IDS)
async def test_every_cursor_reaches_everybody_else(live: LiveClass, door: Door) -> None:
    found = await played(live, door, Scenario("a", "aware", 4, writers=4, rate=10, seconds=0.5, echo=True))
    assert found["expected"] == found["delivered"] == 4 * 5 * 3
    assert found["echoes"] > 0


@pytest.mark.parametrize("door", DOORS, ids=IDS)
async def test_a_class_that_comes_at_once_is_given_the_document(live: LiveClass, door: Door) -> None:
    found = await played(live, door, Scenario("j", "join", 12, preload="essay", connects_a_second=1e5))
    assert (found["expected"], found["delivered"]) == (12, 12)


async def test_stalled_readers_reach_the_exact_state(live: LiveClass) -> None:
    scenario = Scenario("s", "text", 5, writers=2, rate=20, seconds=1, edit_bytes=40_000, stalled=2)
    found = await played(live, YjsDoor(), scenario)
    assert (found["lost"], found["stalled_exact"], found["closed"]) == (0, 2, 0)


async def test_those_who_do_nothing_stay(live: LiveClass) -> None:
    found = await played(live, YjsDoor(), Scenario("i", "idle", 1, rooms=20, seconds=0.1))
    assert (found["delivered"], found["closed"]) == (20, 0)


async def test_edits_that_a_server_refuses_are_told_and_not_counted(live: LiveClass) -> None:
    scenario = Scenario("t", "text", 3, writers=2, rate=20, seconds=0.5)
    with pytest.raises(LoadError, match="refused"):
        await played(live, NativeDoor(), scenario, Role.OBSERVER)


def test_numbers_of_a_scenario_are_changed_by_name() -> None:
    wanted = replace(SCENARIOS["fan50"], rate=40.0, clients=7, together=True)
    assert changed(SCENARIOS["fan50"], ["rate=40", "clients=7", "together=yes"]) == wanted
    with pytest.raises(ValueError, match="no part of a scenario"):
        changed(SCENARIOS["fan50"], ["rat=40"])
