"""A worker over the memory bus in virtual time: links, windows, storage, idle rooms. Ownership: `test_worker_owner`."""

import asyncio

import pycrdt
import pytest

from realtime.envelopes import Detach, FromRoom, Kick, Leave, LinkLost, NotOwner, Revoke, ToRoom, first_of, inbox
from realtime.frames import client, commands, server
from realtime.limits import Limits
from realtime.position import Position
from realtime.registry.registry import Node
from rooms.committer import UNHURRIED_SECONDS
from rooms.room import Room
from rooms.shell import RoomShell
from rooms.window import COMMIT_AT_EASE, STRAINED
from tests.rooms.scene import NOTHING, Pen
from tests.rooms.world import ROOM, Gateway, World, moment, opened, play, turns


async def writer(world: World) -> tuple[Gateway, Pen]:
    """`opened`, with the copy of who writes there."""
    _, gateway = await opened(world)
    return gateway, Pen()


def test_an_edit_is_broadcast_logged_and_saved_without_time_passing() -> None:
    async def scene(world: World) -> None:
        gateway, pen = await writer(world)
        gateway.join("g1.2")
        gateway.send("g1.2", client.Open("notes", NOTHING))
        await moment()
        start = world.clock.now
        gateway.send("g1.1", client.Update("notes", 1, pen.write("hello")))
        await turns()
        assert world.clock.now == start, "an idle room does not wait"
        assert gateway.frames(server.Saved, "g1.1") == [server.Saved(1)]
        (update,) = gateway.frames(server.Update)
        reader = Pen()
        reader.take(update)
        assert str(reader) == "hello"
        assert gateway.links() == list(range(1, len(gateway.links()) + 1))

    play(scene)


def test_a_busy_room_keeps_its_window_between_two_flushes() -> None:
    async def scene(world: World) -> None:
        gateway, pen = await writer(world)
        world.load = STRAINED
        await asyncio.sleep(0.1)  # a look at the load is good for a moment
        for n in range(1, 101):
            gateway.send("g1.1", client.Update("notes", n, pen.write("x")))
            await asyncio.sleep(0.001)
        await asyncio.sleep(0.1)
        updates = gateway.frames(server.Update)
        assert 4 <= len(updates) <= 7
        copy = Pen()
        copy.take(*updates)
        assert str(copy) == "x" * 100
        assert gateway.frames(server.Saved)[-1].n == 100

    play(scene)


def test_link_1_a_gap_is_told_and_nothing_is_taken_until_the_gateway_attaches_again() -> None:
    async def scene(world: World) -> None:
        gateway, pen = await writer(world)
        gateway.lose_one()
        gateway.send("g1.1", client.Update("notes", 2, pen.write("after the gap")))
        gateway.send("g1.1", client.Update("notes", 3, pen.write("!")))
        await moment()
        assert gateway.of(LinkLost) == [LinkLost(ROOM, "w1")]
        assert not gateway.frames(server.Saved)
        gateway.clear()
        gateway.attach("w1")
        gateway.join("g1.1", again=True, docs={"notes": Position()}, last_n=3)
        await moment()
        assert gateway.links()[0] == 1
        (ask,) = gateway.frames(server.Ask)
        gateway.send("g1.1", client.Answer("notes", 4, pen.beyond(ask.state_vector)))
        await moment()
        assert gateway.frames(server.Saved) == [server.Saved(4)]

    play(scene)


def test_a_room_that_was_never_attached_asks_for_it() -> None:
    async def scene(world: World) -> None:
        await world.worker()
        gateway = await world.gateway("g1", "nobody")
        gateway.worker = "w1"
        gateway.join("g1.1")
        await moment()
        assert gateway.of(LinkLost) == [LinkLost(ROOM, "w1")]

    play(scene)


def test_doc_3_while_storage_is_away_edits_go_on_and_nothing_is_called_saved() -> None:
    async def scene(world: World) -> None:
        gateway, pen = await writer(world)
        world.log.away = True
        for n in range(1, 4):
            gateway.send("g1.1", client.Update("notes", n, pen.write("x")))
            await asyncio.sleep(0.5)
        assert gateway.frames(server.Saving) == [server.Saving(False)]
        assert len(gateway.frames(server.Update)) == 3
        assert not gateway.frames(server.Saved)
        gateway.join("g1.2")
        await moment()
        assert server.Saving(False) in gateway.frames(server.Saving, "g1.2")
        world.log.away = False
        await asyncio.sleep(3)
        assert gateway.frames(server.Saved)[-1] == server.Saved(3)
        assert gateway.frames(server.Saving)[-1] == server.Saving(True)
        assert len((await world.log.load(ROOM, "notes")).rows) == 3

    play(scene)


def test_past_the_budget_edits_are_refused_and_asked_for_later() -> None:
    async def scene(world: World) -> None:
        gateway, pen = await writer(world)
        world.log.away = True
        for n in range(1, 30):
            gateway.send("g1.1", client.Update("notes", n, pen.write("x" * 1000)))
            await moment()
        refused = gateway.frames(server.Refused)
        assert {frame.code for frame in refused} == {"storage-away"}
        assert 5 < len(refused) < 25
        world.log.away = False
        await asyncio.sleep(4)
        ask = gateway.frames(server.Ask)[-1]
        gateway.send("g1.1", client.Answer("notes", 30, pen.beyond(ask.state_vector)))
        await asyncio.sleep(1)
        assert gateway.frames(server.Saved)[-1] == server.Saved(30)

    play(scene, Limits(unsaved_bytes=10_000))


def test_group_commit_takes_what_came_meanwhile_from_all_rooms_into_the_next() -> None:
    async def scene(world: World) -> None:
        gateway, pen = await writer(world)
        gateway.attach("w1", "school/art")
        gateway.join("g1.5", room="school/art")
        gateway.send("g1.5", client.Open("notes", NOTHING), "school/art")
        await moment()
        world.log.takes = 0.01
        world.log.appends.clear()
        for n in range(1, 6):
            gateway.send("g1.1", client.Update("notes", n, pen.write("x")))
            gateway.send("g1.5", client.Update("notes", n, Pen().write("y")), "school/art")
            await asyncio.sleep(0.001)
        await asyncio.sleep(0.1)
        first, second = world.log.appends
        for batch in (first, second):
            assert {entry.room for entry in batch} == {ROOM, "school/art"}
        assert len(first) == 2 < len(second)

    play(scene)


def test_doc_3_an_edit_that_waits_for_an_earlier_one_is_logged_and_not_called_saved() -> None:
    async def scene(world: World) -> None:
        gateway, pen = await writer(world)
        gateway.join("g1.2")
        gateway.send("g1.2", client.Open("notes", NOTHING))
        await moment()
        first, second, third = pen.write("a"), pen.write("b"), pen.write("c")
        gateway.send("g1.1", client.Update("notes", 1, second))
        await moment()
        gateway.send("g1.1", client.Update("notes", 2, third))
        gateway.send("g1.2", client.Update("notes", 1, Pen().write("z")))
        await moment()
        assert len((await world.log.load(ROOM, "notes")).rows) >= 2
        assert not gateway.frames(server.Saved, "g1.1")
        assert gateway.frames(server.Saved, "g1.2") == [server.Saved(1)], "who has no part in it is not held up"
        gateway.send("g1.1", client.Update("notes", 3, first))
        await moment()
        assert gateway.frames(server.Saved, "g1.1")[-1] == server.Saved(3)

    play(scene)


def test_link_3_an_answer_that_waits_for_an_earlier_edit_promises_nothing_before_that_has_come() -> None:
    async def scene(world: World) -> None:
        gateway, pen = await writer(world)
        pen.write("never sent alone")
        second = pen.write("b")
        gateway.attach("w1")
        gateway.join("g1.1", again=True, docs={"notes": Position()}, last_n=7)
        await moment()
        gateway.send("g1.1", client.Answer("notes", 8, second))
        await moment()
        assert not gateway.frames(server.Saved)
        gateway.send("g1.1", client.Answer("notes", 9, pen.beyond(NOTHING)))
        await moment()
        assert gateway.frames(server.Saved)[-1] == server.Saved(9)

    play(scene)


def test_doc_3_what_repeats_an_edit_that_waits_is_not_called_saved_either() -> None:
    async def scene(world: World) -> None:
        gateway, pen = await writer(world)
        gateway.join("g1.2")
        gateway.send("g1.2", client.Open("notes", NOTHING))
        first, second = pen.write("a"), pen.write("b")
        gateway.send("g1.2", client.Update("notes", 1, second))
        gateway.post(Leave(), "g1.2")
        await moment()
        both = pycrdt.merge_updates(Pen().write("z"), second)
        for n in range(1, 50):  # again and again: one thing to remember
            gateway.send("g1.1", client.Update("notes", n, both))
        await moment()
        assert not gateway.frames(server.Saved, "g1.1")
        gateway.send("g1.1", client.Update("notes", 50, first))
        await moment()
        assert gateway.frames(server.Saved, "g1.1")[-1] == server.Saved(50)

    play(scene)


def test_link_5_a_worker_whose_liveness_lapsed_sends_nothing_not_even_at_a_tick() -> None:
    async def scene(world: World) -> None:
        worker, gateway = await opened(world)
        pen = Pen()
        for n in (1, 2):  # the second waits for its window
            gateway.send("g1.1", client.Update("notes", n, pen.write("x")))
            await turns()
        before = len(gateway.frames(server.Update))
        worker.alive_until = float("-inf")
        await asyncio.sleep(0.01)  # the window passes
        worker.shells[ROOM].tick()
        await turns()
        assert len(gateway.frames(server.Update)) == before == 1

    play(scene)


@pytest.mark.parametrize("rooms", [1, 25, 60, 400])
def test_each_of_many_rooms_is_looked_after_every_second(rooms: int, monkeypatch: pytest.MonkeyPatch) -> None:
    ticked = list[str]()
    monkeypatch.setattr(RoomShell, "tick", lambda shell: ticked.append(shell.key))

    async def scene(world: World) -> None:
        await world.worker()
        gateway = await world.gateway()
        for number in range(rooms):
            room = f"school/math-{number}"
            gateway.attach("w1", room)
            gateway.join(f"g1.{number}", room=room)
        await asyncio.sleep(3)
        ticked.clear()
        await asyncio.sleep(10)
        for number in range(rooms):
            assert 9 <= ticked.count(f"school/math-{number}") <= 11

    play(scene)


def test_link_1_a_gateway_that_left_and_is_back_in_the_same_turn_is_answered_on_its_new_link() -> None:
    """Somebody alone in a room reloads the page: what is handled of the old link says nothing about the new one."""

    async def scene(world: World) -> None:
        worker, gateway = await opened(world)
        gateway.clear()
        gateway.post(Leave(), "g1.1")
        gateway.post(Detach(gateway.name))
        gateway.attach("w1", first=first_of(7))
        gateway.join("g1.2")
        await moment()
        assert gateway.links()[0] == first_of(7)
        assert not gateway.of(LinkLost)
        gateway.post(Leave(), "g1.2")
        gateway.post(Detach(gateway.name))
        await moment()
        assert not worker.shells[ROOM].links.links

    play(scene)


def test_entries_that_nobody_waits_for_gather_until_somebody_does() -> None:
    async def scene(world: World) -> None:
        gateway, pen = await writer(world)
        gateway.join("g1.5", door="yjs")
        gateway.send("g1.5", client.Open("notes", NOTHING))
        await asyncio.sleep(1)
        world.log.appends.clear()
        stock = Pen()
        for n in range(1, 21):
            gateway.send("g1.5", client.Update("notes", n, stock.write("y")))
            await asyncio.sleep(UNHURRIED_SECONDS / 10)
        await asyncio.sleep(UNHURRIED_SECONDS)
        assert sum(map(len, world.log.appends)) == 20
        assert len(world.log.appends) <= 4  # one at once, then one each window
        world.log.appends.clear()
        await asyncio.sleep(COMMIT_AT_EASE)
        gateway.send("g1.5", client.Update("notes", 21, stock.write("y")))
        gateway.send("g1.1", client.Update("notes", 1, pen.write("x")))
        await moment()
        assert gateway.frames(server.Saved)[-1] == server.Saved(1)

    play(scene)


@pytest.mark.parametrize("flushed", [True, False])
def test_what_an_author_without_a_word_for_saved_leaves_behind_is_committed_soon(flushed: bool) -> None:
    """While it is there it can give back what a crash costs; afterwards nobody may be able to."""

    async def scene(world: World) -> None:
        worker, gateway = await opened(world)
        gateway.join("g1.5", door="yjs")
        gateway.send("g1.5", client.Open("notes", NOTHING))
        await asyncio.sleep(1)
        stock = Pen()
        gateway.send("g1.5", client.Update("notes", 1, stock.write("y")))
        await asyncio.sleep(COMMIT_AT_EASE)
        assert world.log.appends
        world.log.appends.clear()
        gateway.send("g1.5", client.Update("notes", 2, stock.write("z")))
        if flushed:
            await asyncio.sleep(COMMIT_AT_EASE)
            assert not world.log.appends
        gateway.post(Leave(), "g1.5")
        await asyncio.sleep(2 * COMMIT_AT_EASE)
        assert world.log.appends
        assert not worker.committer.waiting_bytes

    play(scene)


def test_an_entry_the_log_refuses_for_good_costs_only_its_own_room() -> None:
    async def scene(world: World) -> None:
        gateway, pen = await writer(world)
        gateway.attach("w1", "school/art")
        gateway.join("g1.5", room="school/art")
        gateway.send("g1.5", client.Open("notes", NOTHING), "school/art")
        await moment()
        world.log.poison = lambda entry: entry.room == "school/art"
        world.log.takes = 0.01
        gateway.send("g1.1", client.Update("notes", 1, pen.write("fine")))
        gateway.send("g1.5", client.Update("notes", 1, Pen().write("poison")), "school/art")
        gateway.send("g1.1", client.Update("notes", 2, pen.write("fine")))
        await asyncio.sleep(1)
        assert gateway.frames(server.Saved, "g1.1")[-1] == server.Saved(2)
        assert not gateway.frames(server.Saved, "g1.5")
        assert gateway.of(NotOwner) == [NotOwner("school/art", "w1")]

    play(scene)


def test_a_room_that_breaks_is_opened_again_and_others_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scene(world: World) -> None:
        gateway, pen = await writer(world)
        gateway.send("g1.1", client.Update("notes", 1, pen.write("kept")))
        await moment()
        handle = Room.handle

        def explode(room: Room, message: ToRoom, now: float, wall: float) -> None:
            if isinstance(message.body, Detach):
                raise RuntimeError("boom")
            handle(room, message, now, wall)

        monkeypatch.setattr(Room, "handle", explode)
        gateway.post(Detach("g1"))
        await moment()
        assert gateway.of(NotOwner) == [NotOwner(ROOM, "w1")]
        gateway.clear()
        gateway.attach("w1")
        gateway.join("g1.1", again=True, docs={"notes": Position()}, last_n=1)
        await asyncio.sleep(2)
        copy = Pen()
        copy.take(*gateway.frames(server.Update))
        assert str(copy) == "kept"
        assert {it.epoch for it in gateway.of(FromRoom)} == {2}

    play(scene)


def test_an_idle_room_is_unloaded_and_comes_back_as_it_was() -> None:
    async def scene(world: World) -> None:
        worker = await world.worker()
        gateway = await world.gateway()
        gateway.join("g1.1")
        gateway.send("g1.1", client.Open("notes", NOTHING))
        gateway.send("g1.1", client.Update("notes", 1, Pen().write("still here")))
        await moment()
        gateway.post(Detach("g1"))
        await asyncio.sleep(50)
        assert ROOM in worker.shells
        await asyncio.sleep(20)
        assert not worker.shells
        assert await world.leases.holder(ROOM) is None
        gateway.attach("w1")
        gateway.join("g1.2")
        gateway.send("g1.2", client.Open("notes", NOTHING))
        await moment()
        copy = Pen()
        copy.take(gateway.frames(server.Opened)[-1])
        assert str(copy) == "still here"

    play(scene)


def test_a_mailbox_that_is_full_refuses_and_asks_later() -> None:
    async def scene(world: World) -> None:
        worker, gateway = await opened(world)
        worker.shells[ROOM].held = True
        pen = Pen()
        for n in range(1, 41):
            gateway.send("g1.1", client.Update("notes", n, pen.write("x" * 2000)))
        await moment()
        refused = gateway.frames(server.Refused)
        assert {frame.code for frame in refused} == {"room-busy"}
        worker.shells[ROOM].held = False
        worker.ready(worker.shells[ROOM])
        await asyncio.sleep(2)
        ask = gateway.frames(server.Ask)[-1]
        gateway.send("g1.1", client.Answer("notes", 41, pen.beyond(ask.state_vector)))
        await moment()
        assert gateway.frames(server.Saved)[-1] == server.Saved(41)
        assert gateway.of(LinkLost) == []

    play(scene, Limits(mailbox_bytes=50_000))


def test_connections_of_a_gateway_that_died_are_gone() -> None:
    async def scene(world: World) -> None:
        gateway, _ = await writer(world)
        dead = await world.gateway("g2")
        dead.join("g2.1")
        await moment()
        await world.bus.unsubscribe("gateway:g2")
        gateway.send("g1.1", client.Do(1, commands.Say("is anybody there?")))
        await asyncio.sleep(10)
        left = [it for it in gateway.frames(server.Happened) if type(it.event).__name__ == "Left"]
        assert [it.event.user for it in left] == ["user-g2.1"]  # type: ignore[union-attr]

    play(scene)


def test_a_gateway_that_the_registry_knows_keeps_its_connections_through_a_cut() -> None:
    async def scene(world: World) -> None:
        gateway, _ = await writer(world)
        other = await world.gateway("g2")
        other.join("g2.1")
        await moment()
        await world.bus.unsubscribe("gateway:g2")
        gateway.send("g1.1", client.Do(1, commands.Say("hello?")))
        for _ in range(20):
            await world.registry.announce(Node("g2", "gateway"))
            await asyncio.sleep(0.5)
        assert not [it for it in gateway.frames(server.Happened) if type(it.event).__name__ == "Left"]

    play(scene)


def test_a_revocation_from_the_rest_tier_needs_no_link_and_survives_the_room() -> None:
    async def scene(world: World) -> None:
        gateway, _ = await writer(world)
        world.bus.publish(inbox("w1"), ToRoom(ROOM, "", 0, "", Revoke("user-g1.1")))
        await moment()
        assert gateway.of(Kick)[0].to == ["g1.1"]
        assert gateway.of(Kick)[0].code == "forbidden"

    play(scene)
