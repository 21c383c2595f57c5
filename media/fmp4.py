"""Fragmented MP4 as a muxer writes it, cut into what HLS serves: one initialisation section, then fragments."""

import struct
from collections.abc import Iterator
from typing import NamedTuple


class Fragment(NamedTuple):
    """One `moof` and its `mdat`. Times in seconds, of the video track (or of the only one there is)."""

    data: bytes
    start: float
    seconds: float


def boxes(data: bytes, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """(type, first byte of the content, end) of each box; a truncated one ends the walk."""
    at = start
    while at + 8 <= end:
        size = struct.unpack_from(">L", data, at)[0]
        if size < 8 or at + size > end:
            return
        yield data[at + 4 : at + 8], at + 8, at + size
        at += size


def find(data: bytes, path: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Contents of the boxes at a path such as `moof/traf/tfdt`."""
    head, _, rest = path.partition(b"/")
    for kind, first, last in boxes(data, start, end):
        if kind == head:
            if rest:
                yield from find(data, rest, first, last)
            else:
                yield first, last


class Splitter:
    """Takes what the muxer writes, in any pieces; gives `init` once and fragments as they are complete."""

    def __init__(self) -> None:
        self.init = b""
        self._timescales: dict[int, int] = {}
        self._video: int | None = None
        self._buffer = bytearray()
        self._head = b""

    def push(self, data: bytes) -> list[Fragment]:
        self._buffer += data
        found: list[Fragment] = []
        while len(self._buffer) >= 8:
            size = struct.unpack_from(">L", self._buffer)[0]
            if size < 8 or len(self._buffer) < size:
                break
            box = bytes(self._buffer[:size])
            del self._buffer[:size]
            fragment = self._box(box)
            if fragment is not None:
                found.append(fragment)
        return found

    def _box(self, box: bytes) -> Fragment | None:
        kind = box[4:8]
        if kind in (b"ftyp", b"moov"):
            self.init += box
            if kind == b"moov":
                self._read_tracks(box)
        elif kind == b"moof":
            self._head = box
        elif kind == b"mdat" and self._head:
            head, self._head = self._head, b""
            return self._fragment(head, box)
        return None

    def _read_tracks(self, moov: bytes) -> None:
        for first, last in find(moov, b"moov/trak", 0, len(moov)):
            ident = next(struct.unpack_from(">L", moov, at + 12)[0] for at, _ in find(moov, b"tkhd", first, last))
            scale = next(struct.unpack_from(">L", moov, at + 12)[0] for at, _ in find(moov, b"mdia/mdhd", first, last))
            kind = next(moov[at + 8 : at + 12] for at, _ in find(moov, b"mdia/hdlr", first, last))
            self._timescales[ident] = scale
            if kind == b"vide":
                self._video = ident

    def _fragment(self, moof: bytes, mdat: bytes) -> Fragment:
        times = [self._track_times(moof, first, last) for first, last in find(moof, b"moof/traf", 0, len(moof))]
        video = [t for t in times if t[0] == self._video]
        _, start, seconds = (video or times)[0]
        return Fragment(moof + mdat, start, seconds)

    def _track_times(self, moof: bytes, first: int, last: int) -> tuple[int, float, float]:
        """(track id, start, duration) of one track fragment (ISO/IEC 14496-12, 8.8.7, 8.8.8, 8.8.12)."""
        ident, default = _tfhd(moof, *next(find(moof, b"tfhd", first, last)))
        scale = self._timescales.get(ident, 1)
        start = next((_tfdt(moof, at) for at, _ in find(moof, b"tfdt", first, last)), 0)
        total = sum(_trun(moof, at, default) for at, _ in find(moof, b"trun", first, last))
        return ident, start / scale, total / scale


def _tfhd(data: bytes, at: int, _: int) -> tuple[int, int]:
    flags, ident = struct.unpack_from(">LL", data, at)
    at += 8 + (8 if flags & 0x1 else 0) + (4 if flags & 0x2 else 0)
    return ident, struct.unpack_from(">L", data, at)[0] if flags & 0x8 else 0


def _tfdt(data: bytes, at: int) -> int:
    time: int = struct.unpack_from(">Q" if data[at] == 1 else ">L", data, at + 4)[0]
    return time


def _trun(data: bytes, at: int, default: int) -> int:
    flags, count = struct.unpack_from(">LL", data, at)
    at += 8 + (4 if flags & 0x1 else 0) + (4 if flags & 0x4 else 0)
    if not flags & 0x100:
        return default * count
    width = 4 * (flags & 0xF00).bit_count()
    return sum(struct.unpack_from(">L", data, at + i * width)[0] for i in range(count))
