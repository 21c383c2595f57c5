"""The kinds of content an item of an update can carry, and how many clock ticks each takes.

Each reader takes the update, the position after the item's header, the limits and what was found so far; it returns the
position after the content and the content's length. Two engines read what passes here (Yjs in the browsers, Yrs in this
process), so whatever one of them cannot read, or reads differently, is refused:

- *move* (11) and *weak link* (type 7 and up) exist only in Yrs: a stock Yjs client would throw on them;
- *XML hook* (type 5) carries a key in Yjs and none in Yrs: the engine would read the key's bytes as new items;
- the old JSON form (2), which Yjs 13 reads but never makes, comes out of the engine's merge with a wrong count;
- a subdocument's options must be a map, because Yjs looks into them.
"""

from collections.abc import Callable
from typing import Final

from crdt.errors import UpdateRefused
from crdt.lib0 import read_uint
from crdt.limits import ScreenLimits
from crdt.values import MAP, skip_buffer, skip_name, skip_text, skip_values

DELETED, JSON, BINARY, STRING, EMBED, FORMAT, TYPE, ANY, DOC, MOVE = 1, 2, 3, 4, 5, 6, 7, 8, 9, 11
XML_ELEMENT, XML_HOOK, XML_TEXT = 3, 5, 6


class Budget:
    """How many values the rest of the update may hold."""

    __slots__ = ("values",)

    def __init__(self, values: int) -> None:
        self.values = values


Reader = Callable[[bytes, int, ScreenLimits, Budget], tuple[int, int]]


def read_deleted(data: bytes, pos: int, limits: ScreenLimits, budget: Budget) -> tuple[int, int]:
    length, pos = read_uint(data, pos)
    return pos, length


def read_binary(data: bytes, pos: int, limits: ScreenLimits, budget: Budget) -> tuple[int, int]:
    return skip_buffer(data, pos, limits), 1


def read_embed(data: bytes, pos: int, limits: ScreenLimits, budget: Budget) -> tuple[int, int]:
    return skip_text(data, pos, limits), 1


def read_format(data: bytes, pos: int, limits: ScreenLimits, budget: Budget) -> tuple[int, int]:
    return skip_text(data, skip_name(data, pos, limits), limits), 1


def read_type(data: bytes, pos: int, limits: ScreenLimits, budget: Budget) -> tuple[int, int]:
    kind = data[pos]
    pos += 1
    if kind == XML_ELEMENT:
        pos = skip_name(data, pos, limits)
    elif kind == XML_HOOK or kind > XML_TEXT:
        raise UpdateRefused("unsupported", f"Shared type {kind} is not one every Yjs client can read.")
    return pos, 1


def read_any(data: bytes, pos: int, limits: ScreenLimits, budget: Budget) -> tuple[int, int]:
    count, pos = read_uint(data, pos)
    if count > len(data) - pos:
        raise ValueError("an item claims more values than there are bytes")
    pos, budget.values = skip_values(data, pos, count, limits, budget.values)
    return pos, count


def read_doc(data: bytes, pos: int, limits: ScreenLimits, budget: Budget) -> tuple[int, int]:
    pos = skip_name(data, pos, limits)
    if data[pos] != MAP:
        raise ValueError("the options of a subdocument are not a map")
    pos, budget.values = skip_values(data, pos, 1, limits, budget.values)
    return pos, 1


def _unknown(data: bytes, pos: int, limits: ScreenLimits, budget: Budget) -> tuple[int, int]:
    raise ValueError("there is no such kind of content")


def _move(data: bytes, pos: int, limits: ScreenLimits, budget: Budget) -> tuple[int, int]:
    raise UpdateRefused("unsupported", "Moved items are not something every Yjs client can read.")


def _json(data: bytes, pos: int, limits: ScreenLimits, budget: Budget) -> tuple[int, int]:
    raise UpdateRefused("unsupported", "Items in the old JSON form are not taken; Yjs 13 makes none.")


READERS: Final[tuple[Reader, ...]] = tuple(
    {
        DELETED: read_deleted,
        JSON: _json,
        BINARY: read_binary,
        EMBED: read_embed,
        FORMAT: read_format,
        TYPE: read_type,
        ANY: read_any,
        DOC: read_doc,
        MOVE: _move,
    }.get(kind, _unknown)
    for kind in range(32)
)
"""By the low five bits of an item's first byte; text is read by the screen itself. (The engine reads four bits of them,
so the fifth must be 0.)"""
