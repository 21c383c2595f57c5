"""Numbered class events, and the ring of recent ones that catches a reader up.

Numbers step by one within one ownership of the room and start far above all earlier ones with the next, so a number
seen under an old owner never means something else under a new one.
"""

from collections import deque

from realtime.frames.events import Event

EPOCH_BITS = 28
"""Room for 268 million events an ownership; the number still fits the 53 bits a browser counts with."""
RING = 1_000


class Numbered:
    """An event as it is sent; ``staff`` is what staff get instead, when that is more."""

    __slots__ = ("event", "seq", "staff")

    def __init__(self, seq: int, event: Event, staff: Event | None) -> None:
        self.seq = seq
        self.event = event
        self.staff = staff

    def seen_by(self, *, staff: bool) -> Event:
        return self.staff if staff and self.staff is not None else self.event


class Events:
    """The stream of one ownership."""

    __slots__ = ("_ring", "seq")

    def __init__(self, epoch: int) -> None:
        self.seq = epoch << EPOCH_BITS
        """The number of the latest event."""
        self._ring: deque[Numbered] = deque(maxlen=RING)

    def number(self, event: Event, staff: Event | None = None) -> Numbered:
        """Give ``event`` the next number."""
        self.seq += 1
        numbered = Numbered(self.seq, event, staff)
        self._ring.append(numbered)
        return numbered

    def since(self, seen: int) -> list[Numbered] | None:
        """The events after number ``seen``; None when they are not all here."""
        missing = self.seq - seen
        if missing < 0 or missing > len(self._ring):
            return None
        return list(self._ring)[len(self._ring) - missing :]
