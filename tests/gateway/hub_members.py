"""Members of a `Rig`'s room, for tests of the hub."""

from typing import Any

from realtime.envelopes import (
    ToRoom,
)
from realtime.frames import client, server
from tests.gateway.rig import EMPTY, Rig, WireTap

ROOM = "default/room"


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
