"""One connection in one room, whichever door it came through."""

from enum import Enum
from typing import Protocol

from gateway.outlet import Outlet
from gateway.packet import Packet
from gateway.ws_handshake import Door
from realtime.close_codes import CloseCode
from realtime.frames.client import Do
from realtime.grants import Grant
from realtime.position import Position
from realtime.roles import Capability, Role, may


class Socket(Protocol):
    """What the rest of the gateway may do with a WebSocket."""

    @property
    def outlet(self) -> Outlet:
        """Where the hot path puts whole, framed messages for many."""
        ...

    @property
    def slow(self) -> bool:
        """Whether more is unsent than `Limits.outbox_bytes`."""
        ...

    def write(self, data: bytes) -> None:
        """Send whole, framed messages to this one."""
        ...

    def write_event(self, data: bytes) -> None:
        """`write` of something that may not be dropped; a reader that leaves too much of it unread is closed."""
        ...

    def write_big(self, data: bytes) -> None:
        """`write` of something the client asked for: it does not count towards `Limits.outbox_events_bytes`."""
        ...

    def close(self, code: CloseCode, after: float = 0.0) -> None:
        """Say why and close."""
        ...

    def release(self) -> None:
        """Go on with input that was held back."""
        ...


class Session(Protocol):
    """What a room does to a member: the half of a door that faces the room."""

    def deliver(self, packet: Packet) -> None:
        """A frame for this member alone."""
        ...

    def kicked(self, code: CloseCode) -> None:
        """The room sends this member out."""
        ...


class Phase(Enum):
    OPENING = 1
    """Asked for; not answered yet."""
    LIVE = 2
    """Has everything up to the room's position; updates are passed on."""
    LAGGING = 3
    """Has everything up to ``since``; updates are dropped until one difference has come."""


class OpenDocument:
    """A document that a member has open."""

    __slots__ = ("asked", "phase", "questions", "since", "stale", "state_vector", "writable")

    def __init__(self, state_vector: bytes, writable: bool) -> None:
        self.phase = Phase.OPENING
        self.state_vector = state_vector
        """What the client holds, as long as the answer is due."""
        self.since = Position()
        self.asked = False
        """Lagging: whether the room has been asked for the difference."""
        self.writable = writable
        """What the grant says, then what the room last said."""
        self.questions = 0
        """Questions of the room that were passed on and not answered yet. A client answers each, in order."""
        self.stale = 0
        """So many of them were asked before the last rejoin."""

    def opened(self, writable: bool) -> None:
        """The room has answered."""
        self.phase, self.state_vector, self.writable = Phase.LIVE, b"", writable

    def is_stale_answer(self) -> bool:
        """Count an answer of the client off; whether it is to a question from before the last rejoin."""
        self.questions = max(0, self.questions - 1)
        if not self.stale:
            return False
        self.stale -= 1
        return True

    def lag(self, since: Position, asked: bool) -> None:
        """Updates after ``since`` are not passed on from now on."""
        if self.phase is Phase.LIVE:
            self.phase, self.since = Phase.LAGGING, since
        self.asked = asked

    def caught_up(self) -> bool:
        """The difference has come; whether the document was waiting for it."""
        if self.phase is not Phase.LAGGING or not self.asked:
            return False
        self.phase, self.asked = Phase.LIVE, False
        return True


class Member:
    """Everything the hub knows of a connection in a room."""

    __slots__ = (
        "commands",
        "conn",
        "docs",
        "door",
        "grant",
        "in_step",
        "introduced",
        "joined",
        "last_n",
        "may_edit",
        "may_present",
        "prefix",
        "room",
        "saved_n",
        "seen",
        "session",
        "socket",
        "unsaved_since",
        "waiting",
    )

    def __init__(
        self, conn: str, room: str, door: Door, grant: Grant, socket: Socket, session: Session, prefix: bytes = b""
    ) -> None:
        self.conn = conn
        self.room = room
        """The room key."""
        self.door: Door = door
        self.grant = grant
        self.take_role(grant.role)
        self.socket = socket
        self.session = session
        self.prefix = prefix
        """Hocuspocus: the document's name as a lib0 string."""
        self.docs: dict[str, OpenDocument] = {}
        self.seen = 0
        """The last numbered class event it holds."""
        self.in_step = False
        """Whether it got the class as a whole, so that what is passed on to everybody continues what it holds."""
        self.introduced = False
        """Whether a Join was sent for it."""
        self.joined = False
        """Whether that Join was surely taken (native: the room has said `server.Welcome`; others need no answer)."""
        self.waiting = False
        """Whether it waits to be admitted."""
        self.last_n = 0
        """The highest numbered request forwarded."""
        self.saved_n = 0
        self.unsaved_since = 0.0
        """Since when an edit waits to be called saved; 0 when none does."""
        self.commands: dict[int, Do] | None = None
        """Forwarded and not answered yet."""

    def take_role(self, role: Role) -> None:
        """From the grant, then from the room: staff give roles."""
        self.may_edit = may(role, Capability.EDIT)
        self.may_present = may(role, Capability.PRESENT)

    @property
    def lags(self) -> bool:
        """Whether a document it has open waits for a difference."""
        return any(held.phase is Phase.LAGGING for held in self.docs.values())

    def edited(self, n: int, now: float) -> None:
        """Edit ``n`` goes to the room."""
        if n > self.last_n:
            self.last_n = n
        if not self.unsaved_since:
            self.unsaved_since = now

    def saved(self, n: int, now: float) -> None:
        """Everything up to ``n`` is durable or was refused."""
        self.saved_n = max(self.saved_n, n)
        self.unsaved_since = 0.0 if self.saved_n >= self.last_n else now

    def commanded(self, do: Do) -> None:
        """A command goes to the room."""
        self.last_n = max(self.last_n, do.n)
        if self.commands is None:
            self.commands = {}
        self.commands[do.n] = do

    def answered(self, n: int) -> None:
        """Command ``n`` needs no more care."""
        if self.commands:
            self.commands.pop(n, None)
