"""What happened in the class, inside `server.Happened`. Each is an array that starts with its name."""

import msgspec

from realtime.frames.state import ChatMessage, DocumentInfo, LeaderView, Member, Poll, RaisedHand, Stage, Summary


class Joined(msgspec.Struct, tag="joined", array_like=True, frozen=True):
    """Somebody's first connection came, or their name or role changed."""

    member: Member


class Left(msgspec.Struct, tag="left", array_like=True, frozen=True):
    """Somebody's last connection went."""

    user: str


class Count(msgspec.Struct, tag="count", array_like=True, frozen=True):
    """A large room's summary changed (instead of `Joined` and `Left` of students)."""

    summary: Summary


class Said(msgspec.Struct, tag="said", array_like=True, frozen=True):
    """A chat message was posted."""

    message: ChatMessage


class Unsaid(msgspec.Struct, tag="unsaid", array_like=True, frozen=True):
    """A chat message was deleted."""

    id: int


class Hands(msgspec.Struct, tag="hands", array_like=True, frozen=True):
    """The whole queue of raised hands, in order."""

    hands: list[RaisedHand]


class Reacted(msgspec.Struct, tag="reacted", array_like=True, frozen=True):
    """Somebody reacts. Not numbered (``seq`` 0)."""

    user: str
    name: str
    emoji: str


class PollChanged(msgspec.Struct, tag="poll", array_like=True, frozen=True):
    """A poll opened, closed, was revealed or its tally moved; ``mine`` inside is not meaningful here."""

    poll: Poll


class Voted(msgspec.Struct, tag="voted", array_like=True, frozen=True):
    """Your own answer as the server holds it (to your connections only; not numbered)."""

    poll: int
    choices: list[int]


class Leading(msgspec.Struct, tag="leading", array_like=True, frozen=True):
    """Whom the class follows and where they look. Moves of the view are not numbered, starts and stops are."""

    view: LeaderView


class DocumentChanged(msgspec.Struct, tag="document", array_like=True, frozen=True):
    """A document came to be, was locked or unlocked, or could not be loaded."""

    document: DocumentInfo


class StageChanged(msgspec.Struct, tag="stage", array_like=True, frozen=True):
    """Staff decided something about media, as it is now."""

    stage: Stage


class Waiting(msgspec.Struct, tag="waiting", array_like=True, frozen=True):
    """Who waits to be admitted, as it is now; empty for everybody but staff."""

    members: list[Member]


class Captioned(msgspec.Struct, tag="captioned", array_like=True, frozen=True):
    """A line of captions by somebody; takes the place of their last one that was not ``final``. Not numbered."""

    user: str
    name: str
    text: str
    final: bool
    lang: str = ""


Event = (
    Joined
    | Left
    | Count
    | Said
    | Unsaid
    | Hands
    | Reacted
    | PollChanged
    | Voted
    | Leading
    | DocumentChanged
    | StageChanged
    | Waiting
    | Captioned
)
