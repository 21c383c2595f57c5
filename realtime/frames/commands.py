"""What a client asks of the class, inside `client.Do`. Each is an array that starts with its name."""

import msgspec


class Say(msgspec.Struct, tag="say", array_like=True, frozen=True):
    """Post a chat message. Example: ``["say", "Hello"]``."""

    text: str


class Unsay(msgspec.Struct, tag="unsay", array_like=True, frozen=True):
    """Delete a chat message (staff; or one's own)."""

    id: int


class OlderChat(msgspec.Struct, tag="older-chat", array_like=True, frozen=True):
    """Ask for up to 100 chat messages with an id below ``before``. Answered by `server.ChatPage`."""

    before: int


class Hand(msgspec.Struct, tag="hand", array_like=True, frozen=True):
    """Raise or lower one's own hand."""

    up: bool


class LowerHand(msgspec.Struct, tag="lower-hand", array_like=True, frozen=True):
    """Lower somebody's hand, or everybody's when ``user`` is empty (staff)."""

    user: str = ""


class React(msgspec.Struct, tag="react", array_like=True, frozen=True):
    """Show a reaction to everybody for a moment. Never saved."""

    emoji: str


class OpenPoll(msgspec.Struct, tag="open-poll", array_like=True, frozen=True):
    """Ask the class (staff). ``many``: several choices may be ticked; ``live``: the tally shows while it is open."""

    question: str
    choices: list[str]
    many: bool = False
    live: bool = True


class Vote(msgspec.Struct, tag="vote", array_like=True, frozen=True):
    """Answer a poll with the indexes of the choices; again to change one's mind; empty to take it back."""

    poll: int
    choices: list[int]


class ClosePoll(msgspec.Struct, tag="close-poll", array_like=True, frozen=True):
    """End voting (staff)."""

    poll: int


class RevealPoll(msgspec.Struct, tag="reveal-poll", array_like=True, frozen=True):
    """Show the tally to everybody (staff)."""

    poll: int


class Lead(msgspec.Struct, tag="lead", array_like=True, frozen=True):
    """Start or stop leading: everybody's view follows (staff)."""

    on: bool


class View(msgspec.Struct, tag="view", array_like=True, frozen=True):
    """Where the leader looks: a document, a page of it and a viewport ``(x, y, zoom)``. Never saved; latest wins."""

    doc: str
    page: str = ""
    x: float = 0.0
    y: float = 0.0
    zoom: float = 1.0


class Lock(msgspec.Struct, tag="lock", array_like=True, frozen=True):
    """Lock or unlock a document for students (staff)."""

    doc: str
    locked: bool


class SetRole(msgspec.Struct, tag="set-role", array_like=True, frozen=True):
    """Make somebody assistant, student or observer for this room (staff)."""

    user: str
    role: str


class Remove(msgspec.Struct, tag="remove", array_like=True, frozen=True):
    """Send somebody out; they cannot come back with the same grant (staff)."""

    user: str


class RosterPage(msgspec.Struct, tag="roster-page", array_like=True, frozen=True):
    """Ask for a page of the roster of a large room, in order of name. Answered by `server.Roster`."""

    offset: int = 0
    limit: int = 100


class WaitingRoom(msgspec.Struct, tag="waiting-room", array_like=True, frozen=True):
    """Whether newcomers who are not staff wait to be admitted (staff). Who is in stays in."""

    on: bool


class Admit(msgspec.Struct, tag="admit", array_like=True, frozen=True):
    """Let somebody who waits in (``user`` empty: all of them), or, with ``yes`` false, send them away (staff)."""

    user: str = ""
    yes: bool = True


class MayPublish(msgspec.Struct, tag="may-publish", array_like=True, frozen=True):
    """What somebody may send (of `state.SOURCES`), whatever the class may; null: as the class. ``user`` empty: what
    students may send; null: everything (staff)."""

    user: str = ""
    sources: list[str] | None = None


class Spotlight(msgspec.Struct, tag="spotlight", array_like=True, frozen=True):
    """Whom everybody should see; empty: nobody (staff)."""

    user: str = ""


class RecordClass(msgspec.Struct, tag="record", array_like=True, frozen=True):
    """Start or stop recording the class (staff)."""

    on: bool


class Caption(msgspec.Struct, tag="caption", array_like=True, frozen=True):
    """What is being said, as text, for those who read along: a line so far, or, with ``final``, as it stays. ``lang``
    is a BCP 47 tag or empty. Whoever may speak may caption. Never saved, but kept by a recording."""

    text: str
    final: bool = True
    lang: str = ""


Command = (
    Say
    | Unsay
    | OlderChat
    | Hand
    | LowerHand
    | React
    | OpenPoll
    | Vote
    | ClosePoll
    | RevealPoll
    | Lead
    | View
    | Lock
    | SetRole
    | Remove
    | RosterPage
    | WaitingRoom
    | Admit
    | MayPublish
    | Spotlight
    | RecordClass
    | Caption
)
