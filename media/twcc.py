"""Transport-wide congestion control feedback (draft-holmer-rmcat-transport-wide-cc-extensions-01): written for what a
publisher sends us, read for what we sent a receiver.

Body, after the two SSRCs: base sequence number (16), status count (16), reference time in 64 ms (24), feedback number
(8), status chunks (16 each), then one or two bytes of arrival difference in 250 us for each packet that came.
"""

import struct
from typing import NamedTuple

from media.rtp import Unwrapper

TICK = 0.00025
REFERENCE = 0.064
MAX_STATUSES = 4096
MAX_SPAN = 2048
SMALL, LARGE = 1, 2


class Recorder:
    """Arrival times by transport-wide number since the last feedback."""

    def __init__(self) -> None:
        self._unwrap = Unwrapper()
        self._arrivals: dict[int, float] = {}
        self._next: int | None = None
        self._number = 0

    def __len__(self) -> int:
        return len(self._arrivals)

    def record(self, seq: int, now: float) -> None:
        """`seq` is the 16-bit number of a packet that came at `now` (seconds)."""
        at = self._unwrap.unwrap(seq)
        if self._next is None or at - self._next > MAX_SPAN:
            self._next = at
            self._arrivals.clear()
        if at >= self._next:
            self._arrivals.setdefault(at, now)

    def body(self) -> bytes | None:
        """The feedback about everything since the last one, or None when nothing came."""
        if not self._arrivals or self._next is None:
            return None
        first, last = self._next, max(self._arrivals)
        times = [self._arrivals.get(seq) for seq in range(first, last + 1)]
        self._arrivals.clear()
        self._next = last + 1
        self._number += 1
        return write(first & 0xFFFF, self._number - 1, times)


def write(base: int, number: int, times: list[float | None]) -> bytes:
    """A feedback body: arrival seconds, or None for lost, of the packets from `base` on."""
    first = next(t for t in times if t is not None)
    reference = int(first / REFERENCE)
    clock = reference * round(REFERENCE / TICK)
    symbols: list[int] = []
    deltas = b""
    for arrival in times:
        if arrival is None:
            symbols.append(0)
            continue
        delta = max(-0x8000, min(0x7FFF, round(arrival / TICK) - clock))
        clock += delta
        small = 0 <= delta <= 0xFF
        symbols.append(SMALL if small else LARGE)
        deltas += bytes([delta]) if small else struct.pack("!h", delta)
    head = struct.pack("!HHL", base, len(times), ((reference & 0xFFFFFF) << 8) | (number & 0xFF))
    body = head + b"".join(_chunks(symbols)) + deltas
    return body + bytes(-len(body) % 4)


def _chunks(symbols: list[int]) -> list[bytes]:
    """Run lengths where seven or more are alike, else vectors of seven two-bit symbols."""
    out: list[bytes] = []
    at = 0
    while at < len(symbols):
        run = 1
        while at + run < len(symbols) and symbols[at + run] == symbols[at] and run < 0x1FFF:
            run += 1
        if run >= 7 or at + run == len(symbols):
            out.append(struct.pack("!H", (symbols[at] << 13) | run))
            at += run
            continue
        word = 0xC000
        for i, symbol in enumerate(symbols[at : at + 7]):
            word |= symbol << (12 - 2 * i)
        out.append(struct.pack("!H", word))
        at += 7
    return out


class Arrivals(NamedTuple):
    """What a peer reports: the 16-bit number of the first packet, and for each its arrival (peer's seconds) or None."""

    base: int
    number: int
    times: list[float | None]


def read(body: bytes) -> Arrivals | None:
    """Parse a feedback body, or None when it is malformed."""
    if len(body) < 8:
        return None
    base, count, word = struct.unpack_from("!HHL", body)
    if not 0 < count <= MAX_STATUSES:
        return None
    symbols, at = _symbols(body, 8, count)
    if symbols is None:
        return None
    reference = word >> 8
    clock = (reference - (1 << 24) if reference & 0x800000 else reference) * REFERENCE
    times: list[float | None] = []
    for symbol in symbols:
        width = symbol if symbol in (SMALL, LARGE) else 0
        if at + width > len(body):
            return None
        if width:
            clock += (body[at] if width == 1 else struct.unpack_from("!h", body, at)[0]) * TICK
        times.append(clock if width else None)
        at += width
    return Arrivals(base, word & 0xFF, times)


def _symbols(body: bytes, at: int, count: int) -> tuple[list[int] | None, int]:
    symbols: list[int] = []
    while len(symbols) < count:
        if at + 2 > len(body):
            return None, at
        word = (body[at] << 8) | body[at + 1]
        at += 2
        if not word & 0x8000:
            symbols += [(word >> 13) & 3] * min(word & 0x1FFF, count - len(symbols))
            if not word & 0x1FFF:
                return None, at
        elif word & 0x4000:
            symbols += [(word >> shift) & 3 for shift in range(12, -1, -2)]
        else:
            symbols += [(word >> shift) & 1 for shift in range(13, -1, -1)]
    return symbols[:count], at
