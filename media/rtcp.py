"""RTCP as a forwarder needs it (RFC 3550, 4585, 5104, 5506, REMB, transport-wide CC): compound packets in, reports
out."""

import struct
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from media.rtp import Buffer

SR, RR, SDES, BYE, APP, RTPFB, PSFB = 200, 201, 202, 203, 204, 205, 206
FMT_NACK, FMT_TWCC = 1, 15
FMT_PLI, FMT_FIR, FMT_REMB = 1, 4, 15
MAX_NACKS = 1024
NTP_EPOCH = 2_208_988_800


class Block(NamedTuple):
    """A reception report. `lost` is cumulative, `fraction` 0-255, `jitter` in clock units, the rest as on the wire."""

    ssrc: int
    fraction: int
    lost: int
    highest: int
    jitter: int
    last_sr: int
    delay: int


class SenderReport(NamedTuple):
    ssrc: int
    ntp: int
    timestamp: int
    packets: int
    octets: int
    blocks: list[Block]


class ReceiverReport(NamedTuple):
    ssrc: int
    blocks: list[Block]


class Bye(NamedTuple):
    ssrcs: list[int]


class Nack(NamedTuple):
    media: int
    seqs: list[int]


class KeyframeRequest(NamedTuple):
    """A PLI, or a FIR for one SSRC."""

    media: int


class Remb(NamedTuple):
    bitrate: int
    ssrcs: list[int]


class TransportFeedback(NamedTuple):
    """The body after both SSRCs; `media.twcc` reads it."""

    body: bytes


Report = SenderReport | ReceiverReport | Bye | Nack | KeyframeRequest | Remb | TransportFeedback


def parse(data: Buffer) -> list[Report]:
    """The parts of a compound packet that matter here. Stops at the first part whose lengths do not fit."""
    return list(_parts(data))


def _parts(data: Buffer) -> Iterator[Report]:
    at, size = 0, len(data)
    while at + 4 <= size:
        first, kind, words = data[at], data[at + 1], (data[at + 2] << 8) | data[at + 3]
        end = at + 4 + 4 * words
        if first >> 6 != 2 or end > size:
            return
        body = bytes(data[at + 4 : end])
        if first & 0x20 and body:
            body = body[: -body[-1]] if 0 < body[-1] <= len(body) else b""
        yield from _part(kind, first & 0x1F, body)
        at = end


def _part(kind: int, count: int, body: bytes) -> Iterator[Report]:
    if kind == SR and len(body) >= 24:
        ssrc, ntp, timestamp, packets, octets = struct.unpack_from("!LQLLL", body)
        yield SenderReport(ssrc, ntp, timestamp, packets, octets, _blocks(body, 24, count))
    elif kind == RR and len(body) >= 4:
        yield ReceiverReport(struct.unpack_from("!L", body)[0], _blocks(body, 4, count))
    elif kind == BYE:
        n = min(count, len(body) // 4)
        yield Bye(list(struct.unpack_from(f"!{n}L", body)))
    elif kind in (RTPFB, PSFB) and len(body) >= 8:
        yield from _feedback(kind, count, body)


def _blocks(body: bytes, at: int, count: int) -> list[Block]:
    found: list[Block] = []
    for _ in range(count):
        if at + 24 > len(body):
            break
        ssrc, word, highest, jitter, last_sr, delay = struct.unpack_from("!LLLLLL", body, at)
        lost = word & 0xFFFFFF
        found.append(
            Block(ssrc, word >> 24, lost - (1 << 24) if lost & 0x800000 else lost, highest, jitter, last_sr, delay)
        )
        at += 24
    return found


def _feedback(kind: int, fmt: int, body: bytes) -> Iterator[Report]:
    media = struct.unpack_from("!L", body, 4)[0]
    if kind == RTPFB and fmt == FMT_NACK:
        yield Nack(media, _nack_seqs(body))
    elif kind == RTPFB and fmt == FMT_TWCC:
        yield TransportFeedback(body[8:])
    elif kind == PSFB and fmt == FMT_PLI:
        yield KeyframeRequest(media)
    elif kind == PSFB and fmt == FMT_FIR:
        for at in range(8, len(body) - 7, 8):
            yield KeyframeRequest(struct.unpack_from("!L", body, at)[0])
    elif kind == PSFB and fmt == FMT_REMB and len(body) >= 16 and body[8:12] == b"REMB":
        exponent, mantissa = body[13] >> 2, ((body[13] & 3) << 16) | (body[14] << 8) | body[15]
        n = min(body[12], (len(body) - 16) // 4)
        yield Remb(mantissa << exponent, list(struct.unpack_from(f"!{n}L", body, 16)))


def _nack_seqs(body: bytes) -> list[int]:
    seqs: list[int] = []
    for at in range(8, len(body) - 3, 4):
        base, mask = struct.unpack_from("!HH", body, at)
        seqs.append(base)
        seqs.extend((base + bit + 1) & 0xFFFF for bit in range(16) if mask >> bit & 1)
        if len(seqs) >= MAX_NACKS:
            break
    return seqs


def ntp_time(unix: float) -> int:
    """64-bit NTP timestamp of a Unix time."""
    return int((unix + NTP_EPOCH) * (1 << 32)) & 0xFFFFFFFFFFFFFFFF


def _pack(kind: int, count: int, body: bytes) -> bytes:
    return struct.pack("!BBH", 0x80 | count, kind, len(body) // 4) + body


def pack_blocks(blocks: Sequence[Block]) -> bytes:
    rows = ((b.ssrc, (b.fraction << 24) | (b.lost & 0xFFFFFF), *b[3:]) for b in blocks)
    return b"".join(struct.pack("!LLLLLL", *row) for row in rows)


def pack_sr(ssrc: int, ntp: int, timestamp: int, packets: int, octets: int) -> bytes:
    """A sender report without blocks."""
    counters = (packets & 0xFFFFFFFF, octets & 0xFFFFFFFF)
    return _pack(SR, 0, struct.pack("!LQLLL", ssrc, ntp, timestamp & 0xFFFFFFFF, *counters))


def pack_rr(ssrc: int, blocks: Sequence[Block]) -> bytes:
    """At most 31 blocks."""
    return _pack(RR, len(blocks), struct.pack("!L", ssrc) + pack_blocks(blocks))


def pack_cname(ssrc: int, cname: bytes) -> bytes:
    """SDES with the one item that a compound packet must hold."""
    item = struct.pack("!LBB", ssrc, 1, len(cname)) + cname
    return _pack(SDES, 1, item + bytes(4 - len(item) % 4))


def pack_bye(ssrcs: Sequence[int]) -> bytes:
    return _pack(BYE, len(ssrcs), struct.pack(f"!{len(ssrcs)}L", *ssrcs))


def pack_pli(sender: int, media: int) -> bytes:
    return _pack(PSFB, FMT_PLI, struct.pack("!LL", sender, media))


def pack_fir(sender: int, media: int, number: int) -> bytes:
    return _pack(PSFB, FMT_FIR, struct.pack("!LLLBxxx", sender, 0, media, number & 0xFF))


def pack_nack(sender: int, media: int, seqs: Sequence[int]) -> bytes:
    """`seqs` in rising order, modulo 2^16."""
    body = struct.pack("!LL", sender, media)
    base, mask = seqs[0], 0
    for seq in seqs[1:]:
        ahead = (seq - base) & 0xFFFF
        if 1 <= ahead <= 16:
            mask |= 1 << (ahead - 1)
        else:
            body += struct.pack("!HH", base & 0xFFFF, mask)
            base, mask = seq, 0
    return _pack(RTPFB, FMT_NACK, body + struct.pack("!HH", base & 0xFFFF, mask))


def pack_remb(sender: int, bitrate: int, ssrcs: Sequence[int]) -> bytes:
    exponent = max(0, bitrate.bit_length() - 18)
    mantissa = bitrate >> exponent
    word = (len(ssrcs) << 24) | (exponent << 18) | mantissa
    return _pack(PSFB, FMT_REMB, struct.pack(f"!LL4sL{len(ssrcs)}L", sender, 0, b"REMB", word, *ssrcs))


def pack_twcc(sender: int, media: int, body: bytes) -> bytes:
    """`body` from `media.twcc`, a multiple of four bytes."""
    return _pack(RTPFB, FMT_TWCC, struct.pack("!LL", sender, media) + body)
