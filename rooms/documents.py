"""The documents of a room: loaded when first opened, edited, sent, logged, let go when nobody reads them.

An input for a document that is still loading waits in order; a document that does not load is quarantined and refuses
what is asked of it, while the rest of the room goes on.
"""

from collections.abc import Callable
from typing import Any

import msgspec

from crdt.errors import AwarenessRefused, DocumentCorrupt, StateVectorRefused, UpdateRefused
from realtime.envelopes import Lagged
from realtime.frames import server
from realtime.frames.client import Answer, Awareness, Open, Shut, Update
from realtime.ids import is_name
from realtime.limits import Limits
from realtime.position import Position
from realtime.refusals import Refuse
from rooms.acks import Acks
from rooms.bodies import document_limits, load_body, new_awareness
from rooms.classroom.announcer import Announcer
from rooms.classroom.locks import Locks
from rooms.conn import Conn
from rooms.live_document import LiveDocument
from rooms.log import Stored
from rooms.novelty import EMPTY_UPDATE, adds_nothing, lacking
from rooms.outbox import Outbox

WAITING_BYTES = 8 * 1024 * 1024
"""Inputs that wait for one document to load."""
FLUSH_BYTES = 1024 * 1024
"""Accepted updates of one document are sent at the latest when they are so many bytes."""
IDLE_SECONDS = 30.0
"""Without a reader, until a document is let go."""
ASK_AGAIN_SECONDS = 2.0
"""Between two requests for what a document's waiting updates lack."""

REFUSALS = {
    "too-large": Refuse.TOO_LARGE,
    "too-deep": Refuse.TOO_LARGE,
    "too-many": Refuse.TOO_LARGE,
    "pending-full": Refuse.ROOM_BUSY,
    "document-full": Refuse.DOCUMENT_FULL,
    "schema": Refuse.SCHEMA,
}
"""Codes of `crdt.errors.UpdateRefused`; every other one is malformed."""


class Rejoin(msgspec.Struct, frozen=True):
    """A connection that has ``doc`` open is back after a loss or under a new owner."""

    doc: str
    since: Position


Input = Open | Shut | Update | Answer | Awareness | Lagged | Rejoin


class _Loading:
    """A document under way from the log, and what waits for it."""

    __slots__ = ("size", "waiting")

    def __init__(self) -> None:
        self.waiting: list[tuple[Conn, Input]] = []
        self.size = 0


class Documents:
    """All documents of one room."""

    def __init__(self, limits: Limits, out: Outbox, acks: Acks, locks: Locks, announcer: Announcer) -> None:
        self._limits = limits
        self._crdt_limits = document_limits(limits)
        self._out = out
        self._acks = acks
        self._locks = locks
        self._announcer = announcer
        self.live: dict[str, LiveDocument] = {}
        self._loading: dict[str, _Loading] = {}
        self._dirty: dict[str, LiveDocument] = {}
        self._ask_later: dict[tuple[str, str], Conn] = {}
        """Who was refused an edit of which document only because of the moment."""
        self.storage_full = False
        """Whether no more may be accepted, because the log is away and its budget is used up."""
        self.urgent = False
        """Whether so much was accepted that the flush should not wait."""
        self._handlers: dict[type[Any], Callable[[LiveDocument, Conn, Any, float], None]] = {
            Open: self._open,
            Shut: self._shut,
            Update: self._edit,
            Answer: self._edit,
            Awareness: self._aware,
            Lagged: self._lagged,
            Rejoin: self._rejoin,
        }

    # inputs

    def handle(self, conn: Conn, it: Input, now: float) -> None:
        """Take one input of a connection that is in the room."""
        doc = self.live.get(it.doc)
        if doc is None:
            self._not_live(conn, it)
        else:
            self._handlers[type(it)](doc, conn, it, now)

    def _open(self, doc: LiveDocument, conn: Conn, it: Open, now: float) -> None:
        if doc.name not in conn.docs and len(conn.docs) >= self._limits.open_documents_per_connection:
            self._out.refuse(conn.id, 0, Refuse.TOO_MANY_DOCUMENTS, doc.name)
            return
        try:
            missing = doc.missing(it.state_vector)
        except StateVectorRefused as error:
            self._out.refuse(conn.id, 0, Refuse.MALFORMED, doc.name, error.message)
            return
        conn.docs.add(doc.name)
        doc.add_reader(conn)
        writable = self._why_not_writable(doc, conn) is None
        self._out.send(conn.id, server.Opened(doc.name, doc.body.state_vector(), missing, writable))
        self._show_awareness(doc, conn)

    def _shut(self, doc: LiveDocument, conn: Conn, it: Shut, now: float) -> None:
        conn.docs.discard(doc.name)
        self._drop_reader(doc, conn, now)

    def _edit(self, doc: LiveDocument, conn: Conn, it: Update | Answer, now: float) -> None:
        """The hot path."""
        if doc.name not in conn.docs:
            self._out.refuse(conn.id, it.n, Refuse.UNKNOWN, doc.name)
            return
        refuse = self._why_not_writable(doc, conn)
        if refuse is not None:
            if not adds_nothing(doc.body, it.update, self._crdt_limits.screen):
                self._out.refuse(conn.id, it.n, refuse, doc.name)
                self._answered(doc, conn, it)
                return
        elif self.storage_full and it.update != EMPTY_UPDATE:
            self.refuse_for_now(conn, doc.name, it.n, Refuse.STORAGE_AWAY)
            self._answered(doc, conn, it)
            return
        else:
            try:
                if doc.body.apply(it.update):
                    self._accept(doc, conn, doc.body.news)
            except UpdateRefused as error:
                self._refused(doc, conn, it, error)
                return
            if doc.unproven.held:
                self._prove(doc)
            if doc.body.has_pending and self._waits(doc, conn, it):
                return
        self._answered(doc, conn, it)
        self._edited(conn, it.n)

    def _edited(self, conn: Conn, n: int) -> None:
        if conn.hears_saved:
            self._acks.edited(conn, n)

    def _waits(self, doc: LiveDocument, conn: Conn, it: Update | Answer) -> bool:
        """Whether some of an edit that was taken waits for an earlier one: then it is promised later (`_prove`)."""
        lacks = lacking(doc.body, it.update, self._crdt_limits.screen)
        if lacks:
            doc.unproven.hold(conn, it.n, lacks, answers=type(it) is Answer)
        return bool(lacks)

    def _prove(self, doc: LiveDocument) -> None:
        """Promise at last what no longer waits."""
        for conn, wait in doc.unproven.release(doc.body.clients):
            if wait.answers:
                self._acks.answered(conn, doc.name)
            self._edited(conn, wait.n)

    def refuse_for_now(self, conn: Conn, doc: str, n: int, refuse: Refuse) -> None:
        """Refuse an edit that time will make welcome; the connection is asked for it then."""
        self._out.refuse(conn.id, n, refuse, doc)
        self._ask_later[conn.id, doc] = conn

    def _accept(self, doc: LiveDocument, conn: Conn, update: bytes) -> None:
        doc.accept(conn, update)
        self._dirty[doc.name] = doc
        if doc.pending_bytes > FLUSH_BYTES:
            self.urgent = True
        if doc.name not in self._locks:
            self._locks.add([doc.name])
            self._announcer.document(doc.name)

    def _answered(self, doc: LiveDocument, conn: Conn, it: Update | Answer) -> None:
        """An answer, taken or refused, repeats all that the connection's lost edits of this document held."""
        if conn.awaiting and type(it) is Answer:
            self._acks.answered(conn, doc.name)

    def _refused(self, doc: LiveDocument, conn: Conn, it: Update | Answer, error: UpdateRefused) -> None:
        refuse = REFUSALS.get(error.code, Refuse.MALFORMED)
        self._out.refuse(conn.id, it.n, refuse, doc.name, error.message)
        if error.code == "pending-full" and type(it) is Update:
            self._out.send(conn.id, server.Ask(doc.name, doc.body.state_vector()))
        self._answered(doc, conn, it)

    def _aware(self, doc: LiveDocument, conn: Conn, it: Awareness, now: float) -> None:
        if not conn.may_present or doc.name not in conn.docs:
            return
        try:
            changed = doc.awareness.receive(conn.id, it.update, now)
        except AwarenessRefused as error:
            self._out.refuse(conn.id, 0, Refuse.MALFORMED, doc.name, error.message)
            return
        if changed:
            doc.aware(conn.id)
            self._dirty[doc.name] = doc

    def _lagged(self, doc: LiveDocument, conn: Conn, it: Lagged, now: float) -> None:
        if doc.name in conn.docs:
            self._out.send(conn.id, server.Update(doc.name, doc.since(it.since)))

    def _rejoin(self, doc: LiveDocument, conn: Conn, it: Rejoin, now: float) -> None:
        doc.add_reader(conn)
        doc.unproven.forget(conn)
        self._out.send(conn.id, server.Update(doc.name, doc.since(it.since)))
        self._out.send(conn.id, server.Ask(doc.name, doc.body.state_vector()))
        self._show_awareness(doc, conn)

    def _show_awareness(self, doc: LiveDocument, conn: Conn) -> None:
        states = doc.awareness.encode()
        if states is not None:
            self._out.send(conn.id, server.Awareness(doc.name, states))

    def _why_not_writable(self, doc: LiveDocument, conn: Conn) -> Refuse | None:
        if not conn.may_edit:
            return Refuse.READ_ONLY
        if doc.name in self._locks.locked and not conn.staff:
            return Refuse.LOCKED
        return None

    # loading

    def _not_live(self, conn: Conn, it: Input) -> None:
        """An input for a document that is not in memory: begin to load it, or wait, or say no."""
        n = it.n if isinstance(it, Update | Answer) else 0
        loading = self._loading.get(it.doc)
        if loading is None:
            refuse = self._why_not_load(conn, it)
            if refuse is not None:
                self._refuse_unloaded(conn, it.doc, n, refuse)
                return
            loading = self._loading[it.doc] = _Loading()
            self._out.load(it.doc)
        size = _size(it)
        if loading.size + size > WAITING_BYTES:
            self._refuse_unloaded(conn, it.doc, n, Refuse.ROOM_BUSY)
            return
        loading.waiting.append((conn, it))
        loading.size += size
        if n:
            conn.held.setdefault(it.doc, n)

    def _why_not_load(self, conn: Conn, it: Input) -> Refuse | None:
        if not is_name(it.doc) or not isinstance(it, Open | Rejoin):
            return Refuse.UNKNOWN
        if self._locks.is_quarantined(it.doc):
            return Refuse.QUARANTINED
        known = len(self._locks) + sum(doc not in self._locks for doc in (*self.live, *self._loading))
        if it.doc not in self._locks and known >= self._limits.documents_per_room:
            return Refuse.TOO_MANY_DOCUMENTS
        return None

    def _refuse_unloaded(self, conn: Conn, doc: str, n: int, refuse: Refuse) -> None:
        self._out.refuse(conn.id, n, refuse, doc)
        if refuse.retry:
            self._ask_later[conn.id, doc] = conn
        elif doc in conn.docs:
            conn.docs.discard(doc)
            self._acks.answered(conn, doc)

    def loaded(self, name: str, stored: Stored, now: float) -> None:
        """The log has answered `effects.LoadDocument`: serve the document, or quarantine it."""
        loading = self._loading.pop(name, None)
        if loading is None:
            return
        try:
            body = load_body(name, stored, self._crdt_limits)
        except DocumentCorrupt as error:
            self._quarantine(name, loading, error)
            return
        self.live[name] = LiveDocument(name, body, stored, new_awareness(self._limits), now)
        self._replay(name, loading, now)

    def _replay(self, name: str, loading: _Loading, now: float) -> None:
        for conn, _ in loading.waiting:
            conn.held.pop(name, None)
        for conn, it in loading.waiting:
            if not conn.gone:
                self.handle(conn, it, now)

    def _quarantine(self, name: str, loading: _Loading, error: DocumentCorrupt) -> None:
        self._locks.quarantine(name)
        self._out.quarantine(name, f"{error.code}: {error.message}")
        self._announcer.document(name)
        for conn, it in loading.waiting:
            conn.held.pop(name, None)
            if not conn.gone:
                n = it.n if isinstance(it, Update | Answer) else 0
                self._refuse_unloaded(conn, name, n, Refuse.QUARANTINED)

    # connections

    def leave(self, conn: Conn, now: float) -> None:
        """A connection is gone from the room."""
        for name in sorted(conn.docs | conn.held.keys()):
            doc = self.live.get(name)
            if doc is not None:
                doc.unproven.forget(conn)
                self._drop_reader(doc, conn, now)
        conn.docs = set()

    def _drop_reader(self, doc: LiveDocument, conn: Conn, now: float) -> None:
        doc.drop_reader(conn, now)
        if doc.awareness.leave(conn.id):
            doc.aware()
            self._dirty[doc.name] = doc

    def hide(self, conn: Conn) -> None:
        """A connection may show no cursor any more."""
        for name in sorted(conn.docs):
            doc = self.live.get(name)
            if doc is not None and doc.awareness.leave(conn.id):
                doc.aware()
                self._dirty[name] = doc

    # time

    def flush(self, now: float, wall: float) -> None:
        """Send and log what was accepted since the last call."""
        dirty, self._dirty, self.urgent = self._dirty, {}, False
        for doc in dirty.values():
            doc.flush(self._out, wall)

    def tick(self, now: float) -> bool:
        """Expire awareness, ask for what is missing, let idle documents go; True when there is something to flush."""
        for doc in list(self.live.values()):
            if doc.awareness.expire(now):
                doc.aware()
                self._dirty[doc.name] = doc
            if doc.body.has_pending and now - doc.asked_at >= ASK_AGAIN_SECONDS:
                self._ask(doc, now)
            if not doc.readers and now - doc.idle_since >= IDLE_SECONDS and self._may_drop(doc):
                del self.live[doc.name]
        if not self.storage_full:
            self._ask_for_refused()
        return bool(self._dirty)

    def _ask_for_refused(self) -> None:
        """What was refused because of the moment is welcome now."""
        asked, self._ask_later = self._ask_later, {}
        for (_, name), conn in asked.items():
            doc = self.live.get(name)
            if doc is not None and not conn.gone and name in conn.docs:
                self._out.send(conn.id, server.Ask(name, doc.body.state_vector()))

    def _ask(self, doc: LiveDocument, now: float) -> None:
        """Something waits for an update that never came: whoever may write is asked for what the document lacks."""
        doc.asked_at = now
        writers = [conn.id for conn in doc.readers.values() if self._why_not_writable(doc, conn) is None]
        self._out.send_all(writers, server.Ask(doc.name, doc.body.state_vector()))

    def _may_drop(self, doc: LiveDocument) -> bool:
        return (
            not doc.unproven.held
            and doc.is_settled
            and doc.wear.last_seq <= self._acks.durable_seq
            and doc.name not in self._dirty
        )


def _size(it: Input) -> int:
    """What an input weighs while it waits."""
    return 200 + (len(it.update) if isinstance(it, Update | Answer | Awareness) else 0)
