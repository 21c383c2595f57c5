"""Losses, slow readers met by losses, owners that come and go."""

from gateway.member import Phase
from realtime.close_codes import CloseCode
from realtime.envelopes import (
    Attach,
    Forward,
    FromRoom,
    Join,
    Lagged,
    LinkLost,
    Moved,
    NotOwner,
    Pulse,
    first_of,
)
from realtime.frames import client, server
from realtime.frames.client import Do
from realtime.frames.commands import Hand
from realtime.frames.events import Left
from realtime.frames.state import Classroom, LeaderView, Summary
from realtime.position import Position
from realtime.registry.registry import Node
from tests.gateway.hub_members import ROOM, bodies, member, native_reader
from tests.gateway.rig import Rig

NOBODY = Classroom(7, [], Summary(0, True), [], [], [], LeaderView(), [])


# losses


def rejoin_of(rig: Rig, conn: str) -> Join:
    joins = [message.body for message in rig.sent() if message.conn == conn and isinstance(message.body, Join)]
    assert len(joins) == 1
    return joins[0]


def test_link_2_after_a_gap_everybody_is_joined_again_from_where_they_were() -> None:
    rig = Rig()
    socket, session, conn = native_reader(rig)
    rig.room_says(server.Class(NOBODY), to=[conn])
    rig.say(session, client.Update("doc", 1, b"\x01"), Do(2, Hand(True)))
    rig.room_says(server.Update("doc", b"x"), server.Happened(8, Left("bob")), seq=5)
    rig.sent()
    socket.read()
    rig.next_link()  # lost
    rig.room_says(server.Update("doc", b"never passed on"), seq=7)
    attach, join, again = rig.sent()
    assert (attach.body, attach.link) == (Attach("g"), first_of(2))
    assert isinstance(join.body, Join)
    assert join.body.again
    assert (join.body.docs, join.body.seen, join.body.last_n) == ({"doc": Position(1, 5)}, 8, 2)
    assert again.body == Forward(Do(2, Hand(True)))
    assert not socket.writes

    rig.start_over()
    rig.room_says(server.Update("doc", b"difference"), to=[conn], seq=9)
    rig.room_says(server.Ask("doc", b"\x00"), to=[conn], seq=9)
    rig.room_says(server.Update("doc", b"next"), seq=10)
    assert [type(frame) for frame in socket.frames()] == [server.Update, server.Ask, server.Update]


def test_link_3_an_answer_to_a_question_from_before_a_loss_is_just_an_edit() -> None:
    rig = Rig()
    _, session, conn = native_reader(rig)
    rig.next_link()
    rig.room_says(server.Update("doc", b"never passed on"))
    rig.start_over()
    rig.room_says(server.Update("doc", b"difference"), server.Ask("doc", b"\x00"), to=[conn])
    rig.sent()
    rig.say(session, client.Answer("doc", 1, b"to Opened"), client.Answer("doc", 2, b"to Ask"))
    forwarded = [body.frame for body in bodies(rig.sent())]
    assert forwarded == [client.Update("doc", 1, b"to Opened"), client.Answer("doc", 2, b"to Ask")]


def test_class_1_a_class_that_was_lost_is_not_counted_as_seen() -> None:
    rig = Rig()
    native_reader(rig)
    rig.room_says(server.Happened(8, Left("bob")))
    rig.next_link()
    rig.room_says(server.Happened(10, Left("eve")))
    _, join = rig.sent()[-2:]
    assert isinstance(join.body, Join)
    assert join.body.seen == 0


def test_what_came_before_a_gap_in_a_batch_is_passed_on() -> None:
    rig = Rig()
    socket, _, conn = native_reader(rig)
    first = rig.next_link()
    rig.hub.take(
        [
            FromRoom(ROOM, 1, first, 5, server.Update("doc", b"kept")),
            FromRoom(ROOM, 1, first + 2, 7, server.Update("doc", b"after the gap")),
        ]
    )
    assert socket.frames() == [server.Update("doc", b"kept")]
    assert rejoin_of(rig, conn).docs == {"doc": Position(1, 5)}


def test_a_second_loss_before_the_difference_does_not_skip_it() -> None:
    rig = Rig()
    _, _, first = native_reader(rig)
    _, _, second = native_reader(rig, token="student:bob")
    rig.room_says(server.Update("doc", b"x"), seq=5)
    rig.hub.take([LinkLost(ROOM, "w-1")])
    rig.sent()
    rig.start_over()
    rig.room_says(server.Update("doc", b"difference"), to=[first], seq=9)
    rig.hub.take([LinkLost(ROOM, "w-1")])
    positions = {message.conn: message.body.docs for message in rig.sent() if isinstance(message.body, Join)}
    assert positions == {first: {"doc": Position(1, 9)}, second: {"doc": Position(1, 5)}}


def test_documents_that_were_being_opened_are_opened_again() -> None:
    rig = Rig()
    _, session = rig.native()
    rig.room_says(server.Welcome("g.1", "ann", "ann", "student", 0, 0), to=["g.1"])
    rig.say(session, client.Open("doc", b"held"))
    rig.sent()
    rig.hub.take([LinkLost(ROOM, "w-1")])
    assert bodies(rig.sent())[1:] == [
        Join(rig.hub.rooms[ROOM].members["g.1"].grant, "native", again=True),
        Forward(client.Open("doc", b"held")),
    ]


def test_somebody_who_was_not_welcomed_yet_is_introduced_again() -> None:
    rig = Rig()
    rig.native()
    rig.sent()
    rig.hub.take([LinkLost(ROOM, "w-1")])
    joins = [body for body in bodies(rig.sent()) if isinstance(body, Join)]
    assert [join.again for join in joins] == [False, True]


def test_a_pulse_that_shows_a_loss_attaches_again() -> None:
    rig = Rig()
    native_reader(rig)
    rig.hub.take([Pulse("w-1", {ROOM: (1, rig.links[ROOM], 3), "default/unknown": (1, 1, 1)})])
    assert not rig.bus.sent
    rig.hub.take([Pulse("w-1", {ROOM: (1, rig.links[ROOM] + 1, 3)})])
    assert isinstance(rig.sent()[0].body, Attach)


def test_an_edit_that_is_not_called_saved_is_asked_for_again() -> None:
    rig = Rig()
    _, session, conn = native_reader(rig)
    rig.say(session, client.Update("doc", 1, b"\x01"))
    rig.sent()
    rig.tick(2.0)
    assert not rig.bus.sent
    rig.tick(2.0)
    assert rejoin_of(rig, conn).last_n == 1
    rig.start_over()
    rig.room_says(server.Saved(1), to=[conn])
    rig.sent()
    rig.tick(60.0)
    assert not rig.bus.sent


def test_while_the_database_is_away_nobody_is_bothered() -> None:
    rig = Rig()
    _, session, _ = native_reader(rig)
    rig.room_says(server.Saving(False))
    rig.say(session, client.Update("doc", 1, b"\x01"))
    rig.sent()
    rig.tick(30.0)
    assert not rig.bus.sent


def test_a_bus_that_was_away_starts_every_room_over() -> None:
    rig = Rig()
    rig.native("room")
    rig.native("other")
    rig.sent()
    rig.bus.reset[0]()
    rig.tick(1.0)
    assert {message.room for message in rig.sent() if isinstance(message.body, Attach)} == {ROOM, "default/other"}


def test_refused_to_a_reader_that_lagged_is_asked_for_again() -> None:
    rig = Rig()
    _, _, conn = native_reader(rig)
    rig.hub.take([LinkLost(ROOM, "w-1")])
    rig.sent()
    rig.start_over()
    rig.room_says(server.Refused(0, "room-busy", "", True, "doc"), to=[conn])
    rig.tick(1.1)
    assert bodies(rig.sent()) == [Lagged("doc", Position(1, 1))]


# owners


def test_not_the_owner_leads_to_the_owner() -> None:
    rig = Rig(workers=("w-1",))
    rig.native()
    rig.sent()
    rig.hub.take([NotOwner(ROOM, "w-1", "w-7")])
    assert {channel for channel, _ in rig.bus.sent} == {"rooms:w-7"}


def test_not_the_owner_without_a_name_is_tried_again() -> None:
    rig = Rig()
    rig.native()
    rig.sent()
    rig.hub.take([NotOwner(ROOM, "w-1", "")])
    assert not rig.bus.sent
    rig.tick(0.5)
    assert isinstance(rig.sent()[0].body, Attach)


def test_moved_rooms_are_joined_at_their_new_owner() -> None:
    rig = Rig()
    _, _, conn = native_reader(rig)
    rig.hub.take([Moved(ROOM, 1, "w-2")])
    assert {channel for channel, _ in rig.bus.sent} == {"rooms:w-2"}
    assert rejoin_of(rig, conn).again


def test_an_unreachable_worker_is_buried_and_its_rooms_move() -> None:
    rig = Rig(lossy=False, workers=("w-1", "w-2"))
    rig.native()
    first = rig.bus.sent[0][0].removeprefix("rooms:")
    rig.sent()
    rig.bus.unreachable[0](f"rooms:{first}")
    assert rig.buried == [first]
    rig.hub.buried(first)
    rig.tick()
    assert {channel for channel, _ in rig.bus.sent} == {"rooms:w-1", "rooms:w-2"} - {f"rooms:{first}"}


def test_on_a_bus_that_may_be_away_itself_death_is_confirmed_first() -> None:
    rig = Rig()
    rig.native()
    for _ in range(8):
        rig.sent()
        rig.bus.unreachable[0]("rooms:w-1")
        if rig.buried:
            break
        rig.tick(0.2)
        assert {channel for channel, _ in rig.bus.sent} <= {"rooms:w-1"}
    assert rig.clock.monotonic() - 1_000_000 >= 0.5
    assert rig.buried == ["w-1"]


def test_a_death_that_is_certain_costs_no_further_wait() -> None:
    rig = Rig(workers=("w-1", "w-2"))
    rig.native()
    first = rig.bus.sent[0][0]
    rig.bus.unreachable[0](first)
    rig.sent()
    rig.tick(0.5)
    assert {channel for channel, _ in rig.bus.sent} == {first}
    rig.bus.unreachable[0](first)
    assert rig.buried == [first.removeprefix("rooms:")]
    rig.sent()
    rig.hub.buried(rig.buried[0])
    assert {channel for channel, _ in rig.bus.sent} == {"rooms:w-1", "rooms:w-2"} - {first}


def test_a_worker_that_left_the_registry_loses_its_rooms() -> None:
    rig = Rig(workers=("w-1",))
    rig.native()
    rig.sent()
    rig.hub.set_workers([])
    assert not rig.bus.sent
    rig.hub.set_workers([Node("w-2", "rooms")])
    assert {channel for channel, _ in rig.bus.sent} == {"rooms:w-2"}


def test_frames_from_a_lower_epoch_go_nowhere() -> None:
    rig = Rig()
    socket, _, _ = native_reader(rig)
    rig.hub.take([NotOwner(ROOM, "w-1", "w-2")])
    rig.start_over()
    rig.room_says(server.Happened(1, Left("bob")), epoch=2)
    socket.read()
    rig.hub.take([FromRoom(ROOM, 1, rig.next_link(), 99, server.Happened(9, Left("eve")))])
    assert not socket.writes


def test_kicked_connections_are_closed_with_the_rooms_code() -> None:
    rig = Rig()
    one, _, conn = native_reader(rig)
    two, _, _ = native_reader(rig, token="student:bob")
    rig.room_kicks(CloseCode.REMOVED, [conn])
    assert (one.closed, two.closed) == (CloseCode.REMOVED, None)
    rig.room_kicks(CloseCode.NORMAL, [])
    assert two.closed is CloseCode.NORMAL
    assert not rig.hub.rooms


def test_frames_for_rooms_and_connections_that_are_gone_are_ignored() -> None:
    rig = Rig()
    socket, _, _ = native_reader(rig)
    rig.room_says(server.Saved(1), to=["g.99"])
    rig.hub.take([FromRoom("default/gone", 1, 1, 1, server.Saving(True))])
    assert not socket.writes


def test_a_class_replaces_what_was_seen() -> None:
    rig = Rig()
    _, _, conn = native_reader(rig)
    rig.room_says(server.Class(NOBODY), to=[conn])
    rig.hub.take([LinkLost(ROOM, "w-1")])
    assert rejoin_of(rig, conn).seen == 7


def test_a_slow_member_is_not_followed_twice() -> None:
    rig = Rig()
    socket, session, conn = native_reader(rig)
    socket.slow = True
    session.slow()
    rig.room_says(server.Update("doc", b"x"))
    assert member(rig, conn).docs["doc"].phase is Phase.LAGGING
    assert "doc" not in rig.hub.rooms[ROOM].audiences


def test_events_that_are_not_taken_do_not_count_as_seen() -> None:
    rig = Rig()
    _, _, conn = native_reader(rig)
    rig.hub.take([FromRoom(ROOM, 0, rig.next_link(), 1, server.Happened(99, Left("bob")))])
    rig.hub.take([LinkLost(ROOM, "w-1")])
    assert rejoin_of(rig, conn).seen == 0
