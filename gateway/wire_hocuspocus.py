"""The messages of stock `@hocuspocus/provider` 4 clients, without I/O.

Each starts with a name: ``{room}/{doc}``, or that, a zero byte and a session id, which lets two providers of one
document share a socket. Sync and awareness bodies are those of `gateway.wire_yjs`.
"""

from typing import Final, NamedTuple

from gateway import wire_yjs
from gateway.wire_yjs import BadMessage
from realtime.lib0 import BadLib0, read_text, read_uint, text

STEP1: Final = wire_yjs.STEP1
STEP2: Final = wire_yjs.STEP2
UPDATE: Final = wire_yjs.UPDATE
AWARENESS: Final = wire_yjs.AWARENESS
QUERY_AWARENESS: Final = wire_yjs.QUERY_AWARENESS
AUTH: Final = 5
STATELESS: Final = 6
CLOSE: Final = 7

PING = b"\x09"
PONG = b"\x0a"
MAX_NAME_BYTES = 256
"""Two names of 64, a slash, and a session id."""

_AUTH, _SYNC_REPLY, _STATELESS, _BROADCAST, _CLOSE = 2, 4, 5, 6, 7
_TOKEN = 0


class Message(NamedTuple):
    """``name`` as it goes on the wire; ``body`` is a token (UTF-8) for `AUTH`."""

    name: str
    kind: int
    body: bytes


def parse(data: bytes) -> Message:
    """One message that has a name; raise `BadMessage`."""
    try:
        name, pos = read_text(data, 0)
        if len(name) > MAX_NAME_BYTES:
            raise BadMessage("a document name that is too long")
        kind, after = read_uint(data, pos)
        if kind == _AUTH:
            return Message(name, AUTH, _token(data, after))
        if kind in (_STATELESS, _BROADCAST):
            return Message(name, STATELESS, b"")
        if kind == _CLOSE:
            return Message(name, CLOSE, b"")
    except BadLib0 as error:
        raise BadMessage(str(error)) from None
    if kind == _SYNC_REPLY:
        return Message(name, *wire_yjs.parse(b"\x00" + data[after:]))
    return Message(name, *wire_yjs.parse(data, pos))


def split_name(name: str) -> tuple[str, str]:
    """``{room}/{doc}`` (session id left out) as its two names; the second is empty when there is no slash."""
    room, _, doc = name.partition("\0")[0].partition("/")
    return room, doc


def authenticated(may_write: bool) -> bytes:
    return b"\x02\x02" + text("read-write" if may_write else "readonly")


def denied(reason: str) -> bytes:
    """This document is not opened; its provider gives up."""
    return b"\x02\x01" + text(reason)


def ask_for_token() -> bytes:
    """The provider answers with a fresh one."""
    return b"\x02\x00"


def closed(reason: str) -> bytes:
    """The server closes one document of the socket."""
    return b"\x07" + text(reason)


def saved(ok: bool) -> bytes:
    """SyncStatus: one change of the client is durable, or was refused."""
    return b"\x08\x01" if ok else b"\x08\x00"


def _token(data: bytes, pos: int) -> bytes:
    kind, pos = read_uint(data, pos)
    if kind != _TOKEN:
        raise BadMessage(f"auth message {kind}")
    token, _ = read_text(data, pos)
    return token.encode()
