"""The y-websocket door: y-protocols in, room inputs out, and back."""

import pytest

from gateway.edge import TAKEN, UNTIL_RELEASED
from gateway.session_yjs import YjsSession
from realtime.close_codes import CloseCode
from realtime.envelopes import Join
from realtime.frames import client, server
from realtime.limits import Limits
from tests.gateway.rig import EMPTY, Rig, messages

EDIT = b"\x01\x01\x05\x00\x04\x01\x01t\x01x\x00"
STEP1 = b"\x00\x00\x01\x00"


def update(body: bytes) -> bytes:
    return b"\x00\x02" + bytes((len(body),)) + body


def step2(body: bytes) -> bytes:
    return b"\x00\x01" + bytes((len(body),)) + body


def say(rig: Rig, session: YjsSession, *data: bytes) -> list[float]:
    return [session.receive(item, rig.clock.monotonic()) for item in data]


@pytest.mark.parametrize(
    ("token", "code"),
    [
        (None, CloseCode.UNAUTHORIZED),
        ("bad:token-invalid", CloseCode.UNAUTHORIZED),
        ("bad:token-expired", CloseCode.UNAUTHORIZED),
        ("bad:token-wrong-room", CloseCode.FORBIDDEN),
    ],
)
def test_door_2_a_refused_token_is_closed_before_any_room_is_loaded(token: str | None, code: CloseCode) -> None:
    rig = Rig()
    socket, session = rig.yjs(token=token)
    assert socket.closed is code
    say(rig, session, STEP1)
    assert not rig.bus.sent


@pytest.mark.parametrize(("room", "doc"), [("no room", "doc"), ("room", "-doc"), ("room", "x" * 65), ("", "doc")])
def test_names_that_cannot_exist(room: str, doc: str) -> None:
    rig = Rig()
    socket, _ = rig.yjs(room, doc)
    assert socket.closed is CloseCode.NOT_FOUND
    assert not rig.bus.sent


def test_step_1_opens_and_is_answered_by_step_2_and_step_1_in_one_write() -> None:
    rig = Rig()
    socket, session = rig.yjs()
    assert [type(message.body) for message in rig.sent()][-1] is Join
    say(rig, session, STEP1)
    assert rig.forwarded() == [client.Open("doc", b"\x00")]
    rig.room_says(server.Opened("doc", b"\x00", b"difference", True), to=["g.1"])
    assert len(socket.writes) == 1
    assert socket.read() == [b"\x00\x01\x0adifference", b"\x00\x00\x01\x00"]


def test_changes_are_numbered_here() -> None:
    rig = Rig()
    _, session = rig.yjs()
    rig.sent()
    say(rig, session, STEP1, step2(EMPTY), update(EDIT), update(EDIT), b"\x01\x02\x01\x02")
    assert rig.forwarded() == [
        client.Open("doc", b"\x00"),
        client.Answer("doc", 1, EMPTY),
        client.Update("doc", 2, EDIT),
        client.Update("doc", 3, EDIT),
        client.Awareness("doc", b"\x01\x02"),
    ]


def test_the_lag_is_that_of_edits_not_of_the_answer_that_says_there_is_nothing() -> None:
    rig = Rig()
    _, session = rig.yjs()
    say(rig, session, STEP1, step2(EMPTY))
    rig.room_says(server.Opened("doc", b"\x00", EMPTY, True), to=["g.1"])
    rig.clock.advance(9)
    say(rig, session, update(EDIT))
    rig.clock.advance(0.25)
    rig.room_says(server.Update("doc", EDIT))
    assert rig.counts.lag.total == pytest.approx(0.25)


def test_the_room_asks() -> None:
    rig = Rig()
    socket, session = rig.yjs()
    say(rig, session, STEP1)
    rig.room_says(server.Ask("doc", b"\x01\x02"), server.Update("doc", b"d"), server.Awareness("doc", b"a"), to=["g.1"])
    assert socket.read() == [b"\x00\x00\x02\x01\x02", b"\x00\x02\x01d", b"\x01\x01a"]


def test_grant_6_an_observer_is_told_once_and_changes_nothing() -> None:
    rig = Rig()
    socket, session = rig.yjs(token="observer:eve")
    say(rig, session, STEP1)
    rig.room_says(server.Opened("doc", b"\x00", EMPTY, False), to=["g.1"])
    rig.sent()
    socket.read()
    say(rig, session, update(EDIT), step2(EDIT), update(EDIT), b"\x01\x02\x01\x02")
    assert not rig.bus.sent
    (denied,) = socket.read()
    assert denied[:2] == b"\x02\x00"
    say(rig, session, step2(EMPTY))
    assert rig.forwarded() == [client.Answer("doc", 4, EMPTY)]
    assert not socket.writes


def test_an_observers_edit_before_anything_is_open() -> None:
    rig = Rig()
    socket, session = rig.yjs(token="observer:eve")
    rig.sent()
    say(rig, session, update(EDIT))
    assert not rig.bus.sent
    assert socket.read()[0][:2] == b"\x02\x00"


def test_a_refusal_of_the_room_is_told_once_for_each_reason() -> None:
    rig = Rig()
    socket, session = rig.yjs()
    say(rig, session, STEP1)
    rig.room_says(server.Opened("doc", b"\x00", EMPTY, True), to=["g.1"])
    socket.read()
    for n in (1, 2):
        rig.room_says(server.Refused(n, "locked", "Locked.", False, "doc"), to=["g.1"])
    rig.room_says(server.Refused(3, "malformed", "Bad.", False, "doc"), to=["g.1"])
    assert socket.read() == [b"\x02\x00\x07Locked.", b"\x02\x00\x04Bad."]


@pytest.mark.parametrize(("retry", "code"), [(True, CloseCode.TRY_LATER), (False, CloseCode.FORBIDDEN)])
def test_a_document_that_cannot_be_opened_ends_the_connection(retry: bool, code: CloseCode) -> None:
    rig = Rig()
    socket, session = rig.yjs()
    say(rig, session, STEP1)
    rig.room_says(server.Refused(0, "quarantined", "Broken.", retry, "doc"), to=["g.1"])
    assert socket.closed is code
    assert not rig.hub.rooms


def test_a_refused_cursor_ends_nothing() -> None:
    rig = Rig()
    socket, session = rig.yjs()
    say(rig, session, STEP1)
    rig.room_says(server.Opened("doc", b"\x00", EMPTY, True), to=["g.1"])
    rig.room_says(server.Refused(0, "malformed", "Bad.", False, "doc"), to=["g.1"])
    assert socket.closed is None


@pytest.mark.parametrize("data", [b"", b"\x00", b"\x07", b"\x00\x02\x7f", b"\xff" * 20])
def test_what_is_no_message_closes(data: bytes) -> None:
    rig = Rig()
    socket, session = rig.yjs()
    say(rig, session, data)
    assert socket.closed is CloseCode.BAD_REQUEST


def test_too_large_a_state_vector_closes() -> None:
    rig = Rig(limits=Limits(state_vector_bytes=10))
    socket, session = rig.yjs()
    say(rig, session, b"\x00\x00\x0b" + bytes(11))
    assert socket.closed is CloseCode.TOO_BIG


def test_edits_that_come_too_fast_wait_and_in_the_end_close() -> None:
    rig = Rig(limits=Limits(updates_rate=1, updates_burst=1))
    socket, session = rig.yjs()
    say(rig, session, STEP1)
    rig.sent()
    assert say(rig, session, update(EDIT)) == [TAKEN]
    for _ in range(1000):
        (wait,) = say(rig, session, update(EDIT))
        if socket.closed is not None:
            break
        rig.clock.advance(wait * 0.1)
    assert socket.closed is CloseCode.TOO_FAST


def test_the_seventeenth_that_opens_waits_for_the_first_to_be_answered() -> None:
    rig = Rig()
    pairs = [rig.yjs(token=f"student:{n}") for n in range(18)]
    waits = [say(rig, session, STEP1)[0] for _, session in pairs]
    assert waits == [TAKEN] * 16 + [UNTIL_RELEASED] * 2
    assert rig.hub.waiting == 2
    took: list[list[float]] = []
    pairs[16][0].on_release = lambda: took.append(say(rig, pairs[16][1], STEP1))
    rig.room_says(server.Opened("doc", b"\x00", EMPTY, True), to=["g.1"])
    assert took == [[TAKEN]]
    assert pairs[17][0].released == 0
    assert rig.hub.waiting == 1


def test_an_answer_that_never_comes_does_not_keep_others_out() -> None:
    rig = Rig(lossy=False)
    pairs = [rig.yjs(token=f"student:{n}") for n in range(17)]
    for _, session in pairs:
        say(rig, session, STEP1)
    rig.tick(1.0)
    assert pairs[16][0].released == 0
    rig.tick(3.0)
    assert pairs[16][0].released == 1


def test_grant_5_at_the_end_of_its_grant_it_is_closed() -> None:
    rig = Rig()
    socket, session = rig.yjs()
    assert session.check(rig.clock.monotonic()) == rig.clock.monotonic() + 3600
    rig.clock.advance(3600)
    session.check(rig.clock.monotonic())
    assert socket.closed is CloseCode.UNAUTHORIZED


def test_door_4_the_keep_alive_is_a_message_about_nobody() -> None:
    assert messages(YjsSession.keepalive) == [b"\x01\x01\x00"]


def test_saved_says_nothing_here() -> None:
    rig = Rig()
    socket, session = rig.yjs()
    say(rig, session, STEP1, update(EDIT))
    rig.room_says(server.Saved(1), to=["g.1"])
    assert not socket.writes
