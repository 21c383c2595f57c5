"""A long document as a person writes it: 260,000 single edits by one author, a third of which take back another.

Made from a seed, so that everybody measures the same one; a real author's (``--paper``) can be given instead. It is
written as Yjs encodes it, without an engine: runs of typing, each between the characters it was typed between, and
the ranges that were deleted.
"""

import itertools
from pathlib import Path
from random import Random

from realtime.lib0 import text, uint

EDITS = 260_000
AUTHOR = 77
SEED = 20
RUN = (5, 60)
"""Characters typed before the author stops, jumps or takes some back."""
TAKE_BACK = 0.85
"""How often some of a run is taken back,"""
TAKEN = 0.55
"""and at most which share of it."""
LETTERS = "etaoin shrdlu cmfwyp vbgkjq"


def essay(cache: Path) -> bytes:
    """The document as one Yjs update, made on first use and kept in ``cache``."""
    if not cache.exists():
        cache.parent.mkdir(parents=True, exist_ok=True)
        cache.write_bytes(write(EDITS, Random(SEED)))
    return cache.read_bytes()


def write(edits: int, random: Random) -> bytes:
    """About so many edits as one update; its text is the root ``t``."""
    shown: list[int] = []
    """Clocks of the characters that stand, in order."""
    runs: list[bytes] = []
    gone: list[int] = []
    clock = at = 0
    while clock + len(gone) < edits:
        length = random.randint(*RUN)
        runs.append(_run(clock, shown[at - 1] if at else None, shown[at] if at < len(shown) else None, length, random))
        shown[at:at] = range(clock, clock + length)
        clock, at = clock + length, at + length
        if random.random() < TAKE_BACK:
            taken = min(at, random.randint(1, max(1, int(length * TAKEN))))
            gone += shown[at - taken : at]
            del shown[at - taken : at]
            at -= taken
        if random.random() < 0.5:
            at = random.randrange(len(shown) + 1)
    blocks = uint(1) + uint(len(runs)) + uint(AUTHOR) + uint(0) + b"".join(runs)
    return blocks + _deleted(sorted(gone))


def _run(clock: int, left: int | None, right: int | None, length: int, random: Random) -> bytes:
    """One string item between its neighbours."""
    info = 4 | (left is not None) << 7 | (right is not None) << 6
    ids = b"".join(uint(AUTHOR) + uint(it) for it in (left, right) if it is not None)
    parent = b"" if info & 0xC0 else b"\x01" + text("t")
    return bytes((info,)) + ids + parent + text("".join(random.choices(LETTERS, k=length)))


def _deleted(clocks: list[int]) -> bytes:
    spans: list[tuple[int, int]] = []
    for _, group in itertools.groupby(enumerate(clocks), lambda pair: pair[1] - pair[0]):
        numbers = [clock for _, clock in group]
        spans.append((numbers[0], len(numbers)))
    return uint(1) + uint(AUTHOR) + uint(len(spans)) + b"".join(uint(start) + uint(size) for start, size in spans)
