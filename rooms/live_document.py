"""A document in memory: its content, who reads it, what is accepted but not yet sent and logged."""

from crdt.awareness import AwarenessTable
from crdt.document import Document
from crdt.engine import EMPTY_STATE_VECTOR, EMPTY_UPDATE
from crdt.joining import merge
from realtime.frames.server import Awareness, Update
from realtime.position import Position
from rooms.checkpoints import Checkpoints
from rooms.conn import Conn
from rooms.log import Stored
from rooms.outbox import Outbox
from rooms.unproven import Unproven
from rooms.wear import Wear

CHECKPOINT_EVERY = 32
"""Flushes between two checkpoints."""
SMALL_CIRCLE = 10
"""Readers up to whom the only author of a flush is not sent it."""
NOBODY = "nobody"
"""No connection has this id."""


class LiveDocument:
    """One document of a room that is being served."""

    __slots__ = (
        "_apart",
        "_authors",
        "_awaited",
        "_aware_author",
        "_checkpoints",
        "_gap",
        "_pending",
        "_since_checkpoint",
        "_users",
        "asked_at",
        "awareness",
        "body",
        "gateways",
        "idle_since",
        "name",
        "pending_bytes",
        "readers",
        "unproven",
        "wear",
    )

    def __init__(self, name: str, body: Document, stored: Stored, awareness: AwarenessTable, now: float) -> None:
        self.name = name
        self.body = body
        self.awareness = awareness
        self.readers: dict[str, Conn] = {}
        self.gateways: dict[str, int] = {}
        self.idle_since = now
        self.asked_at = now
        self.wear = Wear.of(stored)
        self.unproven = Unproven(name)
        self._pending: list[bytes] = []
        self.pending_bytes = 0
        self._users: dict[str, None] = {}
        self._authors: list[str] = []
        """Whose each of the pending updates is."""
        self._apart: set[str] = set()
        """Connections that are not sent their own edits."""
        self._awaited = False
        """Whether an author of what is pending is to hear that it is durable."""
        self._aware_author = NOBODY
        self._since_checkpoint = 0
        self._gap = body.has_pending
        """Whether something was accepted that waits for an update that has not come."""
        self._checkpoints = Checkpoints()
        self._checkpoints.note(stored.last, body.state_vector())

    # readers

    def add_reader(self, conn: Conn) -> None:
        if conn.id not in self.readers:
            self.readers[conn.id] = conn
            self.gateways[conn.gateway] = self.gateways.get(conn.gateway, 0) + 1

    def drop_reader(self, conn: Conn, now: float) -> None:
        if self.readers.pop(conn.id, None) is None:
            return
        self._apart.discard(conn.id)
        self._awaited = self._awaited or conn.id in self._authors  # nobody can ask it again
        left = self.gateways[conn.gateway] - 1
        if left:
            self.gateways[conn.gateway] = left
        else:
            del self.gateways[conn.gateway]
        if not self.readers:
            self.idle_since = now

    def since(self, position: Position) -> bytes:
        """One difference for a reader at ``position``."""
        return self.missing(self._checkpoints.at_or_below(position) or EMPTY_STATE_VECTOR)

    def missing(self, state_vector: bytes) -> bytes:
        """What a reader with ``state_vector`` lacks; raises `StateVectorRefused`.

        What waits for an update that has not come is logged and not shown to anybody: some clients (those on yrs) show
        what lies behind a gap, build on it, and would be left with that if the gap never closed."""
        return self.body.diff(state_vector, waiting=False)

    # edits

    def accept(self, conn: Conn, update: bytes) -> None:
        """``update`` is applied: have it sent and logged with the next flush."""
        self._authors.append(conn.id)
        self._users[conn.user] = None
        self._awaited = self._awaited or conn.hears_saved
        self._pending.append(update)
        self.pending_bytes += len(update)

    def flush(self, out: Outbox, wall: float) -> None:
        """Send and log what was accepted, and the awareness states that changed."""
        if self._pending:
            self._flush_edits(out, wall)
        if self._aware_author is not NOBODY:
            self._flush_awareness(out)

    def _flush_edits(self, out: Outbox, wall: float) -> None:
        """Merge what was accepted into one update: one entry, one broadcast."""
        instead = self._instead()
        update = self.body.merge(self._pending)
        out.append(self.name, update, tuple(self._users), wall, awaited=self._awaited)
        self._pending, self._authors, self.pending_bytes, self._users, self._awaited = [], [], 0, {}, False
        self.wear.add(len(update), out.seq)
        self._since_checkpoint += 1
        if self._gap or self.body.has_pending:
            self._flush_around_gap(out)
            return
        out.fanout(Update(self.name, update), self.name, instead)
        if self._since_checkpoint >= CHECKPOINT_EVERY:
            self._note(out)

    def _instead(self) -> dict[str, bytes] | None:
        """What authors get instead of all that is pending (DOC-4). In a small circle, a tenth of the writes and more
        would be echoes; in a large one telling authors apart costs more than it saves."""
        authors, apart = self._authors, self._apart
        first = authors[0]
        if len(authors) == 1 or all(author == first for author in authors):
            if first not in apart:
                if len(self.readers) > SMALL_CIRCLE or first not in self.readers:
                    return None
                apart.add(first)
            return {first: b""}
        if not apart or self.body.irregular is not None:
            return None
        return {author: self._all_but(author) for author in apart.intersection(authors)}

    def _all_but(self, author: str) -> bytes:
        return merge([update for update, by in zip(self._pending, self._authors, strict=True) if by != author])

    def _flush_around_gap(self, out: Outbox) -> None:
        """Send what was integrated since the last checkpoint, and nothing of what waits."""
        shown = self.missing(self._checkpoints.last)
        if shown != EMPTY_UPDATE:
            out.fanout(Update(self.name, shown), self.name)
        self._note(out)
        self._gap = self.body.has_pending

    def _note(self, out: Outbox) -> None:
        self._since_checkpoint = 0
        self._checkpoints.note(Position(out.epoch, out.seq), self.body.state_vector())

    # awareness

    def aware(self, author: str = "") -> None:
        """States have changed: ``author``'s own, or somebody's."""
        self._aware_author = author if self._aware_author in (NOBODY, author) else ""

    def _flush_awareness(self, out: Outbox) -> None:
        """To all but their only author."""
        changed = self.awareness.drain_changed()
        if changed is not None:
            out.fanout(
                Awareness(self.name, changed), self.name, {self._aware_author: b""} if self._aware_author else None
            )
        self._aware_author = NOBODY

    @property
    def is_settled(self) -> bool:
        """Whether everything accepted has been sent and logged (though maybe not yet durably)."""
        return not self._pending
