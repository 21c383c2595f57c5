"""Echoes of awareness end here: what everybody has been sent is not news.

Older stock clients send every remote change back, so one cursor that moves in a room of N makes N - 1 echoes. A state
is known by (client, clock); one that was passed on already, or an older one, goes no further. "Gone" (the state
``null``) counts at an equal clock too, as y-protocols has it.
"""

from realtime.lib0 import BadLib0, read_uint

_GONE = b"null"
MOST_CLIENTS = 10_000


class AwarenessScreen:
    """One document's. It may forget at any time: then something passes that the room would have dropped."""

    __slots__ = ("_clocks",)

    def __init__(self) -> None:
        self._clocks: dict[int, int] = {}

    def heard(self, update: bytes) -> None:
        """The room has sent ``update`` (y-protocols) to everybody."""
        clocks = self._clocks
        if len(clocks) > MOST_CLIENTS:
            clocks.clear()
        try:
            entries = _entries(update)
        except BadLib0:
            return
        for client, clock, gone in entries:
            if gone:
                clocks.pop(client, None)
            else:
                clocks[client] = clock

    def is_news(self, update: bytes) -> bool:
        """Whether any state in ``update`` is later than what everybody has; what cannot be read is for the room."""
        try:
            return any(clock + gone > self._clocks.get(client, -1) for client, clock, gone in _entries(update))
        except BadLib0:
            return True

    def forget(self) -> None:
        """A new owner may know less."""
        self._clocks.clear()


def _entries(update: bytes) -> list[tuple[int, int, bool]]:
    """``(client, clock, gone)`` of each state."""
    count, pos = read_uint(update, 0)
    found: list[tuple[int, int, bool]] = []
    while count and pos < len(update):
        client, pos = read_uint(update, pos)
        clock, pos = read_uint(update, pos)
        size, pos = read_uint(update, pos)
        found.append((client, clock, size == 4 and update[pos : pos + 4] == _GONE))
        pos += size
        count -= 1
    if count or pos != len(update):
        raise BadLib0("an awareness update that is cut or too long")
    return found
