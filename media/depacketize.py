"""From RTP payloads back to whole coded frames (RFC 7741, 9628, 6184, AV1 RTP 1.0, RFC 7587), for recording and HLS.

Nothing is decoded. `FrameAssembler` takes packets in any order, waits a little for missing ones and gives frames in
order; after a loss that nobody repaired it goes on with the next keyframe.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from media.cache import Packet
from media.codecs import is_keyframe, vp8_descriptor

START_CODE = b"\0\0\0\1"
WAIT_PACKETS = 256
WAIT_SECONDS = 1.0
MAX_FRAME_BYTES = 8 << 20


class Frame(NamedTuple):
    """One coded picture or audio frame. `timestamp` is the RTP one, unwrapped; H.264 is in Annex B form."""

    data: bytes
    timestamp: int
    keyframe: bool


def vp8(payloads: Sequence[bytes]) -> bytes:
    parts: list[bytes] = []
    for payload in payloads:
        found = vp8_descriptor(payload, 0, len(payload))
        if found is not None:
            parts.append(payload[found.size :])
    return b"".join(parts)


def vp9(payloads: Sequence[bytes]) -> bytes:
    return b"".join(payload[vp9_descriptor_bytes(payload) :] for payload in payloads)


def vp9_descriptor_bytes(data: bytes) -> int:
    """Length of a VP9 payload descriptor (RFC 9628 section 4.2); all of the data when it is cut off."""
    try:
        return _vp9_descriptor_bytes(data)
    except IndexError:
        return len(data)


def _vp9_descriptor_bytes(data: bytes) -> int:
    first, at = data[0], 1
    if first & 0x80:
        at += 2 if data[at] & 0x80 else 1
    if first & 0x20:
        at += 1 if first & 0x10 else 2
    if first & 0x10 and first & 0x40:
        while data[at] & 0x01:
            at += 1
        at += 1
    if first & 0x02:
        structure, at = data[at], at + 1
        if structure & 0x10:
            at += 4 * ((structure >> 5) + 1)
        if structure & 0x08:
            pictures, at = data[at], at + 1
            for _ in range(pictures):
                at += 1 + ((data[at] >> 2) & 0x03)
    return at


def h264(payloads: Sequence[bytes]) -> bytes:
    """Single NAL units, STAP-A and FU-A to Annex B."""
    out: list[bytes] = []
    for payload in payloads:
        kind = payload[0] & 0x1F if payload else 0
        if kind == 24:
            out += _stap_a(payload)
        elif kind == 28 and len(payload) > 2:
            if payload[1] & 0x80:
                out += (START_CODE, bytes([(payload[0] & 0xE0) | (payload[1] & 0x1F)]))
            out.append(payload[2:])
        elif 1 <= kind <= 23:
            out += (START_CODE, payload)
    return b"".join(out)


def _stap_a(payload: bytes) -> list[bytes]:
    out: list[bytes] = []
    at = 1
    while at + 2 <= len(payload):
        size = (payload[at] << 8) | payload[at + 1]
        out += (START_CODE, payload[at + 2 : at + 2 + size])
        at += 2 + size
    return out


def av1(payloads: Sequence[bytes]) -> bytes:
    """A temporal unit in the low-overhead format: OBUs with size fields, without a temporal delimiter."""
    units: list[bytes] = []
    for payload in payloads:
        if not payload:
            continue
        header, elements = payload[0], _av1_elements(payload)
        if header & 0x80 and units and elements:
            units[-1] += elements.pop(0)
        units += elements
    return b"".join(_sized_obu(unit) for unit in units if unit and (unit[0] >> 3) & 0x0F != 2)


def _av1_elements(payload: bytes) -> list[bytes]:
    count, at = (payload[0] >> 4) & 0x03, 1
    found: list[bytes] = []
    while at < len(payload):
        if count and len(found) == count - 1:
            size = len(payload) - at
        else:
            size, at = _leb128(payload, at)
        found.append(payload[at : at + size])
        at += size
    return found


def _leb128(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while at < len(data) and shift < 35:
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if not byte & 0x80:
            break
    return value, at


def _sized_obu(unit: bytes) -> bytes:
    if unit[0] & 0x02:
        return unit
    header = 2 if unit[0] & 0x04 else 1
    size, length = max(0, len(unit) - header), b""
    while True:
        size, low = size >> 7, size & 0x7F
        length += bytes([low | (0x80 if size else 0)])
        if not size:
            return bytes([unit[0] | 0x02]) + unit[1:header] + length + unit[header:]


def opus(payloads: Sequence[bytes]) -> bytes:
    return payloads[0] if payloads else b""


JOIN: dict[str, Callable[[Sequence[bytes]], bytes]] = {"VP8": vp8, "VP9": vp9, "H264": h264, "AV1": av1, "opus": opus}


class FrameAssembler:
    """Packets of one incoming stream to frames."""

    def __init__(self, codec: str) -> None:
        self.codec = codec
        self.lost = 0
        self._join = JOIN[codec]
        self._waiting: dict[int, tuple[float, Packet]] = {}
        self._next: int | None = None
        self._parts: list[Packet] = []
        self._size = 0
        self._broken = codec != "opus"
        self._clock = _Timestamps()

    def push(self, packet: Packet, now: float) -> list[Frame]:
        """Take one packet; the frames that are complete now."""
        if self._next is None:
            self._next = packet.seq
        if packet.seq >= self._next:
            self._waiting[packet.seq] = (now, packet)
        frames = self._drain()
        if self._waiting and self._overdue(now):
            self._next = min(self._waiting)
            self._lose()
            frames += self._drain()
        return frames

    def _overdue(self, now: float) -> bool:
        oldest = min(at for at, _ in self._waiting.values())
        return len(self._waiting) > WAIT_PACKETS or now - oldest > WAIT_SECONDS

    def _lose(self) -> None:
        self.lost += 1
        self._parts, self._size = [], 0
        self._broken = self.codec != "opus"

    def _drain(self) -> list[Frame]:
        frames: list[Frame] = []
        while self._next is not None and (entry := self._waiting.pop(self._next, None)) is not None:
            self._next += 1
            packet = entry[1]
            if not packet.payload:
                continue
            if self._parts and packet.timestamp != self._parts[0].timestamp:
                self._finish(frames)
            self._parts.append(packet)
            self._size += len(packet.payload)
            if self._size > MAX_FRAME_BYTES:
                self._lose()
            elif packet.marker or self.codec == "opus":
                self._finish(frames)
        return frames

    def _finish(self, frames: list[Frame]) -> None:
        parts, self._parts, self._size = self._parts, [], 0
        first = parts[0].payload
        key = any(is_keyframe(self.codec, p.payload, 0, len(p.payload)) for p in parts)
        self._broken = self._broken and not key
        timestamp = self._clock.unwrap(parts[0].timestamp)
        if not self._broken and first:
            frames.append(Frame(self._join([p.payload for p in parts]), timestamp, key))


class _Timestamps:
    """32-bit RTP timestamps to growing integers."""

    def __init__(self) -> None:
        self._last: int | None = None

    def unwrap(self, timestamp: int) -> int:
        if self._last is None:
            self._last = timestamp
        else:
            ahead = (timestamp - self._last) & 0xFFFFFFFF
            self._last += ahead - (1 << 32) if ahead & 0x80000000 else ahead
        return self._last
