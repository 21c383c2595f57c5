"""The numbers of one outgoing stream while it follows one incoming stream after another.

A receiver must see one continuous stream whatever the forwarder does above it: layers switch, packets are withheld,
publishers pause. Between two switches the difference between incoming and outgoing numbers is constant, so a copy costs
one addition a field, and a retransmission request maps back by the *segment* its number falls in.
"""

from collections import deque
from typing import Generic, NamedTuple, TypeVar

from media.cache import Packet

S = TypeVar("S")
SEGMENTS = 16


class Segment(NamedTuple, Generic[S]):
    """From outgoing number `first_out` on: the source, and what is added to its numbers."""

    source: S
    first_in: int
    first_out: int
    seq: int
    timestamp: int
    picture: int
    tl0: int


class Reach(NamedTuple):
    """How far an incoming stream has come: its newest sequence number, timestamp and VP8 numbers."""

    seq: int
    timestamp: int
    picture: int
    tl0: int


class Forwarder(Generic[S]):
    """Rewriting state of one outgoing SSRC. `S` identifies an incoming stream (its cache can be asked by it).

    `attach(source, packet, timestamp)` begins to follow `source` with `packet` as the first to go out; `detach(reach)`
    stops, remembering where the outgoing numbers stand.
    """

    __slots__ = ("_last", "current", "segments")

    def __init__(self) -> None:
        self.segments: deque[Segment[S]] = deque(maxlen=SEGMENTS)
        self.current: Segment[S] | None = None
        self._last: Reach | None = None

    @property
    def started(self) -> bool:
        return self._last is not None or self.current is not None

    def attach(self, source: S, packet: Packet, timestamp: int | None = None) -> Segment[S]:
        """Follow `source` from `packet` on. `timestamp` is what the packet's should become; without it, it follows the
        last one sent by one 90 kHz frame at 30 a second."""
        last = self._last
        vp8 = packet.vp8
        if last is None:
            segment = Segment(
                source, packet.seq, packet.seq, 0, 0 if timestamp is None else timestamp - packet.timestamp, 0, 0
            )
        else:
            wanted = (last.timestamp + 3000) if timestamp is None else timestamp
            if not 0 < (wanted - last.timestamp) & 0xFFFFFFFF < 0x80000000:
                wanted = last.timestamp + 1
            segment = Segment(
                source,
                packet.seq,
                last.seq + 1,
                last.seq + 1 - packet.seq,
                wanted - packet.timestamp,
                (last.picture + 1 - vp8.picture) & 0x7FFF if vp8 and vp8.picture_at else 0,
                (last.tl0 + 1 - vp8.tl0) & 0xFF if vp8 and vp8.tl0_at else 0,
            )
        self.current = segment
        self.segments.append(segment)
        return segment

    def detach(self, reach: Reach) -> None:
        """Stop following; `reach` is how far the source has come."""
        now = self.current
        if now is None:
            return
        self.current = None
        if reach.seq < now.first_in:
            self.segments.pop()
            return
        self._last = Reach(
            reach.seq + now.seq,
            (reach.timestamp + now.timestamp) & 0xFFFFFFFF,
            (reach.picture + now.picture) & 0x7FFF,
            (reach.tl0 + now.tl0) & 0xFF,
        )

    def outgoing(self, reach: Reach) -> Reach | None:
        """Where the outgoing numbers stand when the followed source has reached `reach`."""
        now = self.current
        if now is None:
            return self._last
        return Reach(
            reach.seq + now.seq,
            (reach.timestamp + now.timestamp) & 0xFFFFFFFF,
            (reach.picture + now.picture) & 0x7FFF,
            (reach.tl0 + now.tl0) & 0xFF,
        )

    def origin(self, wire_seq: int, newest: int) -> tuple[Segment[S], int] | None:
        """The segment and incoming number behind a 16-bit outgoing one; `newest` is the newest outgoing, unwrapped."""
        out = newest - ((newest - wire_seq) & 0xFFFF)
        for index in range(len(self.segments) - 1, -1, -1):
            segment = self.segments[index]
            if out >= segment.first_out:
                return segment, out - segment.seq
        return None
