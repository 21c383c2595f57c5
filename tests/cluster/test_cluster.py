"""Two gateways and two workers on Redis: one document, cuts that heal by themselves, a rolling restart under load."""

import asyncio
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from rooms.log_postgres import PostgresLog
from tests.chaos.auditor import Auditor
from tests.chaos.crowd import Crowd, crowd
from tests.chaos.ledger import Ledger
from tests.chaos.pressure import watched
from tests.chaos.stage import Stage
from tests.chaos.world import World
from tests.machine import no_peers

pytestmark = [
    pytest.mark.chaos,
    pytest.mark.timeout(420),
    pytest.mark.slow,
    pytest.mark.skipif(no_peers() is not None, reason=str(no_peers())),
]
CUT_SECONDS = 10.0
GAP = 0.2
PATIENCE = 90.0
MOST_DELAY = 5.0
"""Seconds from an edit to the eyes of the others, without the time in which programs waited for a processor."""


@asynccontextmanager
async def editors(made: World, room: str, *, pinned: bool = True) -> AsyncIterator[tuple[Crowd, Auditor]]:
    """Stock and native clients of one document, half of them at each gateway; at the end nothing is lost or apart.

    Not ``pinned``, all come in by the front, as people do: while one gateway goes it leads them to the other."""
    ledger = Ledger()
    async with crowd(made, ledger) as people, PostgresLog(made.postgres.dsn) as log:
        ports = (*made.ports.values(), None) if pinned else (None, None, None)
        doors = [(door, port) for door in ("yjs", "hocuspocus", "native") for port in ports]
        people.join(
            [people.spec(f"{door}{number}", door, room, GAP, number, port) for number, (door, port) in enumerate(doors)]
        )
        auditor = Auditor(log, ledger, made.tenant, people.places)
        await fresh_edit(people)
        yield people, auditor
        await fresh_edit(people)
        people.rest()
        _, behind = await people.settled(PATIENCE)
        for place in people.places:
            await auditor.audit(place)
        assert (behind, auditor.lost, dict(ledger.stuck)) == ([], [], {})
        assert ledger.acknowledged() > 0


async def fresh_edit(people: Crowd) -> None:
    """Until everybody has seen an edit that somebody else makes from now on."""
    since = time.monotonic()
    async with asyncio.timeout(PATIENCE):
        for place in people.places:
            while people.ledger.last_first_sight(place, since) is None:
                await asyncio.sleep(0.02)


def test_a_document_opened_through_both_gateways_is_one_document(cluster: Stage) -> None:
    async def scene(made: World) -> None:
        async with editors(made, "both"):
            pass

    cluster.play(scene)


def test_a_cut_of_ten_seconds_between_a_gateway_and_redis_loses_nothing_and_heals_by_itself(cluster: Stage) -> None:
    async def scene(made: World) -> None:
        async with editors(made, "cut") as (_, auditor):
            link = made.links["gateway-1>redis"]
            link.cut()
            await asyncio.sleep(CUT_SECONDS)
            for place in ("cut/notes",):
                await auditor.audit(place)
            link.open()

    cluster.play(scene)


def test_a_room_survives_the_kill_of_its_owner(cluster: Stage) -> None:
    async def scene(made: World) -> None:
        async with editors(made, "owner") as (people, _):
            before = await made.owners(["owner"])
            for name in made.fleet.of_plane("rooms"):
                await made.fleet.replace(name, signal.SIGKILL)
                await fresh_edit(people)
            assert await made.owners(["owner"]) != before

    cluster.play(scene)


def test_a_rolling_restart_under_load_loses_nothing_delays_nothing_and_closes_nobody_for_good(cluster: Stage) -> None:
    async def scene(made: World) -> None:
        async with watched() as pressure:
            async with editors(made, "rolling", pinned=False) as (people, _):
                ledger, lateness, since = people.ledger, people.peers.late, time.monotonic()
                for name in made.fleet.members:
                    assert await made.fleet.replace(name, signal.SIGTERM) == 0
                    await fresh_edit(people)
            assert not [code for code in ledger.closes if 4400 <= code < 4500]
        sights = ledger.sights(since, time.monotonic())
        assert len(sights) > 100
        late = [(seen - begun, pressure.beyond(begun, seen)) for begun, seen in sights if seen - begun > MOST_DELAY]
        slowest = max(seen - begun for begun, seen in sights)
        print(f"rolling restart: {len(sights)} sights of edits, the slowest after {slowest:.2f} s")
        assert not [delay for delay in late if delay[1] > MOST_DELAY + max(lateness, default=0.0)], late

    cluster.play(scene)
