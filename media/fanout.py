# pyright: standard
"""The hot path: one batch of packets of one incoming stream, written once for each receiver, encrypted in place.

Receivers whose copies differ only in numbers share a *shape*: the batch is rendered once a shape into a template, and a
receiver costs one memory copy, then for each packet one `pack_into` of its own sequence number, timestamp and SSRC, and
one libsrtp call. Equal-sized neighbours leave as one message that the kernel segments (`udp.Run`).
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from media import rtp
from media.aiortc_seams import srtp_ffi, srtp_protect
from media.cache import Packet
from media.codecs import NO_VP8, Vp8
from media.udp import RUN_BYTES, RUN_SEGMENTS, Run

if TYPE_CHECKING:
    from media.downlink import DownTrack

TWCC_AT = rtp.MIN_BYTES + 4 + 1
"""Where the transport-wide number stands: its element is always the first one."""

_length = srtp_ffi.new("int *")
_patch = rtp.PATCH.pack_into
_u16 = rtp.U16.pack_into


class Shape(NamedTuple):
    """All that makes two receivers' copies differ in more than numbers. Extension ids are 0 when not negotiated."""

    tag_bytes: int
    payload_type: int
    twcc_id: int
    abs_id: int
    mid_id: int
    mid: bytes
    level_id: int
    orientation_id: int
    delay_id: int = 0
    delay: bytes = b""
    """How long to hold pictures back (`media.patience`); empty: nothing is said."""


Plan = list[tuple[int, int, int, int, int, Vp8]]
"""(offset, size without the tag, incoming number, timestamp, payload's offset in the packet, VP8 descriptor)."""


def render(shape: Shape, batch: Sequence[Packet], now: float) -> tuple[bytes, Plan, list[Run]]:
    """The batch as this shape's receivers get it, with gaps for the tags: bytes, what to patch, what to send."""
    parts: list[bytes] = []
    plan: Plan = []
    sizes: list[int] = []
    gap = bytes(shape.tag_bytes)
    common = _common_extensions(shape, now)
    usual = rtp.write_extensions(common)
    at = 0
    for packet in batch:
        own = _own_extensions(shape, packet)
        ext = rtp.write_extensions([*common, *own]) if own else usual
        first = 0x90 if ext else 0x80
        head = rtp.HEADER.pack(first, packet.marker | shape.payload_type, packet.seq & 0xFFFF, packet.timestamp, 0)
        size = len(head) + len(ext) + len(packet.payload)
        parts += (head, ext, packet.payload, gap)
        plan.append((at, size, packet.seq, packet.timestamp, len(head) + len(ext), packet.vp8 or NO_VP8))
        sizes.append(size + shape.tag_bytes)
        at += sizes[-1]
    return b"".join(parts), plan, runs_of(sizes)


def _common_extensions(shape: Shape, now: float) -> list[tuple[int, bytes]]:
    found: list[tuple[int, bytes]] = []
    if shape.twcc_id:
        found.append((shape.twcc_id, b"\0\0"))
    if shape.abs_id:
        found.append((shape.abs_id, rtp.abs_send_time(now)))
    if shape.mid_id and shape.mid:
        found.append((shape.mid_id, shape.mid))
    if shape.delay_id and shape.delay:
        found.append((shape.delay_id, shape.delay))
    return found


def _own_extensions(shape: Shape, packet: Packet) -> list[tuple[int, bytes]]:
    found: list[tuple[int, bytes]] = []
    if packet.level >= 0 and shape.level_id:
        found.append((shape.level_id, bytes([packet.level])))
    if packet.orientation >= 0 and shape.orientation_id:
        found.append((shape.orientation_id, bytes([packet.orientation])))
    return found


def runs_of(sizes: Sequence[int]) -> list[Run]:
    """Group neighbouring datagrams for segmentation: equal sizes, the last of a run may be shorter."""
    runs: list[Run] = []
    start = at = total = segment = 0
    for size in sizes:
        full = total + size > RUN_BYTES or total >= segment * RUN_SEGMENTS
        if segment and size <= segment and not full and total % segment == 0:
            total += size
        else:
            if segment:
                runs.append((start, total, segment))
            start, total, segment = at, size, size
        at += size
    if segment:
        runs.append((start, total, segment))
    return runs


def fan_out(shape: Shape, downs: Sequence["DownTrack"], batch: Sequence[Packet], now: float) -> int:
    """Write `batch` to every receiver of `shape`; how many packets that was. The outboxes are not flushed."""
    template, plan, runs = render(shape, batch, now)
    total, lowest = len(template), min(entry[2] for entry in plan)
    length, protect, patch = _length, srtp_protect, _patch
    written = 0
    for down in downs:
        segment = down.segment
        peer = down.peer
        path = peer.path
        if segment is None or path is None:
            continue
        if segment.first_in > lowest or segment.picture or segment.tl0 or shape.twcc_id:
            written += _write_slowly(shape, down, batch, now)
            continue
        out = path.outbox
        start = out.reserve(total)
        view, base, handle = out.view, out.base, peer.srtp_send
        view[start : start + total] = template
        seq_delta, time_delta, ssrc = segment.seq, segment.timestamp, down.ssrc
        for at, size, seq, timestamp, _, _ in plan:
            at += start
            patch(view, at + 2, (seq + seq_delta) & 0xFFFF, (timestamp + time_delta) & 0xFFFFFFFF, ssrc)
            length[0] = size
            if protect(handle, base + at, length):
                peer.srtp_failures += 1
                break
        else:
            out.add(path, start, runs, start + total)
            written += len(plan)
    return written


def _write_slowly(shape: Shape, down: "DownTrack", batch: Sequence[Packet], now: float) -> int:
    """For one receiver whose copy needs more: packets before its first withheld, VP8 numbers, transport-wide
    numbers."""
    segment, peer = down.segment, down.peer
    if segment is None or peer.path is None:
        return 0
    mine = [packet for packet in batch if packet.seq >= segment.first_in]
    if not mine:
        return 0
    template, plan, runs = render(shape, mine, now)
    path, total = peer.path, len(template)
    out = path.outbox
    start = out.reserve(total)
    view = out.view
    view[start : start + total] = template
    for at, size, seq, timestamp, payload, vp8 in plan:
        at += start
        _patch(view, at + 2, (seq + segment.seq) & 0xFFFF, (timestamp + segment.timestamp) & 0xFFFFFFFF, down.ssrc)
        if vp8.picture_at:
            patch_vp8(view, at + payload, vp8, segment.picture, segment.tl0)
        if shape.twcc_id:
            _u16(view, at + TWCC_AT, peer.next_twcc(size, now))
        _length[0] = size
        if srtp_protect(peer.srtp_send, out.base + at, _length):
            peer.srtp_failures += 1
            return 0
    out.add(path, start, runs, start + total)
    return len(plan)


def patch_vp8(view: memoryview | bytearray, at: int, vp8: Vp8, picture: int, tl0: int) -> None:
    """Add to the picture id and TL0PICIDX of the payload at `at`, keeping their widths."""
    if vp8.picture_bits == 15:
        _u16(view, at + vp8.picture_at, 0x8000 | ((vp8.picture + picture) & 0x7FFF))
    elif vp8.picture_bits == 7:
        view[at + vp8.picture_at] = (vp8.picture + picture) & 0x7F
    if vp8.tl0_at:
        view[at + vp8.tl0_at] = (vp8.tl0 + tl0) & 0xFF


def send_one(down: "DownTrack", shape: Shape, packet: Packet, ssrc: int, seq: int, timestamp: int, now: float) -> int:
    """One packet by itself (a retransmission or a probe) with the numbers given; its size, or 0 when it was not
    sent."""
    peer, path = down.peer, down.peer.path
    if path is None:
        return 0
    template, plan, runs = render(shape, [packet], now)
    out = path.outbox
    start = out.reserve(len(template))
    out.view[start : start + len(template)] = template
    _patch(out.view, start + 2, seq & 0xFFFF, timestamp & 0xFFFFFFFF, ssrc)
    size = plan[0][1]
    if shape.twcc_id:
        _u16(out.view, start + TWCC_AT, peer.next_twcc(size, now))
    _length[0] = size
    if srtp_protect(peer.srtp_send, out.base + start, _length):
        peer.srtp_failures += 1
        return 0
    out.add(path, start, runs, start + len(template))
    return size
