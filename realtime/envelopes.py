"""What gateways and room workers say to each other over the bus.

    gateway ── ToRoom(room, link, conn, body) ──▶ inbox of the worker     channel "rooms:{worker}"
    worker ── FromRoom(room, epoch, link, seq, to, skip, frame) ──▶ gateway     channel "gateway:{gateway}"
    gateway ◀── ToMedia, FromMedia ──▶ SFU                                      channels "media:{worker}", "gateway:…"

``link`` numbers what one sender put on one (room, gateway) link, one by one, whatever it was, so that the receiver
sees every loss. Each `Attach` begins a range of numbers of its own in both directions (`first_of`), so that no number
means two things while several attaches are under way. The bus may lose messages; a loss is healed by the gateway
joining its connections again (`Join.again`), which is also what happens when another worker takes the room.
"""

import msgspec

from realtime.frames.client import Answer, Awareness, CatchUp, Do, Open, Shut, Update
from realtime.frames.client import Signal as ClientSignal
from realtime.frames.server import ServerFrame
from realtime.frames.server import Signal as ServerSignal
from realtime.frames.server import Update as UpdateOut
from realtime.frames.state import Stage
from realtime.grants import Grant
from realtime.position import Position


class Join(msgspec.Struct, tag="join", array_like=True, frozen=True):
    """A connection enters the room, or (``again``) is still there after a gap or a new owner.

    ``docs`` are the documents it has open, each with the position up to which it was served; ``seen`` is the last
    numbered class event it holds; ``last_n`` the highest numbered request the gateway has forwarded for it.

    Joined ``again``, each of ``docs`` is answered to this connection by one `server.Update` (the difference; ``00 00``
    when there is none) and then one `server.Ask`: until the former has come the gateway passes on no other update of
    that document to it. Commands that were not answered yet are forwarded again after it, with their old ``n``.
    """

    grant: Grant
    door: str
    """``native``, ``yjs`` or ``hocuspocus``."""
    seen: int = 0
    again: bool = False
    docs: dict[str, Position] = {}
    last_n: int = 0


class Leave(msgspec.Struct, tag="leave", array_like=True, frozen=True):
    """A connection is gone."""


class Lagged(msgspec.Struct, tag="lagged", array_like=True, frozen=True):
    """A slow reader has drained: send it one difference of ``doc`` from ``since`` (one `server.Update` to it alone,
    ``00 00`` when there is none). Until that has come the gateway passes on no other update of ``doc`` to it."""

    doc: str
    since: Position


class Attach(msgspec.Struct, tag="attach", array_like=True, frozen=True):
    """First message on a link, and the first after a loss: both counters of the link start again with this message's
    number, the gateway's with this message, the worker's with what it sends after it has seen this message."""

    gateway: str


def first_of(generation: int) -> int:
    """Number of the Attach of this generation, and of its first answer. ``generation`` counts the attaches of one
    gateway; four thousand million messages fit between two."""
    return generation << 32


class Detach(msgspec.Struct, tag="detach", array_like=True, frozen=True):
    """The gateway has no connection in the room any more."""

    gateway: str


class Revoke(msgspec.Struct, tag="revoke", array_like=True, frozen=True):
    """From the REST tier: a person's grant for the room is withdrawn; they are sent out at once."""

    user: str


class EndClass(msgspec.Struct, tag="end-class", array_like=True, frozen=True):
    """From the REST tier: the class is over; everybody is sent out."""


class Forward(msgspec.Struct, tag="forward", array_like=True, frozen=True):
    """A client's frame, as it came."""

    frame: Open | Shut | Update | Answer | Awareness | Do | CatchUp


RoomInput = Join | Leave | Lagged | Attach | Detach | Revoke | EndClass | Forward


class ToRoom(msgspec.Struct, tag=1, array_like=True, frozen=True):
    """To the worker that owns ``room``. ``conn`` is empty when it is not about one connection."""

    room: str
    gateway: str
    link: int
    conn: str
    body: RoomInput


class FromRoom(msgspec.Struct, tag=2, array_like=True, frozen=True):
    """From the owner of ``room`` to a gateway.

    ``to`` names the connections it is for; None: every connection in the room (of a frame with ``doc``: those that
    have the document open). ``instead`` names authors among those (DOC-4), with the update each gets instead; empty:
    nothing.
    ``seq`` is the room's own counter: with ``epoch`` the position a document's reader has reached with this frame.
    """

    room: str
    epoch: int
    link: int
    seq: int
    frame: ServerFrame
    to: list[str] | None = None
    instead: dict[str, bytes] | None = None


def for_reader(frame: ServerFrame, instead: dict[str, bytes] | None, conn: str) -> ServerFrame | None:
    """What ``conn`` gets of a frame for everybody; None: nothing."""
    update = instead.get(conn) if instead else None
    if update is None:
        return frame
    return UpdateOut(frame.doc, update) if update and type(frame) is UpdateOut else None


class Kick(msgspec.Struct, tag=3, array_like=True, frozen=True):
    """Close these connections (empty: everybody in the room) with a code of `realtime.close_codes`."""

    room: str
    epoch: int
    link: int
    to: list[str]
    code: str


class Pulse(msgspec.Struct, tag=4, array_like=True, frozen=True):
    """What the owner has sent and received on the links to one gateway, for rooms that were lately active:
    ``room -> (epoch, last link sent, last link received)``. Shows the loss of a last message."""

    worker: str
    rooms: dict[str, tuple[int, int, int]]


class NotOwner(msgspec.Struct, tag=5, array_like=True, frozen=True):
    """The worker does not own ``room``; ``owner`` does, or empty: ask the placement again."""

    room: str
    worker: str
    owner: str = ""


class Moved(msgspec.Struct, tag=6, array_like=True, frozen=True):
    """The room was handed over with nothing pending; join your connections again at ``owner`` (empty: by placement)."""

    room: str
    epoch: int
    owner: str = ""


class LinkLost(msgspec.Struct, tag=7, array_like=True, frozen=True):
    """The worker missed messages of this gateway: attach and join again."""

    room: str
    worker: str


class ToMedia(msgspec.Struct, tag=8, array_like=True, frozen=True):
    """A gateway to the SFU of ``room``: a connection's media signalling; ``frame`` None: the connection is gone."""

    room: str
    gateway: str
    conn: str
    grant: Grant
    frame: ClientSignal | None


class FromMedia(msgspec.Struct, tag=9, array_like=True, frozen=True):
    """The SFU to a gateway: signalling for these connections (None: all of the room). Not numbered: requests are
    repeated by the client, news are contained in the next answer."""

    room: str
    to: list[str] | None
    frame: ServerSignal


class Relay(msgspec.Struct, tag=10, array_like=True, frozen=True):
    """One media node to another about a room that both serve (``media.cluster``); ``node`` is the sender."""

    room: str
    node: str
    kind: str
    body: msgspec.Raw = msgspec.Raw(b"\xc0")


class StageSet(msgspec.Struct, tag=11, array_like=True, frozen=True):
    """The owner of ``room`` to its media node: what holds there for media, as a whole. Sent when it changes, to a node
    that takes the room over or asks (`StageAsk`), and now and then again, since the bus may lose it; what comes from a
    lower epoch, or from the same with a lower ``turn``, is old. ``turn`` 0: nothing was decided in this room yet."""

    room: str
    epoch: int
    turn: int
    stage: Stage
    admitted: list[str] = []
    """Users that were let in, while ``stage.waiting_room``."""
    roles: dict[str, str] = {}
    """Roles given in the room: user to role."""
    removed: list[str] = []
    revoked: dict[str, float] = {}
    """User to the time up to which their grants are withdrawn."""


class StageAsk(msgspec.Struct, tag=13, array_like=True, frozen=True):
    """A media node to the owner of ``room``: tell me its `StageSet`. A room that sleeps is woken for it."""

    room: str
    node: str


class Noted(msgspec.Struct, tag=12, array_like=True, frozen=True):
    """The owner of a room that is recorded to its media node: what everybody was sent at ``at`` (Unix seconds)."""

    room: str
    at: float
    frame: ServerFrame


Message = (
    ToRoom
    | FromRoom
    | Kick
    | Pulse
    | NotOwner
    | Moved
    | LinkLost
    | ToMedia
    | FromMedia
    | Relay
    | StageSet
    | Noted
    | StageAsk
)


def inbox(worker: str) -> str:
    """Channel of a room worker."""
    return f"rooms:{worker}"


def media_inbox(worker: str) -> str:
    """Channel of a media worker."""
    return f"media:{worker}"


def outlet(gateway: str) -> str:
    """Channel of a gateway."""
    return f"gateway:{gateway}"
