"""The items of an update to a board, read once more: what they hang on, and the value they carry.

Only what was screened is read here; whatever a board cannot hold is refused on the way.
"""

from collections.abc import Iterator
from typing import NamedTuple

from crdt.contents import ANY, DELETED, TYPE, Budget
from crdt.errors import UpdateRefused
from crdt.lib0 import read_span, read_uint, uint
from crdt.limits import STORED_SCREEN
from crdt.screen import GC, KEY, LEFT, RIGHT, SKIP, Screened, Section
from crdt.values import read_value

ROOT = "pages"
MAP = 1
MAX_DEPTH = 5

Id = tuple[int, int]


class Item(NamedTuple):
    """One struct. ``parent`` is None for one that replaces another, which is then the first of ``refers``."""

    client: int
    clock: int
    length: int
    kind: int
    refers: tuple[Id, ...]
    """All items that it names."""
    in_root: bool
    parent: Id | None
    key: str
    value: object
    size: int
    """Bytes of the value."""


def refused(message: str) -> UpdateRefused:
    return UpdateRefused("schema", message)


def read_items(update: bytes, *, lenient: bool = False) -> Iterator[Item]:
    """All structs but holes. A ``lenient`` reader takes what a board cannot hold for a tombstone: storage may keep what
    an older schema allowed."""
    sections, pos = read_uint(update, 0)
    for _ in range(sections):
        count, pos = read_uint(update, pos)
        client, pos = read_uint(update, pos)
        clock, pos = read_uint(update, pos)
        for _ in range(count):
            try:
                item, pos = _read_struct(update, pos, client, clock)
            except UpdateRefused:
                if not lenient:
                    raise
                item, pos = _pass_over(update, pos, client, clock)
            clock += item.length
            if item.kind != SKIP:
                yield item


def _read_struct(data: bytes, pos: int, client: int, clock: int) -> tuple[Item, int]:
    info = data[pos]
    if info not in (GC, SKIP):
        return _read_item(data, pos + 1, info, client, clock)
    length, pos = read_uint(data, pos + 1)
    return _tombstone(client, clock, length, info), pos


def _tombstone(client: int, clock: int, length: int, kind: int = GC) -> Item:
    return Item(client, clock, length, kind, (), False, None, "", None, 0)


def _pass_over(data: bytes, pos: int, client: int, clock: int) -> tuple[Item, int]:
    section = Section(client, uint(client), Screened(), STORED_SCREEN, Budget(STORED_SCREEN.max_values))
    pos, end = section.read_structs(data, pos, 1, clock)
    return _tombstone(client, clock, end - clock), pos


def _read_item(data: bytes, pos: int, info: int, client: int, clock: int) -> tuple[Item, int]:
    refers: tuple[Id, ...] = ()
    parent, key, in_root = None, "", False
    for flag in (LEFT, RIGHT):
        if info & flag:
            other, pos = _read_id(data, pos)
            refers += (other,)
    if not refers:
        in_root = bool(data[pos])
        if in_root:
            start, pos = read_span(data, pos + 1)
            if data[start:pos] != ROOT.encode():
                raise refused("A board has no other root than its pages.")
        else:
            parent, pos = _read_id(data, pos + 1)
            refers = (parent,)
        if not info & KEY:
            raise refused("A board holds maps alone, and everything in a map has a key.")
        start, pos = read_span(data, pos)
        key = str(data[start:pos], "utf-8")
    kind = info & 31
    length, value, end = _read_content(data, pos, kind)
    return Item(client, clock, length, kind, refers, in_root, parent, key, value, end - pos), end


def _read_id(data: bytes, pos: int) -> tuple[Id, int]:
    client, pos = read_uint(data, pos)
    clock, pos = read_uint(data, pos)
    return (client, clock), pos


def _read_content(data: bytes, pos: int, kind: int) -> tuple[int, object, int]:
    if kind == ANY:
        count, pos = read_uint(data, pos)
        if count != 1:
            raise refused("A field of a board holds one value.")
        try:
            value, pos = read_value(data, pos, MAX_DEPTH)
        except ValueError:
            raise refused(f"A value on a board nests deeper than {MAX_DEPTH}.") from None
        return 1, value, pos
    if kind == TYPE and data[pos] == MAP:
        return 1, None, pos + 1
    if kind == DELETED:
        length, pos = read_uint(data, pos)
        return length, None, pos
    raise refused("A board holds maps and plain values alone.")
