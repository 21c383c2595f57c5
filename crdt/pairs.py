"""Characters outside the Basic Multilingual Plane, which Yjs counts as two: the engine must never cut one in half.

Yjs lets items stand between the halves of a surrogate pair; a browser then replaces both halves with U+FFFD. Measured:
the engine keeps the character whole instead, and from then on encodes the document wrongly (an empty item where the
second half was), so that whoever loads that state is one tick behind for ever. So the places of all second halves are
known here, and before an update cuts a pair the stored text is mended as every browser mends its own.
"""

from array import array
from bisect import bisect_left, insort
from collections.abc import Iterable, Set

from crdt.contents import STRING, Budget
from crdt.lib0 import read_span, read_uint, span, uint
from crdt.limits import ScreenLimits
from crdt.pieces import skip_head
from crdt.screen import Screened, Section

Place = tuple[int, int]
"""The client and clock of a second half."""
REPLACEMENT = "\N{REPLACEMENT CHARACTER}" * 2


class Pairs:
    """The places of second halves in a document (4 bytes each)."""

    __slots__ = ("_clocks",)

    def __init__(self) -> None:
        self._clocks: dict[int, array[int]] = {}

    def __bool__(self) -> bool:
        return bool(self._clocks)

    def __contains__(self, place: Place) -> bool:
        clocks = self._clocks.get(place[0])
        if clocks is None:
            return False
        index = bisect_left(clocks, place[1])
        return index < len(clocks) and clocks[index] == place[1]

    def add(self, places: Iterable[Place]) -> None:
        for place in places:
            clocks = self._clocks.setdefault(place[0], array("I"))
            if not clocks or place[1] > clocks[-1]:
                clocks.append(place[1])
            elif place not in self:
                insort(clocks, place[1])

    def remove(self, places: Iterable[Place]) -> None:
        for client, clock in places:
            if (client, clock) in self:
                clocks = self._clocks[client]
                del clocks[bisect_left(clocks, clock)]
                if not clocks:
                    del self._clocks[client]


def mend(update: bytes, cut: Set[Place], limits: ScreenLimits) -> bytes:
    """``update`` (screened) with the pairs at ``cut`` replaced by U+FFFD, half by half."""
    out = bytearray()
    sections, pos = read_uint(update, 0)
    out += uint(sections)
    for _ in range(sections):
        first = pos
        count, pos = read_uint(update, pos)
        client, pos = read_uint(update, pos)
        clock, pos = read_uint(update, pos)
        out += update[first:pos]
        section = Section(client, uint(client), Screened(), limits, Budget(limits.max_values))
        for _ in range(count):
            after, end = section.read_structs(update, pos, 1, clock)
            halves = {half - clock for other, half in cut if other == client and clock < half < end}
            out += _mend_struct(update[pos:after], halves) if halves else update[pos:after]
            pos, clock = after, end
    return bytes(out + update[pos:])


def _mend_struct(struct: bytes, halves: Set[int]) -> bytes:
    if struct[0] & 31 != STRING:
        return struct
    content = skip_head(struct)
    start, end = read_span(struct, content)
    text, units = "", 0
    for char in str(struct[start:end], "utf-8"):
        units += 1 + (char > "\uffff")
        text += REPLACEMENT if units - 1 in halves and char > "\uffff" else char
    return struct[:content] + span(text.encode())
