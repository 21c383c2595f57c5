"""The log in memory: for tests and the simulation. It outlives the workers that use it, as a database would."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from realtime.position import Position
from rooms.errors import StaleEpoch, UnknownDocument
from rooms.log import CLASS, DocumentRow, Entry, HistoryRow, Opening, Stored


@dataclass
class _Document:
    snapshot: bytes | None = None
    snapshot_at: Position = field(default_factory=Position)
    live: dict[Position, Entry] = field(default_factory=dict[Position, Entry])
    history: dict[Position, Entry] = field(default_factory=dict[Position, Entry])
    quarantined: str = ""


@dataclass
class _Room:
    epoch: int = 0
    owner: str = ""
    documents: dict[str, _Document] = field(default_factory=dict[str, _Document])


class MemoryLog:
    """`RoomLog` over dictionaries."""

    def __init__(self) -> None:
        self._rooms: dict[str, _Room] = {}

    async def open(self, room: str, owner: str) -> Opening:
        held = self._rooms.setdefault(room, _Room())
        held.epoch += 1
        held.owner = owner
        rows = [DocumentRow(doc, it.quarantined) for doc, it in sorted(held.documents.items()) if doc != CLASS]
        return Opening(held.epoch, self._stored(room, CLASS), rows)

    async def epochs(self, rooms: Sequence[str]) -> dict[str, int]:
        return {room: self._rooms[room].epoch for room in rooms if room in self._rooms}

    async def load(self, room: str, doc: str) -> Stored:
        return self._stored(room, doc)

    async def append(self, entries: Sequence[Entry]) -> set[str]:
        stale = {entry.room for entry in entries if self._epoch(entry.room) != entry.epoch}
        for entry in entries:
            if entry.room not in stale:
                self._keep(entry)
        return stale

    async def compact(self, room: str, epoch: int, doc: str, snapshot: bytes, up_to: int) -> None:
        self._fence(room, epoch)
        held = self._rooms[room].documents.setdefault(doc, _Document())
        _replace(held, snapshot, Position(epoch, up_to))

    async def history(self, room: str, doc: str, after: Position = Position(), limit: int = 10_000) -> list[HistoryRow]:
        held = self._document(room, doc)
        entries = sorted((held.history | held.live).items())
        later = [(position, entry) for position, entry in entries if position > after]
        return [HistoryRow(entry.at, position, entry.authors, entry.body) for position, entry in later[:limit]]

    async def quarantine(self, room: str, epoch: int, doc: str, reason: str) -> None:
        self._fence(room, epoch)
        self._rooms[room].documents.setdefault(doc, _Document()).quarantined = reason

    async def restore(self, room: str, doc: str, snapshot: bytes | None = None) -> None:
        held = self._rooms.get(room)
        if held is None or doc not in held.documents:
            raise UnknownDocument(f"{room} holds no document {doc}")
        document = held.documents[doc]
        if snapshot is not None:
            _replace(document, snapshot, Position(held.epoch + 1, 0))
        document.quarantined = ""
        held.epoch += 1

    def _keep(self, entry: Entry) -> None:
        held = self._rooms[entry.room].documents.setdefault(entry.doc, _Document())
        position = Position(entry.epoch, entry.seq)
        covered = position <= held.snapshot_at
        if position not in held.history:
            (held.history if covered else held.live).setdefault(position, entry)

    def _stored(self, room: str, doc: str) -> Stored:
        held = self._document(room, doc)
        rows = [entry.body for _, entry in sorted(held.live.items())]
        return Stored(held.snapshot, rows, max((held.snapshot_at, *held.live)))

    def _document(self, room: str, doc: str) -> _Document:
        held = self._rooms.get(room)
        return (held and held.documents.get(doc)) or _Document()

    def _epoch(self, room: str) -> int:
        held = self._rooms.get(room)
        return held.epoch if held else 0

    def _fence(self, room: str, epoch: int) -> None:
        current = self._epoch(room)
        if current != epoch:
            raise StaleEpoch(f"{room} was opened again: epoch {current}, not {epoch}")


def _replace(held: _Document, snapshot: bytes, at: Position) -> None:
    """Let ``snapshot`` stand for everything up to ``at``."""
    if at < held.snapshot_at:
        return
    held.snapshot, held.snapshot_at = snapshot, at
    for position in [position for position in held.live if position <= at]:
        held.history[position] = held.live.pop(position)
