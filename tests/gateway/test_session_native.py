"""The native door: hello, grants, rates, what goes to the room and what does not."""

import pytest

from gateway.edge import TAKEN, UNTIL_RELEASED
from realtime.close_codes import CloseCode
from realtime.envelopes import Join
from realtime.frames import client, server
from realtime.frames.client import Do, Hello, Open
from realtime.frames.commands import Hand, OlderChat, Say, View
from realtime.grants import Grant
from realtime.limits import Limits
from realtime.roles import Role
from tests.gateway.rig import EMPTY, Rig


def test_frame_4_no_hello_in_time() -> None:
    rig = Rig()
    socket, session = rig.native(token=None)
    assert session.check(rig.clock.monotonic()) == rig.clock.monotonic() + 10
    rig.clock.advance(10)
    session.check(rig.clock.monotonic())
    assert socket.closed is CloseCode.HELLO_TIMEOUT
    assert not rig.bus.sent


@pytest.mark.parametrize(
    ("token", "code"),
    [
        ("bad:token-invalid", CloseCode.UNAUTHORIZED),
        ("bad:token-expired", CloseCode.UNAUTHORIZED),
        ("bad:token-missing", CloseCode.UNAUTHORIZED),
        ("bad:token-wrong-room", CloseCode.FORBIDDEN),
    ],
)
def test_grant_2_a_refused_token_opens_nothing(token: str, code: CloseCode) -> None:
    rig = Rig()
    socket, session = rig.native(token=None)
    rig.say(session, Hello(token))
    assert socket.closed is code
    assert not rig.bus.sent
    assert rig.census.sockets == 0


def test_a_room_that_cannot_exist() -> None:
    rig = Rig()
    socket, _ = rig.native(room="no/room")
    assert socket.closed is CloseCode.NOT_FOUND
    assert not rig.bus.sent


def test_anything_before_hello_is_unauthorized() -> None:
    rig = Rig()
    socket, session = rig.native(token=None)
    rig.say(session, Open("doc", b"\x00"))
    assert socket.closed is CloseCode.UNAUTHORIZED


def test_hello_joins_from_where_the_client_was() -> None:
    rig = Rig()
    _, session = rig.native(token=None)
    rig.say(session, Hello("teacher:kim", 12))
    join = rig.sent()[-1].body
    assert isinstance(join, Join)
    assert (join.grant.user, join.seen, join.door) == ("kim", 12, "native")


@pytest.mark.parametrize("data", [b"", b"\xc1", b"\x90", b"\x92\x02\x05", b"\x91\xcc\xff", b"\x81\x01\x02"])
def test_frame_2_what_is_no_frame_closes(data: bytes) -> None:
    rig = Rig()
    socket, session = rig.native()
    session.receive(data, rig.clock.monotonic())
    assert socket.closed is CloseCode.BAD_REQUEST
    assert not rig.hub.rooms


def test_frame_2_what_is_too_big_closes() -> None:
    rig = Rig(limits=Limits(frame_bytes=100))
    socket, session = rig.native()
    session.receive(b"\x94" + bytes(100), rig.clock.monotonic())
    assert socket.closed is CloseCode.TOO_BIG


def test_documents_and_commands_go_to_the_room_as_they_came() -> None:
    rig = Rig()
    _, session = rig.native()
    rig.sent()
    frames = [
        Open("doc", b"\x00"),
        client.Update("doc", 1, b"\x01"),
        client.Answer("doc", 2, b"\x01"),
        client.Awareness("doc", b"\x00"),
        Do(3, Hand(True)),
        client.CatchUp(4),
        client.Shut("doc"),
    ]
    assert rig.say(session, *frames) == [TAKEN] * len(frames)
    assert rig.forwarded() == frames


def test_pings_are_answered_here() -> None:
    rig = Rig()
    socket, session = rig.native()
    rig.sent()
    rig.say(session, client.Ping(77))
    assert socket.frames() == [server.Pong(77)]
    assert not rig.bus.sent


def test_grant_6_an_observers_edit_goes_no_further() -> None:
    rig = Rig()
    socket, session = rig.native(token="observer:eve")
    rig.say(session, Open("doc", b"\x00"))
    rig.room_says(server.Opened("doc", b"\x00", EMPTY, False), to=["g.1"])
    rig.sent()
    socket.read()
    hidden = b"\x01\x01\x05\x00\x04\x01\x01t\x01x\x00"
    rig.say(session, client.Update("doc", 1, hidden), client.Answer("doc", 2, hidden), client.Update("doc", 3, EMPTY))
    assert not rig.bus.sent
    assert [(frame.n, frame.code) for frame in socket.frames() if isinstance(frame, server.Refused)] == [
        (1, "read-only"),
        (2, "read-only"),
        (3, "read-only"),
    ]
    rig.say(session, client.Awareness("doc", b"\x00"))
    assert not rig.bus.sent


def test_an_observers_empty_answer_and_known_deletions_are_for_the_room_to_judge() -> None:
    rig = Rig()
    _, session = rig.native(token="observer:eve")
    rig.say(session, Open("doc", b"\x00"))
    rig.sent()
    answers = [client.Answer("doc", 1, EMPTY), client.Answer("doc", 2, b"\x00\x01\x05\x01\x00\x01")]
    rig.say(session, *answers)
    assert rig.forwarded() == answers


def test_somebody_who_was_given_a_role_in_the_room_may_edit() -> None:
    rig = Rig()
    _, session = rig.native(token="observer:eve")
    rig.say(session, Open("doc", b"\x00"))
    rig.room_says(server.Welcome("g.1", "eve", "eve", "student", 0.0, 0.0), to=["g.1"])
    rig.sent()
    rig.say(session, client.Update("doc", 1, b"\x01"))
    assert rig.forwarded() == [client.Update("doc", 1, b"\x01")]


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        (client.Update("closed", 1, b"\x01"), "unknown"),
        (client.Update("doc", 1, bytes(101)), "too-large"),
        (Open("no/doc", b"\x00"), "unknown"),
        (Open("doc", bytes(101)), "too-large"),
        (Open("third", b"\x00"), "too-many-documents"),
        (client.Awareness("doc", bytes(101)), "too-large"),
        (client.Signal(1, "offer"), "unknown"),
    ],
)
def test_limits_are_kept_here(frame: client.ClientFrame, code: str) -> None:
    limits = Limits(update_bytes=100, state_vector_bytes=100, open_documents_per_connection=2, awareness_bytes=100)
    rig = Rig(limits=limits)
    socket, session = rig.native()
    rig.say(session, Open("doc", b"\x00"), Open("second", b"\x00"))
    rig.sent()
    rig.say(session, frame)
    (refused,) = socket.frames()
    assert isinstance(refused, server.Refused)
    assert refused.code == code
    assert rig.counts.refusals == {code: 1}
    assert not rig.bus.sent


def test_limit_2_edits_that_come_too_fast_wait_and_are_not_lost() -> None:
    rig = Rig(limits=Limits(updates_rate=10, updates_burst=3))
    socket, session = rig.native()
    rig.say(session, Open("doc", b"\x00"))
    rig.sent()
    waits = rig.say(session, *[client.Update("doc", n, b"\x01") for n in range(1, 5)])
    assert waits[:3] == [TAKEN] * 3
    assert 0 < waits[3] <= 0.1
    rig.clock.advance(waits[3] + 0.02)
    assert rig.say(session, client.Update("doc", 4, b"\x01")) == [TAKEN]
    assert [frame.n for frame in rig.forwarded()] == [1, 2, 3, 4]
    assert socket.closed is None


def test_limit_2_bytes_count_too() -> None:
    rig = Rig(limits=Limits(update_bytes_rate=100, update_bytes_burst=1000))
    _, session = rig.native()
    rig.say(session, Open("doc", b"\x00"))
    assert rig.say(session, client.Update("doc", 1, bytes(900))) == [TAKEN]
    assert rig.say(session, client.Update("doc", 2, bytes(900)))[0] > 5


def test_limit_2_commands_that_come_too_fast_are_refused_and_too_many_of_them_close() -> None:
    rig = Rig(limits=Limits(commands_rate=1, commands_burst=2))
    socket, session = rig.native()
    rig.sent()
    rig.say(session, *[Do(n, Say("hi")) for n in range(1, 4)])
    assert [frame.n for frame in rig.forwarded()] == [1, 2]
    (refused,) = socket.frames()
    assert isinstance(refused, server.Refused)
    assert (refused.n, refused.code, refused.retry) == (3, "too-fast", True)
    for n in range(4, 500):
        if socket.closed is None:
            rig.say(session, Do(n, Say("hi")))
    assert socket.closed is CloseCode.TOO_FAST


def test_where_the_leader_looks_is_not_a_command_by_rate() -> None:
    rig = Rig(limits=Limits(commands_rate=1, commands_burst=1, awareness_rate=1, awareness_burst=5))
    socket, session = rig.native(token="teacher:kim")
    rig.sent()
    rig.say(session, *[Do(n, View("board")) for n in range(1, 9)])
    assert len(rig.forwarded()) == 5
    assert not socket.writes


def test_awareness_that_comes_too_fast_is_put_off_and_the_latest_wins() -> None:
    rig = Rig(limits=Limits(awareness_rate=1, awareness_burst=2))
    _, session = rig.native()
    rig.say(session, Open("doc", b"\x00"))
    rig.sent()
    rig.say(session, *[client.Awareness("doc", b"%d" % n) for n in range(5)])
    assert [frame.update for frame in rig.forwarded()] == [b"0", b"1"]
    rig.tick(1.0)
    assert [frame.update for frame in rig.forwarded()] == [b"4"]
    rig.tick(1.0)
    assert not [frame for frame in rig.forwarded() if isinstance(frame, client.Awareness)]


def test_who_does_not_read_is_not_given_more_to_read() -> None:
    rig = Rig()
    socket, session = rig.native()
    socket.slow = True
    rig.sent()
    assert rig.say(session, Open("doc", b"\x00"), client.CatchUp(0)) == [UNTIL_RELEASED] * 2
    assert not rig.bus.sent
    socket.slow = False
    assert rig.say(session, Open("doc", b"\x00")) == [TAKEN]


def test_what_has_a_large_answer_is_not_asked_faster_than_it_is_read() -> None:
    rig = Rig()
    _, session = rig.native()
    rig.sent()
    waits = rig.say(session, *[Do(n, OlderChat(9)) for n in range(1, 6)])
    assert waits[:4] == [TAKEN] * 4
    assert waits[4] > 0
    assert len(rig.forwarded()) == 4
    waits = rig.say(session, *[Open(doc, b"\x00") for doc in ("one", "two", "one", "three")])
    assert waits == [TAKEN, TAKEN, UNTIL_RELEASED, UNTIL_RELEASED]


def test_grant_5_told_before_the_grant_ends_and_closed_when_it_does() -> None:
    rig = Rig()
    socket, session = rig.native()
    now = rig.clock.monotonic()
    assert session.check(now) == now + 3540
    rig.clock.advance(3540)
    session.check(rig.clock.monotonic())
    (renew,) = socket.frames()
    assert isinstance(renew, server.Renew)
    rig.clock.advance(60)
    session.check(rig.clock.monotonic())
    assert socket.closed is CloseCode.UNAUTHORIZED


def test_grant_5_a_fresh_hello_stays() -> None:
    rig = Rig()
    socket, session = rig.native()
    rig.clock.advance(3550)
    rig.sent()
    rig.say(session, Hello("student:ann"))
    (join,) = rig.sent()
    assert isinstance(join.body, Join)
    assert not join.body.again
    rig.clock.advance(100)
    session.check(rig.clock.monotonic())
    assert socket.closed is None


@pytest.mark.parametrize("grant", [Grant("room", "other"), Grant("room", "ann", tenant="elsewhere")])
def test_a_fresh_hello_of_somebody_else_closes(grant: Grant) -> None:
    rig = Rig()
    rig.grants["student:x"] = grant
    socket, session = rig.native()
    rig.say(session, Hello("student:x"))
    assert socket.closed is CloseCode.FORBIDDEN


def test_a_full_room_and_a_person_with_too_many_connections_try_later() -> None:
    rig = Rig(limits=Limits(connections_per_user=2, connections_per_room=3))
    closed = [rig.native(token=f"student:{user}")[0].closed for user in ("ann", "ann", "ann", "bob", "eve")]
    assert closed == [None, None, CloseCode.TRY_LATER, None, CloseCode.TRY_LATER]


def test_a_service_is_not_one_person() -> None:
    rig = Rig(limits=Limits(connections_per_user=1))
    rig.grants["student:load"] = Grant("*", "load", Role.STUDENT, expires=rig.clock.wall() + 60)
    assert [rig.native(token="student:load")[0].closed for _ in range(3)] == [None] * 3


def test_leaving_makes_room() -> None:
    rig = Rig(limits=Limits(connections_per_user=1))
    _, session = rig.native()
    session.gone()
    assert rig.native()[0].closed is None


def test_signals_go_to_the_media_plane_and_so_does_the_end() -> None:
    rig = Rig()
    heard: list[tuple[str, str, str]] = []
    rig.edge.on_signal = lambda conn, grant, room, frame: heard.append((conn, room, frame.kind if frame else "gone"))
    _, session = rig.native()
    rig.say(session, client.Signal(1, "offer"))
    session.gone()
    assert heard == [("g.1", "default/room", "offer"), ("g.1", "default/room", "gone")]


def test_farewell_says_when_to_come_back() -> None:
    rig = Rig()
    socket, session = rig.native()
    session.farewell(CloseCode.DRAINING, 0.25)
    assert socket.frames() == [server.Goodbye(1012, CloseCode.DRAINING.reason, True, 0.25)]
