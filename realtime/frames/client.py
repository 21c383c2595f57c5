"""Frames a client sends. ``n`` is the connection's own counter over requests: 1, 2, 3, …

Documents: `Open` once with what the client holds; `Update` for each change; `Answer` when the server asks with
`server.Ask` for what it lacks. `Update` and `Answer` are numbered so that `server.Saved` can speak of them.
"""

import msgspec

from realtime.frames.commands import Command


class Hello(msgspec.Struct, tag=1, array_like=True, frozen=True):
    """First frame: the join token, and the position in the class' events a returning client has seen (0: none).

    Sent again on an open connection it renews the grant before it expires.
    Example: ``[1, "eyJ…", 0]``.
    """

    token: str
    seen: int = 0


class Open(msgspec.Struct, tag=2, array_like=True, frozen=True):
    """Start following a document; ``state_vector`` (Yjs v1) tells what the client holds. Answered by `server.Opened`.

    On a document that is open already it is a resync. Example: ``[2, "text.notes", b"\\x00"]``.
    """

    doc: str
    state_vector: bytes


class Shut(msgspec.Struct, tag=3, array_like=True, frozen=True):
    """Stop following a document."""

    doc: str


class Update(msgspec.Struct, tag=4, array_like=True, frozen=True):
    """A change of a document (Yjs update v1). Example: ``[4, "text.notes", 7, b"…"]``."""

    doc: str
    n: int
    update: bytes


class Answer(msgspec.Struct, tag=5, array_like=True, frozen=True):
    """What the server lacked (sync step 2 to its `server.Ask` or `server.Opened`); maybe empty (``00 00``)."""

    doc: str
    n: int
    update: bytes


class Awareness(msgspec.Struct, tag=6, array_like=True, frozen=True):
    """Cursor, selection, laser pointer: a y-protocols awareness update for a document. Never saved."""

    doc: str
    update: bytes


class Do(msgspec.Struct, tag=7, array_like=True, frozen=True):
    """Something asked of the class. Answered by `server.Done` or `server.Refused` with the same ``n``."""

    n: int
    command: Command


class CatchUp(msgspec.Struct, tag=8, array_like=True, frozen=True):
    """The client saw a gap in the class' events; ``seen`` is the last it has. Answered by events or `server.Class`."""

    seen: int


class Ping(msgspec.Struct, tag=9, array_like=True, frozen=True):
    """Is anybody there? Answered by `server.Pong` with the same value."""

    value: int = 0


class Signal(msgspec.Struct, tag=10, array_like=True, frozen=True):
    """Media signalling (docs/media.md): one request to the SFU, answered by `server.Signal` with the same ``n``."""

    n: int
    kind: str
    body: msgspec.Raw = msgspec.Raw(b"\xc0")


ClientFrame = Hello | Open | Shut | Update | Answer | Awareness | Do | CatchUp | Ping | Signal
