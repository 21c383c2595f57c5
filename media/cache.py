"""The last packets of one incoming stream, kept for retransmission: bounded in bytes and in age."""

from collections import OrderedDict
from typing import NamedTuple

from media.codecs import Vp8


class Packet(NamedTuple):
    """One packet as it came, without its transport: what every receiver's copy is made from."""

    seq: int
    """Unwrapped."""
    timestamp: int
    marker: int
    """0x80 or 0: the marker bit where it stands in the second byte."""
    payload: bytes
    vp8: Vp8 | None
    level: int
    """The audio-level byte (RFC 6464), or -1."""
    orientation: int
    """The video-orientation byte, or -1."""


class PacketCache:
    """Packets by unwrapped sequence number. Oldest go first when `max_bytes` or `max_seconds` is passed."""

    __slots__ = ("_packets", "bytes", "max_bytes", "max_seconds")

    def __init__(self, max_bytes: int, max_seconds: float) -> None:
        self._packets: OrderedDict[int, tuple[float, Packet]] = OrderedDict()
        self.bytes = 0
        self.max_bytes = max_bytes
        self.max_seconds = max_seconds

    def __len__(self) -> int:
        return len(self._packets)

    def put(self, packet: Packet, now: float) -> bool:
        """False when this number is already here."""
        packets = self._packets
        if packet.seq in packets:
            return False
        packets[packet.seq] = (now, packet)
        self.bytes += len(packet.payload)
        oldest = now - self.max_seconds
        while packets:
            first = next(iter(packets.values()))
            if self.bytes <= self.max_bytes and first[0] >= oldest:
                break
            packets.popitem(last=False)
            self.bytes -= len(first[1].payload)
        return True

    def get(self, seq: int, now: float) -> Packet | None:
        found = self._packets.get(seq)
        return found[1] if found and found[0] >= now - self.max_seconds else None
