"""Greedy string tiling (Wise 1993): the longest shared runs of tokens, each token used once, down to a least length.

Moving a method elsewhere moves its tile with it. Runs are found by hashing grams of the least length and growing
them, and taken longest first; what a longer tile covered is cut off the shorter ones and looked at again.
"""

import heapq
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from rest.assessment.plagiarism.tokens import Token

LEAST = 6
"""Tokens of the shortest run that counts; fewer are the language's, not the author's."""

MOST_STARTS = 64
"""Places of a program that one gram is tried at: one line repeated a thousand times stays cheap."""


@dataclass(frozen=True, slots=True)
class Tile:
    """A run of ``length`` tokens at ``one`` in the first and at ``two`` in the second program."""

    one: int
    two: int
    length: int


def tiles(one: Sequence[Token], two: Sequence[Token], least: int = LEAST) -> list[Tile]:
    """Tiles in the order they were taken: longest first, then earliest."""
    a, b = [t.kind for t in one], [t.kind for t in two]
    used_a, used_b = bytearray(len(a)), bytearray(len(b))
    waiting = [(-run.length, run.one, run.two) for run in _runs(a, b, least)]
    heapq.heapify(waiting)
    taken: list[Tile] = []
    while waiting:
        length, at_a, at_b = heapq.heappop(waiting)
        free = _free(used_a, used_b, at_a, at_b, -length)
        if free == [(0, -length)]:
            taken.append(Tile(at_a, at_b, -length))
            used_a[at_a : at_a - length] = used_b[at_b : at_b - length] = b"\x01" * -length
            continue
        for start, size in free:
            if size >= least:
                heapq.heappush(waiting, (-size, at_a + start, at_b + start))
    return taken


def _runs(a: list[str], b: list[str], least: int) -> Iterator[Tile]:
    """Shared runs that cannot be grown to the left or right."""
    places = _places(b, least)
    for gram, starts in _places(a, least).items():
        for i, j in product(starts, places.get(gram, ())):
            if not (i and j and a[i - 1] == b[j - 1]):
                yield Tile(i, j, _length(a, b, i, j, least))


def _places(kinds: list[str], gram: int) -> dict[tuple[str, ...], list[int]]:
    """Where each gram starts, the first `MOST_STARTS` times."""
    places: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for at in range(len(kinds) - gram + 1):
        starts = places[tuple(kinds[at : at + gram])]
        if len(starts) < MOST_STARTS:
            starts.append(at)
    return places


def _length(a: list[str], b: list[str], i: int, j: int, known: int) -> int:
    length, most = known, min(len(a) - i, len(b) - j)
    while length < most and a[i + length] == b[j + length]:
        length += 1
    return length


def _free(used_a: bytearray, used_b: bytearray, at_a: int, at_b: int, length: int) -> list[tuple[int, int]]:
    """Stretches (start, size) of a run that neither program has given to a tile yet."""
    free: list[tuple[int, int]] = []
    start: int | None = None
    for step in range(length):
        taken = used_a[at_a + step] or used_b[at_b + step]
        if taken and start is not None:
            free.append((start, step - start))
            start = None
        elif not taken and start is None:
            start = step
    return [*free, (start, length - start)] if start is not None else free


def likeness(one: Sequence[Token], two: Sequence[Token], found: Sequence[Tile]) -> float:
    """Tokens covered by tiles, of both programs: 0 nothing in common, 1 the same."""
    whole = len(one) + len(two)
    return 2 * sum(t.length for t in found) / whole if whole else 0.0
