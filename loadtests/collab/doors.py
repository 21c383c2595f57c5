"""The three doors as a load client speaks them: what it sends, and what a message from the server says.

A door turns a message into a `Said`, which does not depend on who received it: all readers of a room get the same
bytes, so each is read once. Writers are told apart by their Yjs client ids, from `FIRST_CLIENT` on.
"""

from dataclasses import dataclass
from typing import Protocol

import msgspec

from loadtests.collab import yjs_wire
from loadtests.collab.swarm import FIRST_CLIENT
from realtime.frames import client as native
from realtime.frames import server
from realtime.frames.codec import decode_server, encode
from realtime.lib0 import read_bytes, read_text, read_uint, span, text, uint

DOC = "notes"
FRAME_BYTES = 64 * 2**20
SYNC, AWARENESS, AUTH, SYNC_REPLY, SYNC_STATUS, PING = 0, 1, 2, 4, 8, 9
EMPTY = b"\x00\x00"


@dataclass(frozen=True, slots=True)
class Said:
    """``runs``: (writer, from clock, to clock) of its edits; ``states``: (writer, clock, raw entry) of its cursors."""

    runs: tuple[tuple[int, int, int], ...] = ()
    states: tuple[tuple[int, int, bytes], ...] = ()
    synced: int = 0
    """Bytes of the document, when this is the first answer that holds it."""
    is_sync: bool = False
    reply: bytes | None = None
    """A message to send back."""
    refused: str = ""
    saved: int = 0
    """Native: the request up to which all is durable; Hocuspocus: 1 for each edit that is."""


NOTHING = Said()


class Door(Protocol):
    """``n`` numbers the messages of one connection."""

    def path(self, room: str, token: str) -> str: ...
    def hello(self, room: str, token: str) -> list[bytes]:
        """What is said first."""
        ...

    def edit(self, room: str, n: int, update: bytes) -> bytes: ...
    def cursor(self, room: str, entries: bytes) -> bytes:
        """``entries`` is a y-protocols awareness update."""
        ...

    def read(self, room: str, message: bytes, opaque: bool) -> Said:
        """``opaque``: the document was not written by this swarm, only its size counts."""
        ...


class YjsDoor:
    """y-websocket: at ``prefix`` (``/yjs/{room}/notes`` at Lyceum, ``/{room}`` at y-websocket's own server)."""

    def __init__(self, template: str = "/yjs/{room}/" + DOC) -> None:
        self._template = template

    def path(self, room: str, token: str) -> str:
        return self._template.replace("{room}", room) + (f"?token={token}" if token else "")

    def hello(self, room: str, token: str) -> list[bytes]:
        return [yjs_wire.STEP1]

    def edit(self, room: str, n: int, update: bytes) -> bytes:
        return b"\x00\x02" + span(update)

    def cursor(self, room: str, entries: bytes) -> bytes:
        return b"\x01" + span(entries)

    def read(self, room: str, message: bytes, opaque: bool) -> Said:
        kind, pos = read_uint(message, 0)
        if kind == SYNC:
            return _sync(message, pos, opaque, yjs_wire.EMPTY_STEP2)
        if kind == AWARENESS:
            return Said(states=_states(read_bytes(message, pos)[0]))
        if kind == AUTH:
            return Said(refused="permission denied")
        return NOTHING


class HocuspocusDoor:
    """Hocuspocus: every message begins with the document's name; ``template`` makes it from the room."""

    def __init__(self, url_path: str = "/hocuspocus", template: str = "{room}/" + DOC) -> None:
        self._path = url_path
        self._template = template

    def path(self, room: str, token: str) -> str:
        return self._path

    def hello(self, room: str, token: str) -> list[bytes]:
        return [self._name(room) + b"\x02\x00" + text(token or "none") + text("4.7.0")]

    def edit(self, room: str, n: int, update: bytes) -> bytes:
        return self._name(room) + b"\x00\x02" + span(update)

    def cursor(self, room: str, entries: bytes) -> bytes:
        return self._name(room) + b"\x01" + span(entries)

    def read(self, room: str, message: bytes, opaque: bool) -> Said:
        if message == b"\x09":
            return Said(reply=b"\x0a")
        _, pos = read_bytes(message, 0)
        kind, pos = read_uint(message, pos)
        name = self._name(room)
        if kind in (SYNC, SYNC_REPLY):
            return _sync(message, pos, opaque, name + yjs_wire.EMPTY_STEP2)
        if kind == AWARENESS:
            return Said(states=_states(read_bytes(message, pos)[0]))
        if kind == AUTH:
            answer, pos = read_uint(message, pos)
            return Said(reply=name + yjs_wire.STEP1) if answer == 2 else Said(refused=read_text(message, pos)[0])
        if kind == SYNC_STATUS:
            return Said(saved=read_uint(message, pos)[0])
        return NOTHING

    def _name(self, room: str) -> bytes:
        return text(self._template.replace("{room}", room))


class NativeDoor:
    """Lyceum's own protocol."""

    def path(self, room: str, token: str) -> str:
        return f"/ws/rooms/{room}"

    def hello(self, room: str, token: str) -> list[bytes]:
        return [encode(native.Hello(token)), encode(native.Open(DOC, b"\x00"))]

    def edit(self, room: str, n: int, update: bytes) -> bytes:
        return encode(native.Update(DOC, n, update))

    def cursor(self, room: str, entries: bytes) -> bytes:
        return encode(native.Awareness(DOC, entries))

    def read(self, room: str, message: bytes, opaque: bool) -> Said:
        try:
            heard = decode_server(message, FRAME_BYTES)
        except msgspec.MsgspecError as error:
            return Said(refused=str(error))
        match heard:
            case server.Update():
                return Said(runs=() if opaque else _runs(heard.update))
            case server.Opened():
                return Said(() if opaque else _runs(heard.update), (), max(1, len(heard.update)), True)
            case server.Awareness():
                return Said(states=_states(heard.update))
            case server.Saved():
                return Said(saved=heard.n)
            case server.Refused() if not heard.retry:
                return Said(refused=f"{heard.code}: {heard.message}")
            case server.Goodbye():
                return Said(refused=f"closed with {heard.code}: {heard.reason}")
            case _:
                return NOTHING


def _sync(message: bytes, pos: int, opaque: bool, answer: bytes) -> Said:
    step, pos = read_uint(message, pos)
    if step == 0:
        return Said(reply=answer)
    update, _ = read_bytes(message, pos)
    runs = () if opaque else _runs(update)
    return Said(runs, (), max(1, len(update)), True) if step == 1 else Said(runs)


def _runs(update: bytes) -> tuple[tuple[int, int, int], ...]:
    found = yjs_wire.typed(b"\x00\x02" + span(update))
    return tuple((client - FIRST_CLIENT, start, end) for client, start, end in found if client >= FIRST_CLIENT)


def _states(update: bytes) -> tuple[tuple[int, int, bytes], ...]:
    count, pos = read_uint(update, 0)
    found: list[tuple[int, int, bytes]] = []
    for _ in range(count):
        start = pos
        client, pos = read_uint(update, pos)
        clock, pos = read_uint(update, pos)
        state, pos = read_bytes(update, pos)
        if client >= FIRST_CLIENT and state != b"null":
            found.append((client - FIRST_CLIENT, clock, update[start:pos]))
    return tuple(found)


def cursor_entry(writer: int, clock: int) -> bytes:
    """Where writer number ``writer`` is, as an editor binding tells it."""
    client = FIRST_CLIENT + writer
    place = f'{{"type":null,"tname":"t","item":{{"client":{client},"clock":{clock}}},"assoc":0}}'
    name = f'"name":"Student {writer % 1000:03}","color":"#30bced","colorLight":"#30bced33"'
    return uint(client) + uint(clock) + text(f'{{"user":{{{name}}},"cursor":{{"anchor":{place},"head":{place}}}}}')
