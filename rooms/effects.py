"""What a room decides: a closed union, carried out in order by its shell (`rooms.shell`).

``seq`` is the room's counter at the moment of the decision. With the room's epoch it is the position a reader of a
document has reached with the frame, so it is taken here and not when the frame is sent.
"""

import msgspec

from realtime.close_codes import CloseCode
from realtime.envelopes import StageSet
from realtime.frames.server import ServerFrame
from rooms.log import Entry


class Send(msgspec.Struct, frozen=True):
    """One frame to these connections."""

    conns: list[str]
    frame: ServerFrame
    seq: int


class Fanout(msgspec.Struct, frozen=True):
    """One frame to everybody who has ``doc`` open (empty: to everybody in the room), but to those in ``instead`` the
    update that stands there, or nothing when it is empty."""

    frame: ServerFrame
    seq: int
    doc: str = ""
    instead: dict[str, bytes] | None = None


class KickConns(msgspec.Struct, frozen=True):
    """Close these connections (empty: all of the room)."""

    conns: list[str]
    code: CloseCode


class Append(msgspec.Struct, frozen=True):
    """Make an entry durable, then tell the room with `Room.saved`; ``awaited`` when somebody is to be told then."""

    entry: Entry
    awaited: bool = True


class Hurry(msgspec.Struct, frozen=True):
    """Have what was appended before made durable as if somebody were to be told."""


class LoadDocument(msgspec.Struct, frozen=True):
    """Read a document from the log, then tell the room with `Room.document_loaded`."""

    doc: str


class Quarantine(msgspec.Struct, frozen=True):
    """Note in the log that a document could not be loaded, and why."""

    doc: str
    reason: str


class TellMedia(msgspec.Struct, frozen=True):
    """Tell the room's media node what holds for media now."""

    stage: StageSet


class Note(msgspec.Struct, frozen=True):
    """Put what everybody was sent on the recording."""

    frame: ServerFrame


Effect = Send | Fanout | KickConns | Append | Hurry | LoadDocument | Quarantine | TellMedia | Note
