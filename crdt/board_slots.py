"""Where each item of a board stands, so that an update can be checked before the engine has it.

An item either names its parent and its key, or takes both from the item it replaces. So the *slot* of every item is
kept: 8 bytes each, because most slots are the same few field names. Nothing is kept of which element it was.
"""

from array import array
from bisect import bisect_right
from typing import NamedTuple

PAGE_MAP, ELEMENTS_MAP, ELEMENT_MAP = "page map", "elements map", "element map"
PAGE_FIELD, ELEMENT_FIELD = "page field", "element field"
MAPS = frozenset((PAGE_MAP, ELEMENTS_MAP, ELEMENT_MAP))


class Slot(NamedTuple):
    """What an item is; ``name`` is the page's id for a map, the field's name for a field."""

    kind: str
    name: str


NOWHERE = Slot("nowhere", "")
"""Of a tombstone, and of what hangs in one or replaces one: neither engine shows it."""


def inside(parent: Slot, key: str) -> Slot | None:
    """The slot of ``key`` in the map at ``parent``; None when that is no map."""
    if parent.kind == ELEMENT_MAP:
        return Slot(ELEMENT_FIELD, key)
    if parent.kind == ELEMENTS_MAP:
        return Slot(ELEMENT_MAP, parent.name)
    if parent.kind == PAGE_MAP:
        return Slot(ELEMENTS_MAP, parent.name) if key == "elements" else Slot(PAGE_FIELD, key)
    return NOWHERE if parent is NOWHERE else None


class Slots:
    """Item to slot. Clocks of a client only grow."""

    __slots__ = ("_codes", "_known", "_names", "_starts")

    def __init__(self) -> None:
        self._starts: dict[int, array[int]] = {}
        self._codes: dict[int, array[int]] = {}
        self._names: list[Slot] = [NOWHERE]
        self._known: dict[Slot, int] = {NOWHERE: 0}

    def find(self, client: int, clock: int) -> Slot:
        """The slot of an item."""
        starts = self._starts.get(client)
        if starts is None:
            return NOWHERE
        index = bisect_right(starts, clock) - 1
        return self._names[self._codes[client][index]] if index >= 0 else NOWHERE

    def add(self, client: int, clock: int, slot: Slot) -> None:
        """Remember where the items of ``client`` from ``clock`` on stand, until the next call."""
        starts = self._starts.get(client)
        if starts is None:
            starts = self._starts[client] = array("I")
            self._codes[client] = array("I")
        codes = self._codes[client]
        code = self._known.get(slot)
        if code is None:
            code = self._known[slot] = len(self._names)
            self._names.append(slot)
        if not starts or (clock > starts[-1] and codes[-1] != code):
            starts.append(clock)
            codes.append(code)
