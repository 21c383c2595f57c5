"""Taking an update apart, into runs of items that can be integrated independently of each other, and putting runs
together again.

Only updates that have to wait are taken apart: a whole difference may hold one hole and ten thousand items that are
needed now.
"""

from collections.abc import Generator, Iterable, Iterator
from typing import NamedTuple

from crdt.contents import Budget
from crdt.lib0 import read_uint, uint
from crdt.limits import ScreenLimits
from crdt.screen import Screened, Section

Requirement = tuple[int, int]
"""A client, and how far it must be known."""


class Run(NamedTuple):
    """Consecutive items of one client, none but the first of which refers to another client."""

    client: int
    start: int
    end: int
    count: int
    structs: bytes
    needs: tuple[Requirement, ...]

    @property
    def required(self) -> list[Requirement]:
        return [(self.client, self.start), *self.needs]

    @property
    def size(self) -> int:
        return len(self.structs)


class Deletion(NamedTuple):
    """A range of deleted items of one client."""

    client: int
    start: int
    end: int

    @property
    def required(self) -> list[Requirement]:
        return [(self.client, self.end)]

    @property
    def size(self) -> int:
        return 16


Piece = Run | Deletion


def take_apart(update: bytes, limits: ScreenLimits) -> Iterator[Piece]:
    """The runs and deletions of an ``update`` that was screened."""
    sections, pos = read_uint(update, 0)
    for _ in range(sections):
        count, pos = read_uint(update, pos)
        client, pos = read_uint(update, pos)
        clock, pos = read_uint(update, pos)
        pos = yield from _runs(update, pos, client, clock, count, limits)
    clients, pos = read_uint(update, pos)
    for _ in range(clients):
        client, pos = read_uint(update, pos)
        ranges, pos = read_uint(update, pos)
        for _ in range(ranges):
            clock, pos = read_uint(update, pos)
            length, pos = read_uint(update, pos)
            if length:
                yield Deletion(client, clock, clock + length)


def _runs(
    data: bytes, pos: int, client: int, clock: int, count: int, limits: ScreenLimits
) -> Generator[Run, None, int]:
    found = Screened()
    section = Section(client, uint(client), found, limits, Budget(limits.max_values))
    first, start, items = pos, clock, 0
    needs: tuple[Requirement, ...] = ()
    for _ in range(count):
        found.needs.clear()
        found.holes.clear()
        after, end = section.read_structs(data, pos, 1, clock)
        if (found.needs or found.holes) and items:
            yield Run(client, start, clock, items, data[first:pos], needs)
            items = 0
        if found.holes:
            first, start, needs = after, end, ()
        else:
            if not items:
                first, start = pos, clock
                needs = tuple((other, last + 1) for other, last in found.needs.items())
            items += 1
        pos, clock = after, end
    if items:
        yield Run(client, start, clock, items, data[first:pos], needs)
    return pos


def encode(pieces: Iterable[Piece]) -> list[bytes]:
    """One update a piece, in the same order."""
    return [_encode_run(piece) if isinstance(piece, Run) else _encode_deletion(piece) for piece in pieces]


def _encode_run(run: Run) -> bytes:
    return b"\x01" + uint(run.count) + uint(run.client) + uint(run.start) + run.structs + b"\x00"


def _encode_deletion(deletion: Deletion) -> bytes:
    length = deletion.end - deletion.start
    return b"\x00\x01" + uint(deletion.client) + b"\x01" + uint(deletion.start) + uint(length)
