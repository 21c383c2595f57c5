"""The documents a room holds, which are locked for students, which could not be loaded."""

from collections.abc import Iterable

from realtime.frames.state import DocumentInfo
from realtime.ids import is_name
from realtime.refusals import Refuse
from rooms.classroom.records import Locked
from rooms.errors import CommandRefused


class Locks:
    """What is known of each document, loaded or not."""

    __slots__ = ("_limit", "_names", "_quarantined", "locked")

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._names: dict[str, None] = {}
        self._quarantined: set[str] = set()
        self.locked: set[str] = set()

    def decide(self, doc: str, *, locked: bool) -> Locked | None:
        """Decide a lock; None when it stands. A document may be locked before it is first written."""
        if not is_name(doc):
            raise CommandRefused(Refuse.MALFORMED)
        if doc not in self._names and len(self._names) >= self._limit:
            raise CommandRefused(Refuse.TOO_MANY_DOCUMENTS)
        return None if (doc in self.locked) == locked else Locked(doc, locked)

    def apply(self, lock: Locked) -> None:
        self._names[lock.doc] = None
        if lock.locked:
            self.locked.add(lock.doc)
        else:
            self.locked.discard(lock.doc)

    def add(self, docs: Iterable[str]) -> None:
        """These documents exist."""
        for doc in docs:
            self._names[doc] = None

    def quarantine(self, doc: str) -> None:
        """This document could not be loaded."""
        self._names[doc] = None
        self._quarantined.add(doc)

    def is_quarantined(self, doc: str) -> bool:
        return doc in self._quarantined

    def __contains__(self, doc: str) -> bool:
        return doc in self._names

    def __len__(self) -> int:
        return len(self._names)

    def info(self, doc: str) -> DocumentInfo:
        return DocumentInfo(doc, doc in self.locked, doc in self._quarantined)

    def all(self) -> list[DocumentInfo]:
        return [self.info(doc) for doc in self._names]
