"""When the log is compacted: never while something waits for an update that was lost."""

import asyncio

from realtime.frames import client, server
from rooms.compaction import CLOSING_ROWS, MIN_ROWS
from tests.rooms.scene import NOTHING, Pen
from tests.rooms.world import ROOM, World, moment, play


def test_a_document_that_waits_for_a_lost_update_keeps_its_raw_entries() -> None:
    async def scene(world: World) -> None:
        first = await world.worker("w1")
        gateway = await world.gateway()
        gateway.join("g1.1")
        gateway.send("g1.1", client.Open("notes", NOTHING))
        await moment()
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
