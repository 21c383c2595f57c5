"""The durable log of rooms: what was accepted, in order, and who may write it.

A room's log is one sequence of *entries*, numbered by ``(epoch, seq)``. An entry belongs to a document, or to the class
(``doc`` empty). A *snapshot* of a document (or of the class) stands for every entry up to a position; the entries
behind it move into the history, where version history reads them, and no longer cost anything at load.

Guarantees, the same in every implementation:

* **fenced**: `open` raises the room's epoch by one. From the moment it returns, no write under a lower epoch enters the
  room, and every write that was accepted before is in what `open` and `load` return. The fence is checked inside
  the transaction that writes;
* **durable**: when `append`, `compact`, `quarantine` or `restore` return, what they wrote survives a crash;
* **atomic**: an `append` of many rooms writes all entries of the rooms that are not stale;
* **repeatable**: an entry that is already there (same room, epoch, seq) is left as it is, so a caller who does not know
  whether an `append` went through calls it again.

Anything that time may mend raises `StorageAway`.
"""

from collections.abc import Sequence
from typing import Protocol

import msgspec

from realtime.position import Position

CLASS = ""
"""The ``doc`` of entries that belong to the class itself."""


class Entry(msgspec.Struct, frozen=True):
    """One accepted change. ``room`` is a room key; ``body`` a Yjs update, or class records; ``at`` Unix seconds."""

    room: str
    epoch: int
    seq: int
    doc: str
    body: bytes
    authors: tuple[str, ...]
    """User ids."""
    at: float


class DocumentRow(msgspec.Struct, frozen=True):
    """A document the log holds; ``quarantined`` is why it could not be loaded, or empty."""

    doc: str
    quarantined: str = ""


class Stored(msgspec.Struct, frozen=True):
    """What the log holds of a document (or the class): its snapshot, if any, and the bodies after it, in order."""

    snapshot: bytes | None = None
    rows: list[bytes] = []
    last: Position = Position()
    """Of the newest entry or snapshot."""

    def blobs(self) -> list[bytes]:
        """All of it, oldest first."""
        return self.rows if self.snapshot is None else [self.snapshot, *self.rows]


class Opening(msgspec.Struct, frozen=True):
    """What an owner starts from: its epoch, the class, the documents there are."""

    epoch: int
    classroom: Stored
    documents: list[DocumentRow]


class HistoryRow(msgspec.Struct, frozen=True):
    """One entry as version history reads it."""

    at: float
    position: Position
    authors: tuple[str, ...]
    body: bytes


class RoomLog(Protocol):
    """See the module's docstring for the guarantees."""

    async def open(self, room: str, owner: str) -> Opening:
        """Become the one writer of ``room``: raise its epoch (1 for a new room) and read what an owner needs."""
        ...

    async def epochs(self, rooms: Sequence[str]) -> dict[str, int]:
        """The current epoch of each of ``rooms`` that was ever opened."""
        ...

    async def load(self, room: str, doc: str) -> Stored:
        """What is stored of a document; empty when there is none."""
        ...

    async def append(self, entries: Sequence[Entry]) -> set[str]:
        """Write ``entries``; returns the rooms whose epoch is stale, of which nothing was written."""
        ...

    async def compact(self, room: str, epoch: int, doc: str, snapshot: bytes, up_to: int) -> None:
        """Replace the entries of ``doc`` up to seq ``up_to`` of ``epoch`` (and of every lower epoch) by ``snapshot``.

        They move into the history. Raises `StaleEpoch`."""
        ...

    async def history(self, room: str, doc: str, after: Position = Position(), limit: int = 10_000) -> list[HistoryRow]:
        """The entries of ``doc`` later than ``after``, oldest first, at most ``limit``."""
        ...

    async def quarantine(self, room: str, epoch: int, doc: str, reason: str) -> None:
        """Note that ``doc`` could not be loaded; its entries stay. Raises `StaleEpoch`."""
        ...

    async def restore(self, room: str, doc: str, snapshot: bytes | None = None) -> None:
        """End a quarantine. With ``snapshot`` the document becomes that; what it held moves into the history.

        Raises the epoch, so that a live owner reopens the room. Raises `UnknownDocument`."""
        ...
