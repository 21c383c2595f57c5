"""What may be called saved, and to whom.

Edits of a flush become entries of the log. When the log says that everything up to an entry is durable, each connection
whose edits lie before it gets one ``Saved`` with its highest number, and each kept command its ``Done``. A refused edit
has no part in this, and nothing is said to a connection that still owes an answer after a loss (`Conn.awaiting`).
"""

from collections import deque

from realtime.frames.server import Done, Saved
from rooms.conn import Conn
from rooms.outbox import Outbox


class Acks:
    """Promises of one room, in the order of its entries."""

    __slots__ = ("_done", "_durable", "_edited", "_out", "_promises")

    def __init__(self, outbox: Outbox) -> None:
        self._out = outbox
        self._edited: dict[str, tuple[Conn, int, int]] = {}
        self._done: list[tuple[Conn, int]] = []
        self._promises: deque[tuple[int, list[tuple[Conn, int, int]], list[tuple[Conn, int]]]] = deque()
        self._durable = 0

    def edited(self, conn: Conn, n: int) -> None:
        """Edit ``n`` was accepted (or was known already)."""
        if n > conn.top:
            conn.top = n
        if not conn.awaiting and conn.hears_saved:
            self._edited[conn.id] = conn, conn.joins, conn.covered()

    def answered(self, conn: Conn, doc: str) -> None:
        """``doc`` was answered for, or cannot be: when it was the last that is owed, the lost edits are covered too."""
        if doc in conn.awaiting:
            conn.awaiting.discard(doc)
            self.edited(conn, 0 if conn.awaiting else conn.asked_at)

    def done(self, conn: Conn, n: int) -> None:
        """Command ``n`` was carried out and is part of the next entry, or of an earlier one."""
        self._done.append((conn, n))

    def seal(self) -> None:
        """At the end of a flush: what was accepted stands in the entries up to the outbox' counter."""
        if not self._edited and not self._done:
            return
        self._promises.append((self._out.seq, list(self._edited.values()), self._done))
        self._edited, self._done = {}, []
        self.durable(self._durable)

    def durable(self, up_to: int) -> None:
        """Entries up to ``up_to`` are durable: keep the promises that hang on them."""
        self._durable = max(self._durable, up_to)
        saved: dict[str, int] = {}
        while self._promises and self._promises[0][0] <= self._durable:
            _, edits, commands = self._promises.popleft()
            for conn, joins, n in edits:
                if not conn.gone and joins == conn.joins and n > 0:
                    saved[conn.id] = n
            for conn, n in commands:
                if not conn.gone:
                    self._out.send(conn.id, Done(n))
        for conn, n in saved.items():
            self._out.send(conn, Saved(n))

    @property
    def owed(self) -> bool:
        """Whether something waits for the log."""
        return bool(self._promises)

    @property
    def durable_seq(self) -> int:
        """The entry up to which everything is durable."""
        return self._durable
