"""Who waits to be admitted hears nothing of the class through the gateway that holds their connection (CLASS-9)."""

import msgspec

from realtime.envelopes import FromMedia
from realtime.frames import client, server
from realtime.frames.events import Left
from tests.gateway.hub_members import native_reader
from tests.gateway.rig import Rig


def test_class_9_nothing_meant_for_everybody_reaches_who_waits() -> None:
    rig = Rig()
    inside, _, _ = native_reader(rig)
    outside, session = rig.native(token="student:bob")
    signals: list[object] = []
    rig.edge.on_signal = lambda *it: signals.append(it)
    (conn,) = {message.conn for message in rig.sent() if message.conn}
    rig.room_says(server.Waiting("bob", "bob"), to=[conn])
    assert outside.frames() == [server.Waiting("bob", "bob")]
    rig.room_says(server.Happened(8, Left("eve")), server.Saving(False))
    rig.hub.take([FromMedia("default/room", None, server.Signal(0, "speakers", msgspec.Raw(b"\x80")))])
    rig.say(session, client.Signal(1, "join", msgspec.Raw(b"\x80")))
    assert len(inside.frames()) == 3
    assert [type(frame) for frame in outside.frames()] == [server.Refused]
    assert signals == []
    rig.room_says(server.Welcome(conn, "bob", "bob", "student", 0.0, 0.0), to=[conn])
    rig.room_says(server.Happened(9, Left("joe")))
    rig.say(session, client.Signal(2, "join", msgspec.Raw(b"\x80")))
    assert [type(frame) for frame in outside.frames()] == [server.Welcome, server.Happened]
    assert len(signals) == 1
