"""Awareness in a room: rule DOC-6."""

import json

from realtime.frames import client, commands, server
from realtime.roles import Role
from tests.rooms.scene import Scene


def message(*states: tuple[int, int, object]) -> bytes:
    """A y-protocols awareness update; small numbers only."""
    out = bytearray([len(states)])
    for number, clock, state in states:
        text = json.dumps(state).encode()
        out += bytes([number, clock, len(text)]) + text
    return bytes(out)


def three_readers() -> Scene:
    scene = Scene()
    for conn in ("g1.1", "g1.2", "g1.3"):
        scene.join(conn)
        scene.open(conn, "notes")
    return scene


def test_doc_6_states_are_coalesced_and_skip_their_only_author() -> None:
    scene = three_readers()
    for clock in range(1, 6):
        scene.send("g1.1", client.Awareness("notes", message((7, clock, {"x": clock}))))
    scene.flush()
    assert scene.frames("g1.2", server.Awareness) == [server.Awareness("notes", message((7, 5, {"x": 5})))]
    assert not scene.frames("g1.1", server.Awareness)
    scene.send("g1.1", client.Awareness("notes", message((7, 6, {"x": 6}))))
    scene.send("g1.2", client.Awareness("notes", message((8, 1, {}))))
    scene.flush()
    assert len(scene.frames("g1.1", server.Awareness)) == 1


def test_doc_6_an_echo_goes_nowhere() -> None:
    scene = three_readers()
    update = message((7, 1, {"x": 1}))
    scene.send("g1.1", client.Awareness("notes", update))
    scene.flush()
    scene.clear()
    scene.send("g1.2", client.Awareness("notes", update))
    scene.send("g1.3", client.Awareness("notes", update))
    scene.flush()
    assert not scene.got


def test_a_joiner_sees_who_is_there_and_who_leaves_is_taken_away() -> None:
    scene = three_readers()
    scene.send("g1.1", client.Awareness("notes", message((7, 1, {"x": 1}))))
    scene.flush()
    scene.join("g1.4")
    scene.open("g1.4", "notes")
    assert scene.last("g1.4", server.Awareness).update == message((7, 1, {"x": 1}))
    scene.leave("g1.1")
    assert scene.last("g1.4", server.Awareness).update == message((7, 1, None))


def test_a_state_that_is_not_renewed_expires() -> None:
    scene = three_readers()
    scene.send("g1.1", client.Awareness("notes", message((7, 1, {}))))
    scene.pass_time(20)
    assert len(scene.frames("g1.2", server.Awareness)) == 1
    scene.pass_time(15)
    assert scene.last("g1.2", server.Awareness).update == message((7, 1, None))


def test_grant_4_an_observer_shows_no_cursor() -> None:
    scene = three_readers()
    scene.join("g1.9", Role.OBSERVER)
    scene.open("g1.9", "notes")
    scene.clear()
    scene.send("g1.9", client.Awareness("notes", message((9, 1, {}))))
    scene.flush()
    assert not scene.got
    scene.teacher("g1.7")
    scene.send("g1.2", client.Awareness("notes", message((8, 1, {}))))
    scene.do("g1.7", 1, commands.SetRole("user-g1.2", "observer"))
    scene.flush()
    assert scene.last("g1.3", server.Awareness).update == message((8, 1, None))


def test_awareness_that_cannot_be_read_is_refused() -> None:
    scene = three_readers()
    scene.send("g1.1", client.Awareness("notes", b"\x05\x01"))
    assert scene.refusals("g1.1") == [(0, "malformed")]
