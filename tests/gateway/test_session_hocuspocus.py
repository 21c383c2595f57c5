"""The Hocuspocus door: several documents a socket, tokens inside, one SyncStatus for each change."""

import pytest

from gateway.edge import TAKEN, UNTIL_RELEASED
from gateway.session_hocuspocus import HocuspocusSession
from realtime.close_codes import CloseCode
from realtime.envelopes import Join, Leave
from realtime.frames import client, server
from realtime.lib0 import span, text
from realtime.limits import Limits
from tests.gateway.rig import EMPTY, Rig, WireTap, messages

EDIT = b"\x01\x01\x05\x00\x04\x01\x01t\x01x\x00"
NAME = "room/doc"
STEP1 = b"\x00\x00\x01\x00"
SAVED, REFUSED = text(NAME) + b"\x08\x01", text(NAME) + b"\x08\x00"


def auth(token: str = "student:ann", name: str = NAME) -> bytes:
    return text(name) + b"\x02\x00" + text(token) + text("4.8.0")


def named(body: bytes, name: str = NAME) -> bytes:
    return text(name) + body


def update(body: bytes = EDIT, name: str = NAME) -> bytes:
    return named(b"\x00\x02" + span(body), name)


def step2(body: bytes = EMPTY, name: str = NAME) -> bytes:
    return named(b"\x00\x01" + span(body), name)


def say(rig: Rig, session: HocuspocusSession, *data: bytes) -> list[float]:
    return [session.receive(item, rig.clock.monotonic()) for item in data]


def synced(rig: Rig, token: str = "student:ann") -> tuple[WireTap, HocuspocusSession]:
    """A client whose document is open and whose first answer was taken and saved."""
    socket, session = rig.hocuspocus()
    say(rig, session, auth(token), named(STEP1))
    rig.room_says(server.Opened("doc", b"\x00", EMPTY, True), to=["g.1"])
    say(rig, session, step2())
    rig.room_says(server.Saved(1), to=["g.1"])
    rig.sent()
    socket.read()
    return socket, session


def test_a_document_opens_after_its_token() -> None:
    rig = Rig()
    socket, session = rig.hocuspocus()
    say(rig, session, auth())
    assert socket.read() == [named(b"\x02\x02" + text("read-write"))]
    join = rig.sent()[-1]
    assert isinstance(join.body, Join)
    assert (join.room, join.body.door, join.body.grant.user) == ("default/room", "hocuspocus", "ann")
    say(rig, session, named(STEP1))
    assert rig.forwarded() == [client.Open("doc", b"\x00")]
    rig.room_says(server.Opened("doc", b"\x00", b"difference", True), to=["g.1"])
    assert socket.read() == [named(STEP1), named(b"\x00\x01" + span(b"difference"))]


def test_an_observer_is_told_its_scope() -> None:
    rig = Rig()
    socket, session = rig.hocuspocus()
    say(rig, session, auth("observer:eve"))
    assert socket.read() == [named(b"\x02\x02" + text("readonly"))]


@pytest.mark.parametrize("token", ["bad:token-invalid", "bad:token-expired", "bad:token-wrong-room"])
def test_door_2_a_refused_token_is_answered_in_the_protocols_own_words(token: str) -> None:
    rig = Rig()
    socket, session = rig.hocuspocus()
    say(rig, session, auth(token), named(STEP1))
    assert socket.read() == [named(b"\x02\x01" + text("No."))]
    assert not rig.bus.sent
    rig.clock.advance(10)
    session.check(rig.clock.monotonic())
    assert socket.closed is CloseCode.HELLO_TIMEOUT


@pytest.mark.parametrize("name", ["room", "no room/doc", "room/", "/doc", "a/b/c"])
def test_names_that_cannot_exist(name: str) -> None:
    rig = Rig()
    socket, session = rig.hocuspocus()
    say(rig, session, auth(name=name))
    assert socket.read()[0].startswith(named(b"\x02\x01", name))
    assert not rig.bus.sent


def test_what_comes_before_the_token_waits_for_it() -> None:
    rig = Rig()
    _, session = rig.hocuspocus()
    say(rig, session, update(), named(STEP1))
    assert not rig.bus.sent
    say(rig, session, auth())
    assert rig.forwarded() == [client.Update("doc", 1, EDIT), client.Open("doc", b"\x00")]


@pytest.mark.parametrize(
    "flood",
    [
        [update(bytes(1_000_000))] * 6,
        [named(b"\x07\x00"[:1] + b"")] * 0 + [update()] * 1001,
        [update(name=f"room/doc{n}") for n in range(101)],
    ],
)
def test_what_waits_is_bounded(flood: list[bytes]) -> None:
    rig = Rig()
    socket, session = rig.hocuspocus()
    say(rig, session, *flood)
    assert socket.closed is CloseCode.TOO_BIG
    assert not rig.bus.sent


def test_when_the_queue_has_to_wait_so_has_the_rest() -> None:
    rig = Rig()
    socket, session = rig.hocuspocus()
    say(rig, session, named(STEP1), update())
    socket.slow = True
    assert say(rig, session, auth()) == [UNTIL_RELEASED]
    assert [type(message.body) for message in rig.sent()][-1] is Join
    assert say(rig, session, auth()) == [UNTIL_RELEASED]
    socket.slow = False
    assert say(rig, session, auth()) == [TAKEN]
    assert rig.forwarded() == [client.Open("doc", b"\x00"), client.Update("doc", 1, EDIT)]
    assert len(messages(b"".join(socket.writes))) == 1


def test_door_5_one_sync_status_for_each_change_when_it_is_saved() -> None:
    rig = Rig()
    socket, session = synced(rig)
    say(rig, session, update(), update(), update())
    assert not socket.writes
    rig.room_says(server.Saved(3), to=["g.1"])
    assert socket.read() == [SAVED, SAVED]
    rig.room_says(server.Saved(4), to=["g.1"])
    assert socket.read() == [SAVED]


def test_door_5_the_answer_to_a_clients_own_sync_counts_and_others_do_not() -> None:
    rig = Rig()
    socket, session = synced(rig)
    rig.room_says(server.Ask("doc", b"\x00"), to=["g.1"])
    say(rig, session, step2())
    rig.room_says(server.Saved(2), to=["g.1"])
    assert socket.read() == [named(STEP1)]
    say(rig, session, named(STEP1))
    rig.room_says(server.Opened("doc", b"\x00", EMPTY, True), to=["g.1"])
    socket.read()
    say(rig, session, step2())
    rig.room_says(server.Saved(3), to=["g.1"])
    assert socket.read() == [SAVED]


def test_door_5_a_refused_change_gets_its_own_status() -> None:
    rig = Rig()
    socket, session = synced(rig)
    say(rig, session, update(), update())
    rig.room_says(server.Refused(2, "locked", "Locked.", False, "doc"), to=["g.1"])
    rig.room_says(server.Saved(3), to=["g.1"])
    assert socket.read() == [REFUSED, SAVED]


def test_door_5_what_was_refused_for_now_is_saved_with_the_answer_that_repeats_it() -> None:
    rig = Rig()
    socket, session = synced(rig)
    say(rig, session, update(), update())
    rig.room_says(server.Refused(2, "storage-away", "Wait.", True, "doc"), to=["g.1"])
    rig.room_says(server.Saved(3), to=["g.1"])
    assert socket.read() == [SAVED]
    say(rig, session, step2(EDIT))
    rig.room_says(server.Saved(4), to=["g.1"])
    assert socket.read() == [SAVED]


def test_grant_6_an_observers_change_is_refused_by_its_status() -> None:
    rig = Rig()
    socket, session = rig.hocuspocus()
    say(rig, session, auth("observer:eve"), named(STEP1))
    rig.room_says(server.Opened("doc", b"\x00", EMPTY, False), to=["g.1"])
    rig.sent()
    socket.read()
    say(rig, session, step2(EDIT), update())
    assert not rig.bus.sent
    assert socket.read() == [REFUSED, REFUSED]


def test_two_documents_two_rooms_one_socket() -> None:
    rig = Rig()
    _, session = rig.hocuspocus()
    say(rig, session, auth(), auth("teacher:ann", "other/notes"), update(name="other/notes"), update())
    forwards = [(message.room, message.conn) for message in rig.sent() if hasattr(message.body, "frame")]
    assert forwards == [("default/other", "g.2"), ("default/room", "g.1")]


def test_two_providers_of_one_document_are_told_apart_by_their_session() -> None:
    rig = Rig()
    socket, session = rig.hocuspocus()
    first, second = f"{NAME}\0one", f"{NAME}\0two"
    say(rig, session, auth(name=first), auth(name=second), named(STEP1, first), named(STEP1, second))
    rig.room_says(server.Opened("doc", b"\x00", EMPTY, True), to=["g.1", "g.2"])
    socket.read()
    rig.room_says(server.Update("doc", b"x"), instead={"g.1": b""})
    assert socket.read() == [named(b"\x00\x02\x01x", second)], "its author need not get it"


def test_a_socket_counts_once_in_a_room() -> None:
    rig = Rig(limits=Limits(connections_per_user=1))
    socket, session = rig.hocuspocus()
    say(rig, session, auth(), auth(name="room/second"))
    assert socket.closed is None
    other, second = rig.hocuspocus()
    say(rig, second, auth())
    assert other.closed is CloseCode.TRY_LATER
    session.gone()
    third, session = rig.hocuspocus()
    say(rig, session, auth())
    assert third.closed is None


def test_a_client_closes_one_document() -> None:
    rig = Rig()
    socket, session = rig.hocuspocus()
    say(rig, session, auth(), auth(name="room/second"))
    rig.sent()
    say(rig, session, named(b"\x07"))
    (leave,) = rig.sent()
    assert (leave.conn, leave.body) == ("g.1", Leave())
    assert socket.closed is None


def test_a_socket_without_documents_may_stay_a_while() -> None:
    rig = Rig()
    socket, session = synced(rig)
    rig.clock.advance(30)
    say(rig, session, named(b"\x07"))
    rig.clock.advance(59)
    session.check(rig.clock.monotonic())
    assert socket.closed is None
    rig.clock.advance(1)
    session.check(rig.clock.monotonic())
    assert socket.closed is CloseCode.HELLO_TIMEOUT


def test_kicked_from_one_room_it_stays_in_the_other() -> None:
    rig = Rig()
    socket, session = rig.hocuspocus()
    say(rig, session, auth(), auth(name="other/doc"))
    rig.room_says(server.Saving(True))
    socket.read()
    rig.room_kicks(CloseCode.REMOVED, ["g.1"])
    assert socket.closed is None
    assert socket.read() == [named(b"\x02\x01" + text(CloseCode.REMOVED.reason))]
    assert list(rig.hub.rooms) == ["default/other"]


def test_grant_5_a_fresh_token_is_asked_for_and_taken() -> None:
    rig = Rig()
    socket, session = synced(rig)
    rig.clock.advance(3540)
    session.check(rig.clock.monotonic())
    assert socket.read() == [named(b"\x02\x00")]
    say(rig, session, auth())
    assert socket.read() == [named(b"\x02\x02" + text("read-write"))]
    rig.clock.advance(120)
    session.check(rig.clock.monotonic())
    assert socket.closed is None


def test_grant_5_without_one_the_document_is_closed() -> None:
    rig = Rig()
    socket, session = synced(rig)
    rig.clock.advance(3600)
    session.check(rig.clock.monotonic())
    assert socket.closed is CloseCode.UNAUTHORIZED
    assert not rig.hub.rooms


def test_pings_need_no_name() -> None:
    rig = Rig()
    socket, session = rig.hocuspocus()
    say(rig, session, b"\x09", b"\x0a")
    assert socket.read() == [b"\x0a"]
    assert messages(HocuspocusSession.keepalive) == [b"\x09"]


@pytest.mark.parametrize("data", [b"", b"\x05ab", text(NAME), text(NAME) + b"\x63"])
def test_what_is_no_message_closes(data: bytes) -> None:
    rig = Rig()
    socket, session = rig.hocuspocus()
    say(rig, session, data)
    assert socket.closed is CloseCode.BAD_REQUEST


def test_too_many_documents() -> None:
    rig = Rig(limits=Limits(open_documents_per_connection=2))
    socket, session = rig.hocuspocus()
    say(rig, session, *[auth(name=f"room/doc{n}") for n in range(3)])
    assert socket.closed is CloseCode.TRY_LATER
