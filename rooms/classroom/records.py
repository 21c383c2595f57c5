"""What the class keeps: one struct a fact, as it stands in the log, and the snapshot of them all.

Stored for years: fields are only ever added at the end, with a default; tags are never reused.
"""

from collections.abc import Sequence

import msgspec

from realtime.frames.state import ChatMessage, RaisedHand, Stage


class Said(msgspec.Struct, tag="said", array_like=True, frozen=True):
    """A chat message was posted."""

    message: ChatMessage


class Unsaid(msgspec.Struct, tag="unsaid", array_like=True, frozen=True):
    """A chat message was deleted."""

    id: int


class HandUp(msgspec.Struct, tag="hand-up", array_like=True, frozen=True):
    """Somebody raised a hand and stands at the end of the queue."""

    hand: RaisedHand


class HandsDown(msgspec.Struct, tag="hands-down", array_like=True, frozen=True):
    """These people's hands are down."""

    users: list[str]


class PollOpened(msgspec.Struct, tag="poll-opened", array_like=True, frozen=True):
    """A poll was put to the class."""

    id: int
    question: str
    choices: list[str]
    many: bool
    live: bool
    at: float


class Voted(msgspec.Struct, tag="voted", array_like=True, frozen=True):
    """Somebody's answer to a poll as it is now; empty: taken back."""

    poll: int
    user: str
    choices: list[int]


class PollClosed(msgspec.Struct, tag="poll-closed", array_like=True, frozen=True):
    """Voting ended."""

    poll: int


class PollRevealed(msgspec.Struct, tag="poll-revealed", array_like=True, frozen=True):
    """The tally shows to everybody."""

    poll: int


class Led(msgspec.Struct, tag="led", array_like=True, frozen=True):
    """The class follows this person; empty: nobody."""

    user: str


class Locked(msgspec.Struct, tag="locked", array_like=True, frozen=True):
    """A document was locked or unlocked for students."""

    doc: str
    locked: bool


class RoleGiven(msgspec.Struct, tag="role", array_like=True, frozen=True):
    """Somebody has this role here, whatever their grant says."""

    user: str
    role: str


class Removed(msgspec.Struct, tag="removed", array_like=True, frozen=True):
    """Somebody was sent out for good."""

    user: str


class Revoked(msgspec.Struct, tag="revoked", array_like=True, frozen=True):
    """Grants of this person signed up to ``at`` (Unix seconds) open the room no more."""

    user: str
    at: float


class StageSet(msgspec.Struct, tag="stage", array_like=True, frozen=True):
    """What holds for media from now on, and who was let in with it."""

    stage: Stage
    admitted: list[str] = []


Kept = (
    Said
    | Unsaid
    | HandUp
    | HandsDown
    | PollOpened
    | Voted
    | PollClosed
    | PollRevealed
    | Led
    | Locked
    | RoleGiven
    | Removed
    | Revoked
    | StageSet
)


class Record(msgspec.Struct, array_like=True, frozen=True):
    """A fact and the request it answers (``conn`` empty: none), so that one sent again is not carried out again."""

    conn: str
    n: int
    kept: Kept


class StoredPoll(msgspec.Struct, array_like=True, frozen=True):
    """A poll with everybody's answer."""

    opened: PollOpened
    open: bool
    revealed: bool
    votes: dict[str, list[int]]


class Snapshot(msgspec.Struct, frozen=True):
    """The kept class as a whole."""

    chat: list[ChatMessage] = []
    next_chat: int = 1
    hands: list[RaisedHand] = []
    polls: list[StoredPoll] = []
    next_poll: int = 1
    leader: str = ""
    locked: list[str] = []
    roles: dict[str, str] = {}
    removed: list[str] = []
    revoked: dict[str, float] = {}
    answered: dict[str, list[int]] = {}
    """Connection to the numbers of its last requests that were carried out and kept."""
    stage: Stage = Stage()
    admitted: list[str] = []


_encoder = msgspec.msgpack.Encoder()
_records = msgspec.msgpack.Decoder(list[Record])
_snapshot = msgspec.msgpack.Decoder(Snapshot)


def encode_records(records: Sequence[Record]) -> bytes:
    """Records as the body of one log entry."""
    return _encoder.encode(records)


def decode_records(body: bytes) -> list[Record]:
    """The body of a log entry back into records; raises `msgspec.MsgspecError`."""
    return _records.decode(body)


def encode_snapshot(snapshot: Snapshot) -> bytes:
    return _encoder.encode(snapshot)


def decode_snapshot(body: bytes) -> Snapshot:
    """Raises `msgspec.MsgspecError`."""
    return _snapshot.decode(body)
