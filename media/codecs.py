"""What a forwarder must know of a codec: where a keyframe begins, and VP8's running numbers (RFC 7741, 6184, 9628,
AV1-RTP)."""

from typing import NamedTuple

from media.rtp import Buffer


class Vp8(NamedTuple):
    """A VP8 payload descriptor. Offsets are from the payload's start and 0 when the field is absent."""

    picture_at: int
    picture: int
    picture_bits: int
    tl0_at: int
    tl0: int
    tid: int
    layer_sync: bool
    size: int
    start: bool


NO_VP8 = Vp8(0, 0, 0, 0, 0, 0, False, 0, False)


def vp8_descriptor(data: Buffer, at: int, end: int) -> Vp8 | None:
    """The descriptor at `at`, or None when it is cut off."""
    if at >= end:
        return None
    first, pos = data[at], at + 1
    start = bool(first & 0x10) and first & 0x07 == 0
    if not first & 0x80:
        return Vp8(0, 0, 0, 0, 0, 0, False, 1, start)
    if pos >= end:
        return None
    flags, pos = data[pos], pos + 1
    picture_at = picture = bits = tl0_at = tl0 = tid = 0
    sync = False
    if flags & 0x80:
        if pos >= end:
            return None
        picture_at, bits, picture = pos - at, 7, data[pos]
        pos += 1
        if picture & 0x80:
            if pos >= end:
                return None
            bits, picture = 15, ((picture & 0x7F) << 8) | data[pos]
            pos += 1
    if flags & 0x40:
        if pos >= end:
            return None
        tl0_at, tl0 = pos - at, data[pos]
        pos += 1
    if flags & 0x30:
        if pos >= end:
            return None
        tid, sync = data[pos] >> 6, bool(data[pos] & 0x20)
        pos += 1
    return Vp8(picture_at, picture, bits, tl0_at, tl0, tid, sync, pos - at, start)


def vp8_starts_keyframe(descriptor: Vp8, payload: bytes) -> bool:
    """The first packet of a VP8 keyframe (RFC 7741 section 4.3: bit P of the frame tag is 0), its descriptor known."""
    return descriptor.start and descriptor.size < len(payload) and not payload[descriptor.size] & 0x01


def vp8_keyframe(data: Buffer, at: int, end: int) -> bool:
    """The same from its bytes alone."""
    descriptor = vp8_descriptor(data, at, end)
    if descriptor is None or not descriptor.start:
        return False
    tag = at + descriptor.size
    return tag < end and not data[tag] & 0x01


def vp8_picture_size(data: Buffer, at: int, end: int) -> tuple[int, int] | None:
    """Width and height from the first packet of a VP8 keyframe (RFC 6386 section 9.1)."""
    descriptor = vp8_descriptor(data, at, end)
    if descriptor is None:
        return None
    tag = at + descriptor.size
    if tag + 10 > end or bytes(data[tag + 3 : tag + 6]) != b"\x9d\x01\x2a":
        return None
    width = (data[tag + 6] | (data[tag + 7] << 8)) & 0x3FFF
    height = (data[tag + 8] | (data[tag + 9] << 8)) & 0x3FFF
    return width, height


def vp9_keyframe(data: Buffer, at: int, end: int) -> bool:
    """The first packet of a VP9 key picture: B set, P clear, spatial layer 0 (RFC 9628 section 4.2)."""
    if at >= end:
        return False
    first, pos = data[at], at + 1
    if first & 0x40 or not first & 0x08:
        return False
    if first & 0x80:
        if pos >= end:
            return False
        pos += 2 if data[pos] & 0x80 else 1
    if first & 0x20:
        if pos >= end:
            return False
        return (data[pos] >> 1) & 0x07 == 0
    return True


def h264_keyframe(data: Buffer, at: int, end: int) -> bool:
    """A packet that begins an IDR access unit: SPS, or the start of an IDR slice, alone, in STAP-A or in FU-A."""
    if at >= end:
        return False
    kind = data[at] & 0x1F
    if kind == 24:
        pos = at + 1
        while pos + 2 < end:
            if data[pos + 2] & 0x1F in (5, 7):
                return True
            pos += 2 + ((data[pos] << 8) | data[pos + 1])
        return False
    if kind == 28:
        return at + 1 < end and bool(data[at + 1] & 0x80) and data[at + 1] & 0x1F in (5, 7)
    return kind in (5, 7)


def av1_keyframe(data: Buffer, at: int, end: int) -> bool:
    """A packet that begins a coded video sequence: bit N of the aggregation header (AV1 RTP section 4.4)."""
    return at < end and bool(data[at] & 0x08)


KEYFRAME = {"VP8": vp8_keyframe, "VP9": vp9_keyframe, "H264": h264_keyframe, "AV1": av1_keyframe}


def is_keyframe(codec: str, data: Buffer, at: int, end: int) -> bool:
    """Whether a decoder could start at this packet. `codec` is the SDP encoding name; audio always can."""
    test = KEYFRAME.get(codec)
    return True if test is None else test(data, at, end)
