"""Rooms and their traffic: fan-out, slow readers, losses, owners that come and go."""

from typing import Any

from gateway.member import Phase
from realtime.close_codes import CloseCode
from realtime.envelopes import (
    Attach,
    Detach,
    Forward,
    FromMedia,
    FromRoom,
    Join,
    Lagged,
    Leave,
    LinkLost,
    Moved,
    NotOwner,
    Pulse,
    ToRoom,
)
from realtime.frames import client, server
from realtime.frames.client import Do
from realtime.frames.commands import Hand
from realtime.frames.events import Left
from realtime.frames.state import Classroom, LeaderView, Summary
from realtime.position import Position
from realtime.registry.registry import Node
from tests.gateway.rig import EMPTY, Rig, WireTap

ROOM = "default/room"
NOBODY = Classroom(7, [], Summary(0, True), [], [], [], LeaderView(), [])


def bodies(messages: list[ToRoom]) -> list[Any]:
    return [message.body for message in messages]


def opened(doc: str = "doc") -> server.Opened:
    return server.Opened(doc, b"\x00", EMPTY, True)


def native_reader(rig: Rig, doc: str = "doc", token: str = "student:ann") -> tuple[WireTap, Any, str]:
    """A native client that follows ``doc``; its connection's id."""
    socket, session = rig.native(token=token)
    rig.say(session, client.Open(doc, b"\x00"))
    conn = rig.sent()[-1].conn
    rig.room_says(server.Welcome(conn, token, token, "student", 0.0, 0.0), opened(doc), to=[conn])
    socket.read()
    return socket, session, conn


def yjs_reader(rig: Rig, doc: str = "doc", token: str = "student:bob") -> tuple[WireTap, Any, str]:
    socket, session = rig.yjs(doc=doc, token=token)
    session.receive(b"\x00\x00\x01\x00", rig.clock.monotonic())
    conn = rig.sent()[-1].conn
    rig.room_says(opened(doc), to=[conn])
    socket.read()
    return socket, session, conn


def member(rig: Rig, conn: str) -> Any:
    return rig.hub.rooms[ROOM].members[conn]


# attaching


def test_the_first_member_attaches_the_room_to_the_worker_that_should_own_it() -> None:
    rig = Rig(workers=("w-1", "w-2", "w-3"))
    rig.native()
    (channel, attach), (_, join) = rig.bus.sent
    assert channel in {"rooms:w-1", "rooms:w-2", "rooms:w-3"}
    assert (attach.link, attach.body, attach.conn) == (1, Attach("g"), "")
    assert (join.link, join.conn) == (2, "g.1")
    assert isinstance(join.body, Join)
    assert (join.body.grant.user, join.body.door, join.body.again) == ("ann", "native", False)


def test_the_last_member_detaches_it() -> None:
    rig = Rig()
    _, session = rig.native()
    rig.sent()
    session.gone()
    assert bodies(rig.sent()) == [Leave(), Detach("g")]
    assert not rig.hub.rooms


def test_without_a_worker_people_wait_and_are_joined_when_one_comes() -> None:
    rig = Rig(workers=())
    rig.native()
    rig.tick(1.0)
    assert not rig.bus.sent
    rig.hub.set_workers([Node("w-9", "rooms")])
    assert [channel for channel, _ in rig.bus.sent] == ["rooms:w-9"] * 2
    assert isinstance(rig.sent()[0].body, Attach)


def test_a_draining_worker_gets_no_new_rooms_and_keeps_those_it_has() -> None:
    rig = Rig(workers=("w-1",))
    rig.native()
    rig.sent()
    rig.hub.set_workers([Node("w-1", "rooms", draining=True), Node("w-2", "rooms")])
    assert not rig.bus.sent
    rig.native(room="other")
    assert {channel for channel, _ in rig.bus.sent} == {"rooms:w-2"}


# fan-out


def test_everybody_but_the_author_gets_the_same_bytes() -> None:
    rig = Rig()
    author, _, conn = native_reader(rig)
    others = [native_reader(rig, token=f"student:{name}")[0] for name in "bcd"]
    rig.room_says(server.Update("doc", b"change"), skip=conn)
    assert not author.writes
    (first,), *rest = [socket.writes for socket in others]
    assert all(write[0] is first for write in rest)
    assert others[0].frames() == [server.Update("doc", b"change")]


def test_each_door_reads_its_own_encoding() -> None:
    rig = Rig()
    native, _, _ = native_reader(rig)
    yjs, _, _ = yjs_reader(rig)
    rig.room_says(server.Update("doc", b"change"), server.Awareness("doc", b"cursor"))
    assert native.frames() == [server.Update("doc", b"change"), server.Awareness("doc", b"cursor")]
    assert yjs.read() == [b"\x00\x02\x06change", b"\x01\x06cursor"]


def test_frames_of_one_batch_are_one_write() -> None:
    rig = Rig()
    socket, _, _ = native_reader(rig)
    rig.room_says(*[server.Update("doc", b"%d" % n) for n in range(5)])
    assert len(socket.writes) == 1
    assert len(socket.frames()) == 5


def test_the_author_of_one_of_several_gets_the_others() -> None:
    rig = Rig()
    author, _, conn = native_reader(rig)
    other, _, _ = native_reader(rig, token="student:bob")
    links = [rig.next_link() for _ in range(2)]
    rig.hub.take(
        [
            FromRoom(ROOM, 1, links[0], 5, server.Update("doc", b"mine"), None, conn),
            FromRoom(ROOM, 1, links[1], 6, server.Update("doc", b"ours"), None, ""),
        ]
    )
    assert author.frames() == [server.Update("doc", b"ours")]
    assert other.frames() == [server.Update("doc", b"mine"), server.Update("doc", b"ours")]


def test_only_those_who_have_it_open_get_a_document() -> None:
    rig = Rig()
    here, _, _ = native_reader(rig, "doc")
    there, session, _ = native_reader(rig, "other", token="student:bob")
    rig.room_says(server.Update("doc", b"x"))
    assert here.frames()
    assert not there.writes
    rig.say(session, client.Shut("other"))
    rig.room_says(server.Update("other", b"x"))
    assert not there.writes


def test_class_events_go_to_native_clients_only() -> None:
    rig = Rig()
    native, _, _ = native_reader(rig)
    yjs, _, _ = yjs_reader(rig)
    rig.room_says(server.Happened(8, Left("bob")))
    assert native.frames() == [server.Happened(8, Left("bob"))]
    assert not yjs.writes


def test_media_news_reach_native_clients() -> None:
    rig = Rig()
    native, _, conn = native_reader(rig)
    yjs, _, other = yjs_reader(rig)
    rig.hub.take(
        [FromMedia(ROOM, None, server.Signal(0, "news")), FromMedia(ROOM, [conn, other], server.Signal(1, "answer"))]
    )
    assert [frame.kind for frame in native.frames() if isinstance(frame, server.Signal)] == ["news", "answer"]
    assert not yjs.writes


# slow readers


def test_doc_5_a_slow_reader_gets_one_difference_from_where_it_stopped() -> None:
    rig = Rig()
    socket, session, conn = native_reader(rig)
    rig.room_says(server.Update("doc", b"one"), seq=5)
    socket.slow = True
    session.slow()
    rig.room_says(server.Update("doc", b"two"), seq=6)  # under way when it turned slow: still passed on
    rig.room_says(server.Update("doc", b"three"), seq=7)
    assert socket.frames() == [server.Update("doc", b"one"), server.Update("doc", b"two")]
    rig.sent()
    socket.slow = False
    session.drained()
    assert bodies(rig.sent()) == [Lagged("doc", Position(1, 6))]
    rig.room_says(server.Update("doc", b"four"), seq=8)
    assert not socket.writes
    rig.room_says(server.Update("doc", b"difference"), to=[conn], seq=8)
    rig.room_says(server.Update("doc", b"five"), seq=9)
    assert socket.frames() == [server.Update("doc", b"difference"), server.Update("doc", b"five")]


def test_a_reader_that_is_slow_again_when_the_difference_comes_asks_once_more() -> None:
    rig = Rig()
    socket, session, conn = native_reader(rig)
    socket.slow = True
    session.slow()
    rig.room_says(server.Update("doc", b"x"), seq=4)
    socket.slow = False
    session.drained()
    socket.slow = True
    session.slow()
    rig.room_says(server.Update("doc", b"difference"), to=[conn], seq=9)
    rig.room_says(server.Update("doc", b"dropped"), seq=10)
    rig.sent()
    socket.slow = False
    session.drained()
    assert bodies(rig.sent()) == [Lagged("doc", Position(1, 9))]


def test_class_events_are_never_dropped() -> None:
    rig = Rig()
    socket, session, _ = native_reader(rig)
    socket.slow = True
    session.slow()
    rig.room_says(server.Update("doc", b"x"))
    socket.read()
    rig.room_says(server.Happened(8, Left("bob")), server.Update("doc", b"y"))
    assert socket.frames() == [server.Happened(8, Left("bob"))]


# losses


def rejoin_of(rig: Rig, conn: str) -> Join:
    joins = [message.body for message in rig.sent() if message.conn == conn and isinstance(message.body, Join)]
    assert len(joins) == 1
    return joins[0]


def test_link_2_after_a_gap_everybody_is_joined_again_from_where_they_were() -> None:
    rig = Rig()
    socket, session, conn = native_reader(rig)
    rig.say(session, client.Update("doc", 1, b"\x01"), Do(2, Hand(True)))
    rig.room_says(server.Update("doc", b"x"), server.Happened(8, Left("bob")), seq=5)
    rig.sent()
    socket.read()
    rig.next_link()  # lost
    rig.room_says(server.Update("doc", b"never passed on"), seq=7)
    attach, join, again = rig.sent()
    assert (attach.body, attach.link) == (Attach("g"), 1)
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
    rig.hub.take([FromRoom(ROOM, 1, 2, 99, server.Happened(9, Left("eve")))])
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
    rig.hub.take([FromRoom(ROOM, 0, 1, 1, server.Happened(99, Left("bob")))])
    rig.hub.take([LinkLost(ROOM, "w-1")])
    assert rejoin_of(rig, conn).seen == 0
