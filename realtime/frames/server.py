"""Frames the server sends."""

import msgspec

from realtime.frames.events import Event
from realtime.frames.state import ChatMessage, Classroom, Member


class Welcome(msgspec.Struct, tag=64, array_like=True, frozen=True):
    """You are in: the connection's id, who you are here, when the grant expires, the time (Unix seconds)."""

    conn: str
    user: str
    name: str
    role: str
    expires: float
    now: float


class Class(msgspec.Struct, tag=65, array_like=True, frozen=True):
    """The class as it is; replaces everything the client knew of it."""

    classroom: Classroom


class Happened(msgspec.Struct, tag=66, array_like=True, frozen=True):
    """One event. ``seq`` steps by one; a larger step is a gap (send `client.CatchUp`); 0: not numbered."""

    seq: int
    event: Event


class Opened(msgspec.Struct, tag=67, array_like=True, frozen=True):
    """Answer to `client.Open`: what the client lacked, and the server's state vector, which asks for what the server
    lacks (answer with `client.Answer`). ``writable`` is false for observers and, while locked, for students."""

    doc: str
    state_vector: bytes
    update: bytes
    writable: bool


class Update(msgspec.Struct, tag=68, array_like=True, frozen=True):
    """Changes of a document, merged; may repeat what the client has."""

    doc: str
    update: bytes


class Ask(msgspec.Struct, tag=69, array_like=True, frozen=True):
    """The server asks what you hold beyond this state vector (sync step 1); answer with `client.Answer`."""

    doc: str
    state_vector: bytes


class Awareness(msgspec.Struct, tag=70, array_like=True, frozen=True):
    """Latest awareness states of a document, coalesced."""

    doc: str
    update: bytes


class Saved(msgspec.Struct, tag=71, array_like=True, frozen=True):
    """Each `client.Update` and `client.Answer` of this connection up to ``n`` that was not refused is durable."""

    n: int


class Refused(msgspec.Struct, tag=72, array_like=True, frozen=True):
    """Request ``n`` was not carried out (0: not about a numbered request). See `realtime.refusals`."""

    n: int
    code: str
    message: str
    retry: bool = False
    doc: str = ""


class Done(msgspec.Struct, tag=73, array_like=True, frozen=True):
    """Command ``n`` was carried out and is durable where it is something that is kept."""

    n: int


class Saving(msgspec.Struct, tag=74, array_like=True, frozen=True):
    """Whether storage answers: false means that edits go on but nothing is called saved for now."""

    ok: bool


class Pong(msgspec.Struct, tag=75, array_like=True, frozen=True):
    """Answer to `client.Ping`."""

    value: int = 0


class ChatPage(msgspec.Struct, tag=76, array_like=True, frozen=True):
    """Older chat, oldest first; ``more`` when there is still older."""

    n: int
    messages: list[ChatMessage]
    more: bool


class Roster(msgspec.Struct, tag=77, array_like=True, frozen=True):
    """A page of the roster; ``total`` people in all."""

    n: int
    offset: int
    members: list[Member]
    total: int


class Goodbye(msgspec.Struct, tag=78, array_like=True, frozen=True):
    """The server is about to close with this code; when ``retry``, come back after ``after`` seconds."""

    code: int
    reason: str
    retry: bool
    after: float = 0.0


class Renew(msgspec.Struct, tag=79, array_like=True, frozen=True):
    """The grant expires soon: send a `client.Hello` with a fresh token to stay."""

    expires: float


class Signal(msgspec.Struct, tag=80, array_like=True, frozen=True):
    """Media signalling (docs/media.md): an answer (``n`` of the request) or news (``n`` 0)."""

    n: int
    kind: str
    body: msgspec.Raw = msgspec.Raw(b"\xc0")


class Waiting(msgspec.Struct, tag=81, array_like=True, frozen=True):
    """Instead of `Welcome`: you wait until staff let you in; then `Welcome` comes on this connection."""

    user: str
    name: str


ServerFrame = (
    Welcome
    | Class
    | Happened
    | Opened
    | Update
    | Ask
    | Awareness
    | Saved
    | Refused
    | Done
    | Saving
    | Pong
    | ChatPage
    | Roster
    | Goodbye
    | Renew
    | Signal
    | Waiting
)
