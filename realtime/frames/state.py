"""The class as a whole: what a member sees on entering."""

import msgspec


class Member(msgspec.Struct, array_like=True, frozen=True):
    """One person in the room, however many connections they have."""

    user: str
    name: str
    role: str


class RaisedHand(msgspec.Struct, array_like=True, frozen=True):
    """A place in the queue of raised hands; ``at`` is Unix seconds."""

    user: str
    name: str
    at: float


class ChatMessage(msgspec.Struct, array_like=True, frozen=True):
    """One chat message; ``id`` grows; a deleted one keeps its place with an empty text and ``deleted`` true."""

    id: int
    user: str
    name: str
    role: str
    at: float
    text: str
    deleted: bool = False


class Poll(msgspec.Struct, array_like=True, frozen=True):
    """A poll as one member may see it.

    ``tally`` (votes by choice) is empty while it is hidden from this member; ``voters`` counts people;
    ``mine`` is what this member ticked.
    """

    id: int
    question: str
    choices: list[str]
    many: bool
    live: bool
    open: bool
    revealed: bool
    at: float
    tally: list[int]
    voters: int
    mine: list[int] = []


class Summary(msgspec.Struct, array_like=True, frozen=True):
    """Presence of a large room: how many there are in all; staff are always listed in the roster in full."""

    count: int
    full: bool
    """Whether the roster beside it is complete."""


class LeaderView(msgspec.Struct, array_like=True, frozen=True):
    """Whom the class follows, and where they look; empty ``user``: nobody."""

    user: str = ""
    doc: str = ""
    page: str = ""
    x: float = 0.0
    y: float = 0.0
    zoom: float = 1.0


class DocumentInfo(msgspec.Struct, array_like=True, frozen=True):
    """A document the room holds."""

    doc: str
    locked: bool = False
    quarantined: bool = False


SOURCES = ("camera", "microphone", "screen")
"""What a person may send; a screen's sound goes with the screen."""


class Stage(msgspec.Struct, array_like=True, frozen=True):
    """What staff decided about media: who may send what, whether newcomers wait, whom everybody should see."""

    waiting_room: bool = False
    sources: list[str] = msgspec.field(default_factory=lambda: list(SOURCES))
    """What students may send."""
    people: dict[str, list[str]] = {}
    """User id to what that person may send instead; staff always may send everything."""
    spotlight: str = ""
    """User id; empty: nobody."""
    recording: float = 0.0
    """Unix seconds when it began; 0: the class is not recorded."""
    recorder: str = ""
    """User id of who asked for the recording."""


class Classroom(msgspec.Struct, array_like=True, frozen=True):
    """Everything about the class, as of event ``seq``."""

    seq: int
    members: list[Member]
    summary: Summary
    hands: list[RaisedHand]
    chat: list[ChatMessage]
    polls: list[Poll]
    leader: LeaderView
    documents: list[DocumentInfo]
    stage: Stage = Stage()
    waiting: list[Member] = []
    """Who waits to be admitted; only staff are shown it."""
