"""Rooms and their traffic: fan-out, slow readers, losses, owners that come and go."""

from realtime.envelopes import (
    Attach,
    Detach,
    FromMedia,
    FromRoom,
    Join,
    Lagged,
    Leave,
    first_of,
)
from realtime.frames import client, server
from realtime.frames.events import Left
from realtime.frames.state import Classroom, LeaderView, Summary
from realtime.position import Position
from realtime.registry.registry import Node
from tests.gateway.hub_members import ROOM, bodies, native_reader, yjs_reader
from tests.gateway.rig import Rig

NOBODY = Classroom(7, [], Summary(0, True), [], [], [], LeaderView(), [])


# attaching


def test_the_first_member_attaches_the_room_to_the_worker_that_should_own_it() -> None:
    rig = Rig(workers=("w-1", "w-2", "w-3"))
    rig.native()
    (channel, attach), (_, join) = rig.bus.sent
    assert channel in {"rooms:w-1", "rooms:w-2", "rooms:w-3"}
    assert (attach.link, attach.body, attach.conn) == (first_of(1), Attach("g"), "")
    assert (join.link, join.conn) == (first_of(1) + 1, "g.1")
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


def test_a_hub_says_when_it_has_something_to_try_again_soon() -> None:
    rig = Rig(workers=())
    asked: list[bool] = []
    rig.hub.on_restless = lambda: asked.append(rig.hub.is_restless)
    assert not rig.hub.is_restless
    rig.native()
    assert asked == [True]


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
    rig.room_says(server.Update("doc", b"change"), instead={conn: b""})
    assert not author.writes
    (first,), *rest = [socket.writes for socket in others]
    assert all(write[0] is first for write in rest)
    assert others[0].frames() == [server.Update("doc", b"change")]


def test_an_author_gets_what_is_said_to_it_instead_in_its_place_among_the_others() -> None:
    rig = Rig()
    author, _, conn = native_reader(rig)
    other, _, _ = native_reader(rig, token="student:b")
    both, last = server.Update("doc", b"both"), server.Awareness("doc", b"last")
    rig.room_says(both, instead={conn: b"theirs"})
    rig.room_says(last, instead={conn: b""})
    assert author.frames() == [server.Update("doc", b"theirs")]
    assert other.frames() == [both, last]


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
            FromRoom(ROOM, 1, links[0], 5, server.Update("doc", b"mine"), None, {conn: b""}),
            FromRoom(ROOM, 1, links[1], 6, server.Update("doc", b"ours")),
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
