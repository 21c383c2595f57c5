"""One document: a thin, suspicious shell around the engine.

`apply` screens an update, decides from its clock ranges whether anything in it is new, and only then lets the engine
have it. What is known of each client is kept in a plain dict, so that a duplicate costs the screen and two look-ups.

Pending: an update whose predecessors have not come yet stays inside the engine, but the engine leaves it out of the
states it encodes. So its raw bytes are kept aside here, bounded, until the gap is filled, and are merged into every
answer: neither a snapshot nor a joiner loses it.
"""

import enum
from collections.abc import Iterable, Mapping
from typing import Any

import pycrdt

from crdt.engine import EMPTY_STATE_VECTOR, EMPTY_UPDATE, Engine, merge
from crdt.errors import CrdtError, DocumentCorrupt, UpdateRefused
from crdt.limits import DocumentLimits
from crdt.pending import Pending, can_begin, reaches, requirements, unmet
from crdt.screen import Screened, screen
from crdt.state_vector import decode_state_vector

__all__ = ["Applied", "Document", "merge"]

DEFAULT_LIMITS = DocumentLimits()
ENGINE_STATE_BYTES = 2**31
"""The engine's own state vector is trusted, whatever its size."""
REMEMBERED_NOOP_BYTES = 64 * 1024
REMEASURE_SHARE = 64
"""A document near its limit is measured again when it may have grown by one part in so many."""


class Applied(enum.IntEnum):
    """What an update did; false when it did nothing."""

    DUPLICATE = 0
    """Everything in it was known: neither log nor broadcast it."""
    NEW = 1
    PENDING = 2
    """It is kept, but some of it waits for an earlier update: log and broadcast it, and ask with `Document.missing`."""


class Document:
    """A Yjs document of any schema. Not to be shared between threads."""

    __slots__ = (
        "_answers",
        "_answers_bytes",
        "_engine",
        "_engine_waits",
        "_limits",
        "_measured",
        "_noop",
        "_pending",
        "_size",
        "_state",
        "_state_vector",
    )

    def __init__(self, limits: DocumentLimits = DEFAULT_LIMITS) -> None:
        self._limits = limits
        self._engine = Engine()
        self._state: dict[int, int] = {}
        """What the engine has integrated: client to the clock after its last one."""
        self._state_vector: bytes | None = EMPTY_STATE_VECTOR
        self._pending = Pending(limits)
        self._engine_waits = False
        """Whether the engine was given something it could only begin with, and may move on by itself."""
        self._answers: dict[bytes, bytes] = {}
        self._answers_bytes = 0
        self._size = self._measured = 0
        """An upper bound of the encoded state, and what it was when last measured."""
        self._noop = EMPTY_UPDATE

    @classmethod
    def load(cls, blobs: Iterable[bytes], limits: DocumentLimits = DEFAULT_LIMITS) -> "Document":
        """A document from what storage holds: a snapshot and the updates after it, in any order.

        Raises `DocumentCorrupt` with the index of the first blob that does not load."""
        document = cls(limits)
        for index, blob in enumerate(blobs):
            try:
                document._take(blob, screen(blob, limits.stored))
            except CrdtError as error:
                raise DocumentCorrupt("bad-blob", f"Stored update {index}: {error.message}", index) from error
        return document

    # taking updates

    def apply(self, update: bytes) -> Applied:
        """Take one update from a client. `UpdateRefused` changed nothing; `DocumentCorrupt` means: load it again."""
        if update == self._noop:
            return Applied.DUPLICATE
        found = screen(update, self._limits.screen)
        if self._size + len(update) > self._limits.max_document_bytes and found.ranges:
            self._check_size(len(update))
        applied = self._take(update, found, bounded=True)
        if not applied and len(update) < REMEMBERED_NOOP_BYTES:
            # What did nothing once does nothing for ever: nothing is un-learnt. A class that reconnects sends the same
            # deletions hundreds of times.
            self._noop = update
        return applied

    def _take(self, update: bytes, found: Screened, *, bounded: bool = False) -> Applied:
        """Integrate, keep for later, or drop. Most updates are one client's next items, built on what is known."""
        state = self._state
        fresh = False
        waits = bool(found.holes)
        for client, start, end in found.ranges:
            have = state.get(client, 0)
            if end > have:
                fresh = True
                if start > have:
                    waits = True
        for client, clock in found.needs.items():
            if clock >= state.get(client, 0):
                waits = True
        for client, end in found.deletes.items():
            if end > state.get(client, 0):
                waits = True
        if not fresh and not found.deletes:
            return Applied.DUPLICATE
        if waits:
            return self._take_slowly(update, found, bounded)
        if found.deletes:
            # the engine alone knows what is deleted already
            if not self._engine.apply_watched(update):
                return Applied.DUPLICATE
        else:
            self._engine.apply(update)
        for client, _, end in found.ranges:
            if end > state.get(client, 0):
                state[client] = end
        self._changed(len(update))
        if self._pending and fresh:
            moved = self._moved() if self._engine_waits else []
            self._end_waits([*moved, *(client for client, _, _ in found.ranges)])
        return Applied.NEW

    def _take_slowly(self, update: bytes, found: Screened, bounded: bool) -> Applied:
        """It builds on what is not known yet, or on what it brings itself: the engine says how far it came."""
        if update in self._pending:
            return Applied.DUPLICATE
        required = unmet(requirements(found), self._state)
        if required:
            if bounded:
                self._pending.check(update, found, required, self._state)
            moved = self._begin(update) if can_begin(found, self._state) else []
            self._pending.add(update, found, required)
            self._end_waits(moved)
            self._changed(len(update))
            return Applied.PENDING if update in self._pending else Applied.NEW
        news = self._engine.apply_watched(update)
        moved = self._moved()
        if unmet(reaches(found), self._state):
            self._reject()
        if news:
            self._changed(len(update))
            self._end_waits(moved)
        return Applied(news)

    def _begin(self, update: bytes) -> list[int]:
        self._engine_waits = True
        return self._integrate([update])

    def _integrate(self, updates: list[bytes]) -> list[int]:
        """Give updates to the engine; the clients that moved on."""
        self._engine.apply_all(updates)
        return self._moved()

    def _moved(self) -> list[int]:
        before = self._state
        self._state = decode_state_vector(self._engine.state_vector(), ENGINE_STATE_BYTES)
        return [client for client, end in self._state.items() if end > before.get(client, 0)]

    def _end_waits(self, moved: list[int]) -> None:
        """Integrate what waited for the clients that ``moved``, and what waited for that."""
        while moved and (ready := self._pending.ready(self._state, moved)):
            moved = self._integrate(ready)
        if not self._pending:
            self._engine_waits = False

    def _reject(self) -> None:
        """Nothing is missing, and yet the engine keeps waiting: its items refer to each other in a circle."""
        self._rebuild()
        raise UpdateRefused("malformed", "The update's items depend on each other in a circle.")

    def _rebuild(self) -> None:
        """A new engine without what the old one keeps waiting."""
        state = self._engine.diff()
        self._engine = Engine()
        self._engine.apply(state)
        self._changed(0)

    def _check_size(self, more: int) -> None:
        limit = self._limits.max_document_bytes
        if self._size - self._measured > limit // REMEASURE_SHARE:
            self._size = self._measured = len(self.full())
        if self._size + more > limit:
            raise UpdateRefused("document-full", f"The document would grow past {limit} bytes.")

    def _changed(self, size: int) -> None:
        self._size += size
        self._state_vector = None
        if self._answers:
            self.drop_caches()

    # what is pending

    @property
    def has_pending(self) -> bool:
        """Whether something waits for an update that has not come."""
        return bool(self._pending)

    @property
    def pending_bytes(self) -> int:
        """The bytes kept aside for it."""
        return self._pending.size

    def missing(self) -> bytes | None:
        """The state vector to ask peers with (sync step 1) when something is missing."""
        return self.state_vector() if self._pending else None

    def forget_pending(self) -> None:
        """Give up waiting: drop what cannot be integrated."""
        self._pending = Pending(self._limits)
        self._rebuild()

    # asking

    @property
    def clients(self) -> Mapping[int, int]:
        """What is integrated of each client: client id to the clock after its last one. Not to be changed."""
        return self._state

    @property
    def doc(self) -> pycrdt.Doc[Any]:
        """The engine's document, for reading shared types. Writing goes through `apply` alone."""
        return self._engine.doc

    def state_vector(self) -> bytes:
        """What is integrated, encoded."""
        if self._state_vector is None:
            self._state_vector = self._engine.state_vector()
        return self._state_vector

    def full(self) -> bytes:
        """The whole document as one update, with what is pending."""
        return self._answer(EMPTY_STATE_VECTOR)

    snapshot = full

    def diff(self, state_vector: bytes) -> bytes:
        """What a peer with ``state_vector`` lacks; ``00 00`` when nothing. `StateVectorRefused` when it is not one."""
        if state_vector not in self._answers:
            decode_state_vector(state_vector, self._limits.max_state_vector_bytes)
        return self._answer(state_vector)

    def _answer(self, state_vector: bytes) -> bytes:
        answer = self._answers.get(state_vector)
        if answer is None:
            answer = self._engine.diff(state_vector)
            if self._pending:
                answer = merge((answer, *self._pending))
            self._remember(state_vector, answer)
        return answer

    def _remember(self, state_vector: bytes, answer: bytes) -> None:
        size = len(state_vector) + len(answer)
        if self._answers_bytes + size > self._limits.max_cache_bytes:
            self.drop_caches()
        if size <= self._limits.max_cache_bytes:
            self._answers[state_vector] = answer
            self._answers_bytes += size

    def drop_caches(self) -> None:
        """Forget encoded answers: they are computed again when asked for."""
        self._answers.clear()
        self._answers_bytes = 0
