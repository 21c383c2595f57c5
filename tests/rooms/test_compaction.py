"""When the log is compacted: not while something waits for a lost update, or for its entry."""

import asyncio

from realtime.frames import client, server
from rooms.compaction import CLOSING_ROWS, MIN_ROWS
from tests.rooms.scene import Pen
from tests.rooms.world import ROOM, World, moment, opened, play, turns


def test_a_document_that_waits_for_a_lost_update_keeps_its_raw_entries() -> None:
    async def scene(world: World) -> None:
        first, gateway = await opened(world)
        pen = Pen()
        lost, *later = [pen.write("x") for _ in range(MIN_ROWS + CLOSING_ROWS)]
        for n, update in enumerate(later, 1):
            gateway.send("g1.1", client.Update("notes", n, update))
            await moment()
        room = first.shells[ROOM].room
        assert room is not None
        room.wear()["notes"].rows_bytes += 2**20  # as if they were long: a snapshot is due
        await asyncio.sleep(3)
        stored = await world.log.load(ROOM, "notes")
        assert (stored.snapshot, len(stored.rows)) == (None, len(later))
        gateway.send("g1.1", client.Answer("notes", len(later) + 1, lost))
        await asyncio.sleep(3)
        stored = await world.log.load(ROOM, "notes")
        assert (stored.snapshot is not None, stored.rows) == (True, [])
        copy = Pen()
        copy.take(server.Update("notes", stored.snapshot or b""))
        assert str(copy) == "x" * (MIN_ROWS + CLOSING_ROWS)

    play(scene)


def test_a_snapshot_waits_until_all_it_holds_is_durable_as_entries() -> None:
    """Else a crash leaves in it what no entry tells, nobody is asked for it again, and the history lacks it."""

    async def scene(world: World) -> None:
        worker, gateway = await opened(world)
        pen, shell = Pen(), worker.shells[ROOM]
        world.log.takes = 0.05
        gateway.send("g1.1", client.Update("notes", 1, pen.write("kept")))
        await turns()
        compacting = asyncio.ensure_future(worker.ownership.compact(shell, "notes"))
        await turns()
        assert (await world.log.load(ROOM, "notes")).snapshot is None
        await compacting
        assert (await world.log.load(ROOM, "notes")).snapshot is not None
        assert len(await world.log.history(ROOM, "notes")) == 1

    play(scene)


def test_a_snapshot_of_a_room_that_is_lost_meanwhile_is_given_up_at_once() -> None:
    async def scene(world: World) -> None:
        worker, gateway = await opened(world)
        shell = worker.shells[ROOM]
        world.log.takes = 1.0
        gateway.send("g1.1", client.Update("notes", 1, Pen().write("kept")))
        await turns()
        compacting = asyncio.ensure_future(worker.ownership.compact(shell, "notes"))
        await turns()
        worker.give_up(shell)
        await turns()
        assert compacting.done()
        assert (await world.log.load(ROOM, "notes")).snapshot is None

    play(scene)
