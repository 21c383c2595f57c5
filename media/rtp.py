"""RTP (RFC 3550) and its header extensions (RFC 8285), read in place from a slab and written into templates."""

import struct
from collections.abc import Iterable, Iterator
from typing import NamedTuple

Buffer = bytes | bytearray | memoryview

HEADER = struct.Struct("!BBHLL")
PATCH = struct.Struct("!HLL")
"""Sequence number, timestamp and SSRC, at byte 2 of a packet."""
U16 = struct.Struct("!H")
ONE_BYTE = 0xBEDE
TWO_BYTE = 0x1000
MIN_BYTES = 12

MID = "urn:ietf:params:rtp-hdrext:sdes:mid"
RID = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id"
REPAIRED_RID = "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id"
ABS_SEND_TIME = "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time"
AUDIO_LEVEL = "urn:ietf:params:rtp-hdrext:ssrc-audio-level"
TRANSPORT_CC = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"
ORIENTATION = "urn:3gpp:video-orientation"
PLAYOUT_DELAY = "http://www.webrtc.org/experiments/rtp-hdrext/playout-delay"


def is_rtcp(second_byte: int) -> bool:
    """Tells RTCP from RTP on one port by the packet type (RFC 5761 section 4)."""
    return 192 <= second_byte <= 223


class Layout(NamedTuple):
    """Where the parts of a packet lie: extensions at [ext, ext + ext_bytes), payload at [payload, end)."""

    profile: int
    ext: int
    ext_bytes: int
    payload: int
    end: int


def layout(data: Buffer, start: int, size: int) -> Layout | None:
    """Bounds of a packet of `size` bytes at `start`, or None when its own lengths do not fit in it."""
    if size < MIN_BYTES:
        return None
    first = data[start]
    at = start + MIN_BYTES + 4 * (first & 0x0F)
    end = start + size
    profile = ext = ext_bytes = 0
    if first & 0x10:
        if at + 4 > end:
            return None
        profile = (data[at] << 8) | data[at + 1]
        ext_bytes = 4 * ((data[at + 2] << 8) | data[at + 3])
        ext = at + 4
        at = ext + ext_bytes
    if first & 0x20 and at < end:
        end -= data[end - 1]
    if at > end:
        return None
    return Layout(profile, ext, ext_bytes, at, end)


def extensions(data: Buffer, profile: int, at: int, size: int) -> Iterator[tuple[int, int, int]]:
    """(id, offset, length) of each header extension element; a truncated one ends the walk."""
    end = at + size
    if profile == ONE_BYTE:
        while at < end:
            head = data[at]
            if head == 0:
                at += 1
                continue
            length = (head & 0x0F) + 1
            if head >> 4 == 15 or at + 1 + length > end:
                return
            yield head >> 4, at + 1, length
            at += 1 + length
    elif profile & 0xFFF0 == TWO_BYTE:
        while at + 1 < end:
            if data[at] == 0:
                at += 1
                continue
            length = data[at + 1]
            if at + 2 + length > end:
                return
            yield data[at], at + 2, length
            at += 2 + length


def elements(data: Buffer, profile: int, at: int, size: int) -> dict[int, tuple[int, int]]:
    """Id to (offset, length) of each header extension element: `extensions`, without a generator in the usual form."""
    if profile != ONE_BYTE:
        return {ident: (offset, length) for ident, offset, length in extensions(data, profile, at, size)}
    found: dict[int, tuple[int, int]] = {}
    end = at + size
    while at < end:
        head = data[at]
        if not head:
            at += 1
            continue
        length = (head & 0x0F) + 1
        at += 1
        if head >= 0xF0 or at + length > end:
            break
        found[head >> 4] = (at, length)
        at += length
    return found


def write_extensions(elements: Iterable[tuple[int, bytes]]) -> bytes:
    """A one-byte-form extension block, header included; empty when there is nothing to write. Ids 1-14, 1-16 bytes."""
    body = b"".join(bytes([(ident << 4) | (len(value) - 1)]) + value for ident, value in elements)
    if not body:
        return b""
    body += bytes(-len(body) % 4)
    return struct.pack("!HH", ONE_BYTE, len(body) // 4) + body


def abs_send_time(now: float) -> bytes:
    """24 bits of 6.18 fixed-point seconds."""
    return (int(now * (1 << 18)) & 0xFFFFFF).to_bytes(3, "big")


def seq_newer(a: int, b: int) -> bool:
    """Whether sequence number `a` comes after `b`, modulo 2^16."""
    return 0 < ((a - b) & 0xFFFF) < 0x8000


class Unwrapper:
    """Turns 16-bit sequence numbers into ever-growing integers, by the nearest-to-highest rule."""

    __slots__ = ("highest",)

    def __init__(self) -> None:
        self.highest: int | None = None

    def unwrap(self, seq: int) -> int:
        if self.highest is None:
            self.highest = seq + 0x10000
            return self.highest
        delta = (seq - self.highest) & 0xFFFF
        if delta >= 0x8000:
            return self.highest + delta - 0x10000
        self.highest += delta
        return self.highest
