"""Edits of one document that wait for an earlier one which has not come: in the log, and not called saved.

Whoever loads the log would not see them, and if the earlier one never comes nobody ever would. So a connection's edits
from the first such one on are promised nothing until all of them are part of the document (PROTOCOL.md, DOC-3).
"""

from collections.abc import Iterable, Mapping

from crdt.pieces import Requirement
from rooms.conn import Conn


class Wait:
    """What one connection waits for: ``n`` is its last edit that does, ``answers`` whether one of them is an answer."""

    __slots__ = ("answers", "lacking", "n")

    def __init__(self) -> None:
        self.n = 0
        self.answers = False
        self.lacking: dict[int, int] = {}
        """Yjs client to how far the document must know it."""


class Unproven:
    """One `Wait` a connection, so that repeating what waits costs nothing."""

    __slots__ = ("_doc", "held")

    def __init__(self, doc: str) -> None:
        self._doc = doc
        self.held: dict[Conn, Wait] = {}

    def hold(self, conn: Conn, n: int, lacking: Iterable[Requirement], *, answers: bool) -> None:
        """Keep ``conn`` from being promised edit ``n`` and what comes after it."""
        wait = self.held.setdefault(conn, Wait())
        wait.n = max(wait.n, n)
        wait.answers = wait.answers or answers
        for client, clock in lacking:
            wait.lacking[client] = max(clock, wait.lacking.get(client, 0))
        conn.held.setdefault(self._doc, n)

    def release(self, known: Mapping[int, int]) -> list[tuple[Conn, Wait]]:
        """Those whose edits are all part of a document that knows so much by now."""
        for wait in self.held.values():
            wait.lacking = {client: clock for client, clock in wait.lacking.items() if known.get(client, 0) < clock}
        ready = [(conn, wait) for conn, wait in self.held.items() if not wait.lacking]
        for conn, _ in ready:
            self.forget(conn)
        return ready

    def forget(self, conn: Conn) -> None:
        """It has gone, or is asked anew for all it holds."""
        if self.held.pop(conn, None) is not None:
            conn.held.pop(self._doc, None)
