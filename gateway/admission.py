"""Smooths the moment when a class arrives: nobody is turned away, live traffic goes first.

Of the documents that are being opened in a room, at most `WINDOW` are with its owner at a time; each answer lets the
next one in. In between the owner handles edits, and sockets are written to. Who waits has its input held back (by
the transport, so it costs no memory here) and is released in the order of arrival. One connection has at most
`EACH` under way, so that who asks and never reads is not answered either; it is released when one of its own is
answered, and stands in nobody's way meanwhile.
"""

from collections import OrderedDict

from gateway.member import Socket

WINDOW = 16
EACH = 2
PATIENCE_SECONDS = 3.0
"""After so long an answer is given up for lost and its place is given to the next."""


class Admission:
    """One room's. Times are monotonic seconds."""

    __slots__ = ("_busy", "_under_way", "_waiting")

    def __init__(self) -> None:
        self._under_way: dict[tuple[str, str], float] = {}
        self._waiting: OrderedDict[Socket, None] | None = None
        """For a place in the window."""
        self._busy: dict[str, Socket] = {}
        """Connections that wait for an answer of their own."""

    def admit(self, socket: Socket, conn: str, doc: str, now: float) -> bool:
        """Whether ``conn`` may open ``doc`` now; otherwise ``socket`` is noted and comes out of `next` in its turn."""
        if (conn, doc) in self._under_way or self._count(conn) >= EACH:
            self._busy[conn] = socket
            return False
        if len(self._under_way) < WINDOW:
            self._under_way[conn, doc] = now
            return True
        if self._waiting is None:
            self._waiting = OrderedDict()
        self._waiting[socket] = None
        return False

    def _count(self, conn: str) -> int:
        return sum(key[0] == conn for key in self._under_way)

    def answered(self, conn: str, doc: str) -> None:
        """The owner has answered, or need not any more."""
        self._under_way.pop((conn, doc), None)
        self._free(conn)

    def _free(self, conn: str) -> None:
        """A connection has one less under way: it has waited already, and goes first."""
        socket = self._busy.pop(conn, None)
        if socket is None:
            return
        if self._waiting is None:
            self._waiting = OrderedDict()
        self._waiting[socket] = None
        self._waiting.move_to_end(socket, last=False)

    def forget(self, conn: str) -> None:
        """The connection is gone. (If its socket waits, `next` returns it in its turn; releasing it is harmless.)"""
        self._busy.pop(conn, None)
        for key in [key for key in self._under_way if key[0] == conn]:
            del self._under_way[key]

    def expire(self, now: float) -> None:
        """Give up on answers that do not come."""
        for key in [key for key, since in self._under_way.items() if now - since > PATIENCE_SECONDS]:
            self.answered(*key)

    def next(self) -> Socket | None:
        """A socket that may try again now. Who calls this until it returns None, and releases each, comes to an end:
        every one that is released takes a place, waits for its own answer, or does not ask any more."""
        if not self._waiting or len(self._under_way) >= WINDOW:
            return None
        socket, _ = self._waiting.popitem(last=False)
        return socket

    @property
    def waiting(self) -> int:
        return len(self._waiting or ()) + len(self._busy)
