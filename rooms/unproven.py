"""Edits of one document that wait for an earlier one which has not come: in the log, and not called saved.

Whoever loads the log would not see them, and if the earlier one never comes nobody ever would. So a connection's edits
from the first such one on are promised nothing until everything in it is part of the document (PROTOCOL.md, DOC-3).
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from crdt.pieces import Requirement
from realtime.frames.client import Answer, Update
from rooms.conn import Conn


class Held(NamedTuple):
    """An edit, and how far the document must know which Yjs clients until it is part of it."""

    conn: Conn
    it: Update | Answer
    lacking: list[Requirement]


class Unproven:
    """Bounded by what may wait in the document itself, and a number a waiting edit."""

    __slots__ = ("_doc", "held")

    def __init__(self, doc: str) -> None:
        self._doc = doc
        self.held: list[Held] = []

    def hold(self, conn: Conn, it: Update | Answer, lacking: list[Requirement]) -> None:
        """Keep ``conn`` from being promised ``it`` and what comes after it."""
        self.held.append(Held(conn, type(it)(it.doc, it.n, b""), lacking))
        conn.held.setdefault(self._doc, it.n)

    def release(self, known: Mapping[int, int]) -> Iterator[tuple[Conn, Update | Answer]]:
        """Those that are part of a document that knows so much by now."""
        before, self.held = self.held, []
        ready: list[Held] = []
        for held in before:
            waits = any(known.get(client, 0) < clock for client, clock in held.lacking)
            (self.held if waits else ready).append(held)
        for conn, _, _ in ready:
            conn.held.pop(self._doc, None)
        for conn, it, _ in self.held:
            conn.held.setdefault(self._doc, it.n)
        return ((conn, it) for conn, it, _ in ready)

    def forget(self, conn: Conn) -> None:
        """It has gone, or is asked anew for all it holds."""
        if not self.held:
            return
        conn.held.pop(self._doc, None)
        self.held = [held for held in self.held if held.conn is not conn]
