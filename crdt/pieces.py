"""Taking an update apart, into runs of items that can be integrated independently of each other, and putting runs
together again.

Only updates that have to wait are taken apart: a whole difference may hold one hole and ten thousand items that are
needed now.
"""

from collections.abc import Generator, Iterator
from typing import NamedTuple

from crdt.contents import Budget
from crdt.lib0 import read_span, read_uint, uint
from crdt.limits import ScreenLimits
from crdt.screen import KEY, LEFT, RIGHT, Screened, Section

Requirement = tuple[int, int]
"""A client, and how far it must be known."""


class Run(NamedTuple):
    """Consecutive items of one client, none but the first of which refers to another client."""

    client: int
    start: int
    end: int
    items: int
    structs: bytes
    needs: tuple[Requirement, ...]
    types: int
    """How many shared types it brings."""
    named: bool
    """Whether an item names its parent."""

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

    types = 0


Piece = Run | Deletion


def take_apart(update: bytes, limits: ScreenLimits, *, by_needs: bool = True) -> Iterator[Piece]:
    """The runs and deletions of an ``update`` that was screened. Without ``by_needs`` only holes end a run, and it does
    not say what it needs."""
    sections, pos = read_uint(update, 0)
    for _ in range(sections):
        count, pos = read_uint(update, pos)
        client, pos = read_uint(update, pos)
        clock, pos = read_uint(update, pos)
        pos = yield from _runs(update, pos, client, clock, count, limits, by_needs)
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
    data: bytes, pos: int, client: int, clock: int, count: int, limits: ScreenLimits, by_needs: bool
) -> Generator[Run, None, int]:
    found = Screened()
    section = Section(client, uint(client), found, limits, Budget(limits.max_values))
    if not by_needs:
        after, end = section.read_structs(data, pos, count, clock)
        if not found.holes:
            yield Run(client, clock, end, count, data[pos:after], (), len(found.links), bool(found.parents))
            return after
    first, start, items = pos, clock, 0
    needs: tuple[Requirement, ...] = ()
    types = names = 0
    for _ in range(count):
        found.needs.clear()
        found.holes.clear()
        links, parents = len(found.links), len(found.parents)
        after, end = section.read_structs(data, pos, 1, clock)
        if items and (found.holes or (by_needs and found.needs)):
            yield Run(client, start, clock, items, data[first:pos], needs, types, bool(names))
            items = 0
        if not items:
            first, start, types, names = pos, clock, 0, 0
            needs = tuple((other, last + 1) for other, last in found.needs.items())
        if not found.holes:
            items += 1
            types += len(found.links) - links
            names += len(found.parents) - parents
        pos, clock = after, end
    if items:
        yield Run(client, start, clock, items, data[first:pos], needs, types, bool(names))
    return pos


def encode(piece: Piece) -> bytes:
    """The update that holds ``piece`` alone."""
    if isinstance(piece, Run):
        return b"\x01" + uint(piece.items) + uint(piece.client) + uint(piece.start) + piece.structs + b"\x00"
    return b"\x00\x01" + uint(piece.client) + b"\x01" + uint(piece.start) + uint(piece.end - piece.start)


def skip_head(struct: bytes) -> int:
    """Where the content of an item begins."""
    info, pos = struct[0], 1
    ids = bool(info & LEFT) + bool(info & RIGHT)
    if not ids:
        named, pos = struct[pos], pos + 1
        if named:
            _, pos = read_span(struct, pos)
        else:
            ids = 1
        if info & KEY:
            return read_span(struct, _skip_ids(struct, pos, ids))[1]
    return _skip_ids(struct, pos, ids)


def _skip_ids(struct: bytes, pos: int, ids: int) -> int:
    for _ in range(2 * ids):
        _, pos = read_uint(struct, pos)
    return pos


def tombstone(run: Run) -> Run:
    """What stands in for a run that cannot be integrated: Yjs puts the same in its place."""
    return Run(run.client, run.start, run.end, 1, b"\x00" + uint(run.end - run.start), (), 0, False)
