"""One document: a thin, suspicious shell around the engine.

`apply` screens an update, decides from its clock ranges whether anything in it is new, and only then lets the engine
have it. What is known of each client is kept in a plain dict, so that a duplicate costs the screen and two look-ups.

Three things the engine cannot be trusted with are done here:

- what waits for an earlier update is kept aside (`pending`), bounded, and merged into every answer, so that neither a
  snapshot nor a joiner loses it;
- how deep shared types nest is bounded, and parents that are no shared types are found out first (`nesting`);
- characters that count as two are never cut in half inside it (`pairs`).
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Self

import pycrdt

from crdt.answers import Answers
from crdt.applied import Applied
from crdt.engine import EMPTY_STATE_VECTOR, EMPTY_UPDATE, Engine
from crdt.errors import CrdtError, DocumentCorrupt, UpdateRefused
from crdt.joining import cut_run, join, merge
from crdt.limits import DocumentLimits
from crdt.nesting import Level, Nesting, is_deep
from crdt.pairs import Pairs, mend
from crdt.pending import Pending, requirements, unmet
from crdt.pieces import Deletion, Piece, Requirement, Run, encode, take_apart, tombstone
from crdt.screen import Screened, screen
from crdt.state_vector import decode_state_vector, encode_state_vector
from crdt.typed import read_typed

DEFAULT_LIMITS = DocumentLimits()
ENGINE_STATE_BYTES = 2**31
"""The engine's own state vector is trusted, whatever its size."""
REMEMBERED_NOOP_BYTES = 64 * 1024
SORTING_PASSES = 4
TRIMMED_BYTES = 1024
"""Only of a larger update is it worth asking what in it was new."""
REMEASURE_SHARE = 64
"""A document near its limit is measured again when it may have grown by one part in so many."""


class Document:
    """A Yjs document of any schema. Not to be shared between threads."""

    __slots__ = (
        "_answers",
        "_engine",
        "_halves",
        "_is_plain",
        "_limits",
        "_loading",
        "_measured",
        "_mended",
        "_nesting",
        "_noop",
        "_pending",
        "_room",
        "_size",
        "_state",
        "_state_vector",
        "irregular",
        "news",
    )

    _inspects = False
    """Whether a kind of document looks at updates itself before the engine has them."""

    def __init__(self, limits: DocumentLimits = DEFAULT_LIMITS) -> None:
        self._limits = limits
        self._loading = False
        self.news = EMPTY_UPDATE
        """What the last `apply` that did something brought, without what a large update repeats: to be logged."""
        self._engine = Engine()
        self._state: dict[int, int] = {}
        """What the engine has integrated: client to the clock after its last one."""
        self._state_vector: bytes | None = EMPTY_STATE_VECTOR
        self._pending = Pending(limits)
        self._nesting = Nesting()
        self._halves: Pairs | None = None
        """Made with the first character that counts as two."""
        self.irregular: bytes | None = None
        """The state vector before the first update since the last `merge` that waited, ended a wait or overlapped."""
        self._mended = 0
        self._answers = Answers(limits.max_cache_bytes)
        self._size = self._measured = 0
        """An upper bound of the encoded state, and what it was when last measured."""
        self._noop = EMPTY_UPDATE
        self._is_plain = not self._inspects
        """Whether typed text needs no other look: no characters that count as two, no types that stand deep."""
        self._room = limits.max_document_bytes - 1024
        """Below this size no typed text is too much."""

    @classmethod
    def load(cls, blobs: Iterable[bytes], limits: DocumentLimits = DEFAULT_LIMITS) -> Self:
        """A document from what storage holds: a snapshot and the updates after it, in any order.

        Raises `DocumentCorrupt` with the index of the first blob that does not load."""
        document = cls(limits)
        document._loading = True
        for index, blob in enumerate(blobs):
            try:
                document._take(blob, document._screen(blob, stored=True), stored=True)
            except CrdtError as error:
                raise DocumentCorrupt("bad-blob", f"Stored update {index}: {error.message}", index) from error
        document._loading = False
        document.irregular = None
        return document

    # taking updates

    def apply(self, update: bytes) -> Applied:
        """Take one update from a client. `UpdateRefused` changed nothing; `DocumentCorrupt` means: load it again."""
        typed = read_typed(update)
        if typed is not None and self._is_plain:
            client, start, end, left, left_clock, right, right_clock = typed
            state = self._state
            have = state.get(client, 0)
            if have >= end:
                return Applied.DUPLICATE
            if (
                have == start
                and left_clock < state.get(left, 0)
                and right_clock < state.get(right, 0)
                and self._size < self._room
                and not self._pending
            ):
                self._engine.apply(update)
                state[client] = end
                self.news = update
                self._changed(len(update))
                return Applied.NEW
        elif update == self._noop:
            return Applied.DUPLICATE
        found = screen(update, self._limits.screen, every_link=self._nesting.every_link, halves=self._halves)
        if self._size + len(update) > self._limits.max_document_bytes and found.ranges:
            self._check_size(len(update))
        applied = self._take(update, found)
        if not applied and len(update) < REMEMBERED_NOOP_BYTES:
            # What did nothing once does nothing for ever: nothing is un-learnt. A class that reconnects sends the same
            # deletions hundreds of times.
            self._noop = update
        return applied

    def _screen(self, update: bytes, *, stored: bool) -> Screened:
        limits = self._limits.stored if stored else self._limits.screen
        return screen(update, limits, every_link=self._nesting.every_link, halves=self._halves)

    def _take(self, update: bytes, found: Screened, *, stored: bool = False) -> Applied:
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
                elif start < have:
                    self._note_irregular(state)
                    if found.halves:  # what is known may end inside a character of it
                        return self._take_pieces(update, stored)
        for client, clock in found.needs.items():
            if clock >= state.get(client, 0):
                waits = True
        for client, end in found.deletes.items():
            if end > state.get(client, 0):
                waits = True
        if not fresh and not found.deletes:
            return Applied.DUPLICATE
        if waits:
            return self._take_slowly(update, found, stored)
        try:
            news = self._give(update, found, stored=stored)
        except UpdateRefused:
            if not stored:
                raise
            # it was taken once, in pieces: what could not be integrated left a tombstone
            return self._take_pieces(update, stored)
        if news is None:
            return Applied.DUPLICATE
        self.news = news
        for client, _, end in found.ranges:
            if end > state.get(client, 0):
                state[client] = end
        self._changed(len(update))
        if self._pending:
            self._end_waits([client for client, _, _ in found.ranges])
        return Applied.NEW

    def _give(self, update: bytes, found: Screened, *, stored: bool) -> bytes | None:
        """Let the engine have it; gives what in it was new, or None when nothing was."""
        inspected = self._inspect(update, found) if self._inspects else None
        levels = self._structure(update, found, stored) if found.parents or found.links else None
        given = self._keep_pairs(update, found) if found.halves or found.cuts else update
        news: bytes | None = update
        try:
            if found.deletes:  # the engine alone knows what is deleted already
                brought = self._engine.apply_watched(given)
                if brought is None or (len(update) > TRIMMED_BYTES and given is update):
                    news = brought
            else:
                self._engine.apply(given)
        except UpdateRefused:
            if not stored:
                self._check_nothing_happened()
            raise
        if levels:
            self._nesting.add(levels)
            self._is_plain = self._is_plain and not self._nesting.every_link
        if inspected is not None:
            self._admitted(inspected)
        return news

    def _inspect(self, update: bytes, found: Screened) -> object:
        """For a kind of document that knows its schema: refuse ``update``, or say what `_admitted` is to remember."""
        return None

    def _admitted(self, inspected: object) -> None:
        """The engine has what was inspected."""

    def _check_nothing_happened(self) -> None:
        if decode_state_vector(self._engine.state_vector(), ENGINE_STATE_BYTES) != self._state:
            raise DocumentCorrupt("engine-partial", "The engine took half of an update; the document must be reloaded.")

    def _structure(self, update: bytes, found: Screened, stored: bool) -> list[Level]:
        """Where its shared types stand; `UpdateRefused` when they nest too deep or hang in what is no shared type."""
        limit = self._limits.max_stored_nesting if stored else self._limits.max_nesting
        if not stored and found.parents and self._nesting.unknown_parents(found.parents, found.links):
            self._engine.rehearse(update)
        levels = self._nesting.resolve(found.links, limit)
        if is_deep(levels) and not self._nesting.every_link:
            found = screen(update, self._limits.stored, every_link=True)
            levels = self._nesting.resolve(found.links, limit)
        return levels

    def _keep_pairs(self, update: bytes, found: Screened) -> bytes:
        """Mend what the update would cut in half, here and in itself, as a browser does."""
        own = frozenset(found.halves)
        cut = frozenset(screen(update, self._limits.stored, halves=own).cuts) if own else own
        if cut:
            update = mend(update, cut, self._limits.stored)
        if found.cuts:
            self._engine.check(update)
            self._mend(frozenset(found.cuts))
        if own - cut:
            self._halves = self._halves or Pairs()
            self._halves.add(own - cut)
            self._is_plain = False
        return update

    def _mend(self, cut: frozenset[Requirement]) -> None:
        if self._mended + len(cut) > self._limits.max_mended_pairs:
            raise UpdateRefused("malformed", "The update cuts characters in half.")
        self._mended += len(cut)
        state = mend(self._engine.diff(), cut, self._limits.stored)
        self._engine = Engine()
        self._engine.apply(state)
        if self._halves is not None:
            self._halves.remove(cut)

    def merge(self, updates: Sequence[bytes]) -> bytes:
        """One update with the effect of all ``updates``: those that were taken since the last merge."""
        since, self.irregular = self.irregular, None
        if since is None:
            return merge(updates)
        # What they say of ticks that came in twice is in doubt; what the document made of them is not.
        known = self._engine.diff(since)
        return join((known, *updates, *map(encode, self._pending)), self._limits.stored, first_deletes=False)

    def _note_irregular(self, state: Mapping[int, int]) -> None:
        if self.irregular is None:
            self.irregular = encode_state_vector(state)

    # what has to wait

    def _take_slowly(self, update: bytes, found: Screened, stored: bool) -> Applied:
        """It builds on what is not known yet, or on what it brings itself."""
        required = unmet(requirements(found), self._state)
        if required and not stored:
            self._check_gap(required)
        if required:
            return self._take_pieces(update, stored)
        try:
            news = self._give(update, found, stored=stored)
        except UpdateRefused:
            if not stored:
                raise
            return self._take_pieces(update, stored)
        if not self._caught_up(found):
            return self._take_pieces(update, stored) or Applied(news is not None)
        if news is None:
            return Applied.DUPLICATE
        self.news = news
        self._changed(len(update))
        self._end_waits([client for client, _, _ in found.ranges])
        return Applied.NEW

    def _caught_up(self, found: Screened) -> bool:
        """Whether the engine integrated all of an update that lacks nothing. When its items refer to each other in a
        circle it has not, and keeps some for ever: then a new engine takes over without them."""
        self._state = decode_state_vector(self._engine.state_vector(), ENGINE_STATE_BYTES)
        if not unmet([(client, end) for client, _, end in found.ranges], self._state):
            return True
        state = self._engine.diff()
        self._engine = Engine()
        self._engine.apply(state)
        return False

    def _take_pieces(self, update: bytes, stored: bool) -> Applied:
        """Integrate those that can be, and keep those that have to wait."""
        self._engine.check(update)
        self._note_irregular(self._state)
        pieces = [piece for piece in self._pieces(update) if piece not in self._pending]
        if not stored:
            self._check_pieces(pieces)
        ready, waiting = self._sort(pieces)
        keep = stored or self._pending.fits(waiting)
        if not keep and not any(isinstance(piece, Run) for piece in ready):
            raise UpdateRefused("pending-full", "Too much waits for earlier updates; send the whole difference.")
        news = self._integrate(ready)
        if keep:
            for piece in waiting:
                self._pending.add(piece, unmet(piece.required, self._state) or piece.required)
        self._end_waits([piece.client for piece in pieces])
        if news or waiting:
            self._changed(len(update))
        trimmed = len(update) > TRIMMED_BYTES
        self.news = join((*news, *map(encode, waiting)), self._limits.stored) if trimmed else update
        unfinished = not keep or any(piece in self._pending for piece in waiting)
        return Applied.PENDING if unfinished and waiting else Applied(bool(news or waiting))

    def _check_pieces(self, pieces: list[Piece]) -> None:
        """Refuse those that the engine is known not to take. (What hangs in something unknown shows only later.)"""
        for piece in pieces:
            if isinstance(piece, Run) and piece.named and not unmet(piece.required, self._state):
                update = encode(piece)
                self._structure(update, self._screen(update, stored=True), stored=False)

    def _pieces(self, update: bytes) -> list[Piece]:
        """What is in an update, without what is known; deletions are cut where the known part ends."""
        pieces: list[Piece] = []
        for piece in take_apart(update, self._limits.stored):
            have = self._state.get(piece.client, 0)
            if not isinstance(piece, Deletion):
                if piece.end > have:
                    pieces.append(cut_run(piece, max(have, piece.start), piece.end, self._limits.stored))
            elif piece.start < have < piece.end:
                pieces += [Deletion(piece.client, piece.start, have), Deletion(piece.client, have, piece.end)]
            else:
                pieces.append(piece)
        return pieces

    def _sort(self, pieces: list[Piece]) -> tuple[list[Piece], list[Piece]]:
        """Those that can be integrated now, in that order, and those that wait. Counts the former as known."""
        ready: list[Piece] = []
        for _ in range(SORTING_PASSES):
            waiting: list[Piece] = []
            for piece in pieces:
                if unmet(piece.required, self._state):
                    waiting.append(piece)
                    continue
                ready.append(piece)
                if isinstance(piece, Run):
                    self._state[piece.client] = max(piece.end, self._state.get(piece.client, 0))
            stuck = len(waiting) in (0, len(pieces))
            pieces = waiting
            if stuck:
                break
        return ready, pieces

    def _integrate(self, pieces: Iterable[Piece]) -> list[bytes]:
        """Let the engine have pieces that wait for nothing; gives what in them was new. All at once, as a difference
        repeats every deletion there ever was; deletions last, as in any update."""
        runs: list[Piece] = []
        deletions: list[Piece] = []
        for piece in pieces:
            (runs if isinstance(piece, Run) else deletions).append(piece)
        news = [self._integrate_together(part) for part in (runs, deletions) if part]
        return [each for part in news for each in part if each is not None]

    def _integrate_together(self, pieces: Sequence[Piece]) -> list[bytes | None]:
        update = encode(pieces[0]) if len(pieces) == 1 else join(map(encode, pieces), self._limits.stored)
        try:
            return [self._give(update, self._screen(update, stored=True), stored=True)]
        except UpdateRefused:
            return list(map(self._integrate_alone, pieces))

    def _integrate_alone(self, piece: Piece) -> bytes | None:
        """Others may have built on a run: one that cannot be taken leaves a tombstone, as it does in a browser."""
        update = encode(piece)
        try:
            return self._give(update, self._screen(update, stored=True), stored=True)
        except UpdateRefused:
            if isinstance(piece, Run):
                self._engine.apply(encode(tombstone(piece)))
                return update
            return None

    def _end_waits(self, moved: list[int]) -> None:
        """Integrate what waited for the clients that ``moved``, and what waited for that."""
        if self._pending and (ready := self._pending.take_ready(self._state, moved)):
            before = dict(self._state)
            for piece in reversed(ready):
                if isinstance(piece, Run):
                    before[piece.client] = piece.start
            self._note_irregular(before)
            self._integrate(ready)

    # bounds

    def _check_gap(self, required: list[Requirement]) -> None:
        gap = max(clock - self._state.get(client, 0) for client, clock in required)
        if gap > self._limits.max_clock_gap:
            raise UpdateRefused("clock-gap-too-large", f"The update is {gap} steps ahead of what is known.")

    def _check_size(self, more: int) -> None:
        limit = self._limits.max_document_bytes
        if self._size - self._measured > limit // REMEASURE_SHARE:
            self._size = self._measured = len(self.full())
        if self._size + more > limit:
            raise UpdateRefused("document-full", f"The document would grow past {limit} bytes.")

    def _changed(self, size: int) -> None:
        self._size += size
        self._state_vector = None
        self._answers.clear()

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
        """Drop what cannot be integrated."""
        self._pending = Pending(self._limits)
        self._changed(0)

    # asking

    @property
    def clients(self) -> Mapping[int, int]:
        """What is integrated of each client: client id to the clock after its last one. Not to be changed."""
        return self._state

    @property
    def doc(self) -> pycrdt.Doc[Any]:
        """The engine's document, for reading shared types. Writing goes through `apply` alone; and do not keep it: a
        mended document has a new one."""
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

    def diff(self, state_vector: bytes, *, waiting: bool = True) -> bytes:
        """What a peer lacks (also of what waits, or not); ``00 00`` when nothing. May raise `StateVectorRefused`."""
        answer = self._answers.get(state_vector) if waiting or not self._pending else None
        if answer is not None:
            return answer
        state = decode_state_vector(state_vector, self._limits.max_state_vector_bytes)
        if self._halves is not None and any(place in self._halves for place in state.items()):
            # such a peer has half a character: it gets both halves again
            whole = {client: clock - ((client, clock) in self._halves) for client, clock in state.items()}
            state_vector = encode_state_vector(whole)
        return self._answer(state_vector) if waiting or not self._pending else self._engine.diff(state_vector)

    def _answer(self, state_vector: bytes) -> bytes:
        answer = self._answers.get(state_vector)
        if answer is None:
            answer = self._engine.diff(state_vector)
            if self._pending:
                answer = join((answer, *map(encode, self._pending)), self._limits.stored)
            self._answers.keep(state_vector, answer)
        return answer

    def drop_caches(self) -> None:
        """Forget encoded answers: they are computed again when asked for."""
        self._answers.clear()
