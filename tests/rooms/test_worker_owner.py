"""A worker over the memory bus in virtual time: who owns a room, how it is handed over, drain."""

import asyncio

import pytest

from realtime.envelopes import Moved, NotOwner
from realtime.frames import client, commands, server
from realtime.placement import owner_of
from realtime.position import Position
from realtime.registry.registry import Kind, Node
from realtime.roles import Role
from rooms.log import CLASS
from tests.rooms.scene import NOTHING, Pen
from tests.rooms.test_worker import writer
from tests.rooms.world import ROOM, World, moment, opened, play


def test_lease_1_a_room_that_another_worker_holds_is_not_opened() -> None:
    async def scene(world: World) -> None:
        await writer(world)
        await world.worker("w2")
        other = await world.gateway("g2", "w2")
        await moment()
        assert other.of(NotOwner) == [NotOwner(ROOM, "w2", "w1")]

    play(scene)


def test_link_5_an_owner_whose_append_is_stale_stops_serving_at_once() -> None:
    async def scene(world: World) -> None:
        gateway, pen = await writer(world)
        await world.log.open(ROOM, "somebody else")
        gateway.send("g1.1", client.Update("notes", 1, pen.write("late")))
        await moment()
        assert gateway.of(NotOwner) == [NotOwner(ROOM, "w1")]
        assert not gateway.frames(server.Saved)
        assert (await world.log.load(ROOM, "notes")).rows == []

    play(scene)


def test_link_5_a_paused_owner_that_wakes_up_takes_nothing_before_it_has_asked() -> None:
    async def scene(world: World) -> None:
        gateway, pen = await writer(world)
        world.clock.now += 60  # the process stood still: no timer ran, no heartbeat was sent
        await world.leases.live("w2")
        assert await world.leases.acquire(ROOM, "w2") == "w2"
        gateway.clear()
        gateway.send("g1.1", client.Update("notes", 1, pen.write("to a sleeper")))
        await moment()
        assert not gateway.frames(server.Update)
        for _ in range(5):
            await world.leases.live("w2")
            await asyncio.sleep(0.5)
        assert gateway.of(NotOwner) == [NotOwner(ROOM, "w1", "w2")]
        assert (await world.log.load(ROOM, "notes")).rows == []

    play(scene)


def test_an_owner_that_was_paused_and_is_still_the_owner_goes_on() -> None:
    async def scene(world: World) -> None:
        gateway, pen = await writer(world)
        world.clock.now += 60
        gateway.send("g1.1", client.Update("notes", 1, pen.write("patience")))
        await asyncio.sleep(1)
        assert gateway.frames(server.Saved) == [server.Saved(1)]

    play(scene)


def test_drain_hands_over_with_nothing_pending_and_takes_nothing_new() -> None:
    async def scene(world: World) -> None:
        first = await world.worker("w1")
        gateway = await world.gateway()
        gateway.join("g1.1", Role.TEACHER)
        gateway.send("g1.1", client.Open("notes", NOTHING))
        await moment()
        pen = Pen()
        await world.worker("w2")
        world.log.takes = 0.05
        for n in range(1, 21):
            gateway.send("g1.1", client.Update("notes", n, pen.write("x")))
            await asyncio.sleep(0.001)
        gateway.send("g1.1", client.Do(21, commands.Say("kept")))
        await first.drain()
        await moment()
        assert gateway.frames(server.Saved)[-1] == server.Saved(20)
        assert gateway.frames(server.Done) == [server.Done(21)]
        assert gateway.of(Moved) == [Moved(ROOM, 1, "w2")]
        assert await world.leases.holder(ROOM) is None
        assert [node.id for node in await world.registry.nodes("rooms")] == ["w2"]
        gateway.attach("w1")
        gateway.join("g1.1")
        await moment()
        assert gateway.of(NotOwner) == [NotOwner(ROOM, "w1", "w2")] * 2
        gateway.attach("w2")
        gateway.join("g1.1", again=True, docs={"notes": Position()}, last_n=21)
        await moment()
        copy = Pen()
        copy.take(gateway.frames(server.Update)[-1])
        assert str(copy) == "x" * 20

    play(scene)


def test_a_drain_compacts_so_that_the_next_owner_loads_one_blob() -> None:
    async def scene(world: World) -> None:
        worker, gateway = await opened(world)
        pen = Pen()
        for n in range(1, 21):
            gateway.send("g1.1", client.Update("notes", n, pen.write("x")))
            gateway.send("g1.1", client.Do(100 + n, commands.Say("x")))
            await moment()
        await worker.drain()
        stored = await world.log.load(ROOM, "notes")
        assert (stored.snapshot is not None, stored.rows) == (True, [])
        assert (await world.log.load(ROOM, CLASS)).rows == []
        assert len(await world.log.history(ROOM, "notes")) == 20

    play(scene)


def test_rooms_move_to_a_worker_that_comes_a_few_at_a_time() -> None:
    async def scene(world: World) -> None:
        first = await world.worker("w1")
        gateway = await world.gateway()
        rooms = [f"school/room{number}" for number in range(20)]
        for room in rooms:
            gateway.attach("w1", room)
            gateway.join("g1.1", room=room)
        await asyncio.sleep(5)
        await world.worker("w2")
        while not gateway.of(Moved):
            await asyncio.sleep(0.1)
        assert len(gateway.of(Moved)) <= 3
        moved = gateway.of(Moved)
        gateway.send("g1.1", client.CatchUp(0), moved[-1].room)
        await moment()
        assert gateway.of(NotOwner) == [NotOwner(moved[-1].room, "w1", "w2")], "late mail does not bring it back"
        await asyncio.sleep(10)
        moved = gateway.of(Moved)
        assert 5 <= len(moved) <= 15
        assert {message.owner for message in moved} == {"w2"}
        assert len(first.shells) == 21 - len(moved)

    play(scene)


def test_a_room_comes_back_at_once_when_the_worker_it_moved_to_dies() -> None:
    async def scene(world: World) -> None:
        await world.worker("w1")
        gateway = await world.gateway()
        gateway.join("g1.1")
        await asyncio.sleep(5)
        heir = next(name for name in map("w{}".format, range(2, 99)) if owner_of(ROOM, ["w1", name]) == name)
        async with world.passing_worker(heir):
            while not gateway.of(Moved):
                await asyncio.sleep(0.1)
        await world.leases.bury(heir)
        await asyncio.sleep(0.5)
        gateway.clear()
        gateway.attach("w1")
        gateway.join("g1.1", again=True)
        gateway.send("g1.1", client.Open("notes", NOTHING))
        await moment()
        assert not gateway.of(NotOwner)
        assert gateway.frames(server.Opened, "g1.1")

    play(scene)


@pytest.mark.parametrize("tenths", range(10))
def test_no_room_is_handed_to_a_worker_that_was_just_buried(tenths: int, monkeypatch: pytest.MonkeyPatch) -> None:
    async def scene(world: World) -> None:
        listed = world.registry.nodes

        async def nodes(kind: Kind) -> list[Node]:
            await asyncio.sleep(0.1)
            return await listed(kind)

        monkeypatch.setattr(world.registry, "nodes", nodes)
        await world.worker("w1")
        heir = next(name for name in map("w{}".format, range(2, 99)) if owner_of(ROOM, ["w1", name]) == name)
        async with world.passing_worker(heir):
            await asyncio.sleep(5 + tenths / 10)
        await world.leases.bury(heir)
        await world.registry.withdraw(Node(heir, "rooms"))
        gateway = await world.gateway()
        gateway.join("g1.1")
        await asyncio.sleep(5)
        assert not gateway.of(Moved)

    play(scene)
