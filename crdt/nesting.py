"""How deep shared types nest, and which items are shared types at all.

Both engines walk nested types by recursion when something is deleted: measured, 50,000 levels end this process, and a
browser's stack is shorter. And the engine stops half-way, with part of the update integrated, when an item names a
parent that is no shared type. So both are known here before an update gets there.

An item's *level* is 1 in a root and one more in each shared type. The level of every shared type is kept (10 bytes
each). Other items are kept only below `DEEP`: a type that stands beside an unknown item is at most there.
"""

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Sequence

from crdt.errors import UpdateRefused
from crdt.screen import ROOT, Link

DEEP = 32
IS_TYPE = 1

Level = tuple[int, int, int, int]
"""client, first clock, clock after the last, twice the level (plus 1 for a shared type)."""


class Nesting:
    """Levels of a document's items."""

    __slots__ = ("_ends", "_marks", "_starts", "deepest", "every_link")

    def __init__(self) -> None:
        self._starts: dict[int, array[int]] = {}
        self._ends: dict[int, array[int]] = {}
        self._marks: dict[int, array[int]] = {}
        self.deepest = 0
        """The level of the deepest shared type."""
        self.every_link = False
        """Whether the screen has to list all items, because some stand so deep that all there are kept."""

    def _mark(self, client: int, clock: int) -> int:
        """Twice the level of a known item (plus 1 for a shared type), or 0."""
        starts = self._starts.get(client)
        if starts is None:
            return 0
        index = bisect_right(starts, clock) - 1
        if index < 0 or clock >= self._ends[client][index]:
            return 0
        return self._marks[client][index]

    def level(self, client: int, clock: int) -> int:
        """The level of a known item, or 0."""
        return self._mark(client, clock) >> 1

    def unknown_parents(self, parents: Iterable[tuple[int, int]], links: Sequence[Link]) -> bool:
        """Whether one of ``parents`` is not known to be a shared type, here or in the same update. (An honest one was
        deleted and forgotten.)"""
        unknown = [parent for parent in parents if not self._mark(*parent) & IS_TYPE]
        if not unknown:
            return False
        own = {(link.client, link.clock) for link in links if link.is_type}
        return any(parent not in own for parent in unknown)

    def resolve(self, links: Sequence[Link], limit: int) -> list[Level]:
        """The levels of what an update adds; `UpdateRefused` past ``limit``."""
        found = _Batch(self, links).resolve()
        if any(mark >> 1 > limit for _, _, _, mark in found):
            raise UpdateRefused("too-deep", f"Shared types nest deeper than {limit}.")
        return found

    def add(self, found: Iterable[Level]) -> None:
        """Remember what `resolve` found, once it is integrated. Clocks of a client only grow."""
        for client, start, end, mark in found:
            starts = self._starts.get(client)
            if starts is None:
                starts = self._starts[client] = array("I")
                self._ends[client] = array("I")
                self._marks[client] = array("H")
            ends, marks = self._ends[client], self._marks[client]
            if ends and start < ends[-1]:
                continue
            if mark & IS_TYPE:
                self.deepest = max(self.deepest, mark >> 1)
                self.every_link = self.deepest >= DEEP
            if ends and ends[-1] == start and marks[-1] == mark:
                ends[-1] = end
            else:
                starts.append(start)
                ends.append(end)
                marks.append(mark)


def is_deep(found: Iterable[Level]) -> bool:
    """Whether any of them stands so deep that other items beside it have to be known too."""
    return any(mark >> 1 >= DEEP for _, _, _, mark in found)


class _Batch:
    """Links of one update, which may refer to each other in any order."""

    def __init__(self, nesting: Nesting, links: Sequence[Link]) -> None:
        self._nesting = nesting
        self._links = sorted(links)
        self._starts = [(link.client, link.clock) for link in self._links]
        self._levels: dict[int, int] = {}
        self._guess = min(DEEP, nesting.deepest + sum(link.is_type for link in links))
        """Of a type beside an unknown item: it may be as deep as everything known."""

    def resolve(self) -> list[Level]:
        for index in range(len(self._links)):
            self._climb(index)
        return [
            (link.client, link.clock, link.end, self._levels[index] << 1 | link.is_type)
            for index, link in enumerate(self._links)
            if link.is_type or self._levels[index] >= DEEP
        ]

    def _climb(self, index: int) -> None:
        """Find a level by way of those it hangs on, without recursion."""
        path = [index]
        seen = {index}
        while path:
            top = path[-1]
            link = self._links[top]
            level = self._nesting.level(link.other, link.other_clock)
            if not level and link.other != ROOT:
                below = self._find(link.other, link.other_clock)
                if below is not None and below not in self._levels and below not in seen:
                    path.append(below)
                    seen.add(below)
                    continue
                level = 0 if below is None else self._levels.get(below, 0)
            self._levels[top] = self._level(link, level)
            path.pop()

    def _level(self, link: Link, other: int) -> int:
        if link.is_parent:
            return other + 1
        if other or not link.is_type:
            return other
        return self._guess

    def _find(self, client: int, clock: int) -> int | None:
        index = bisect_right(self._starts, (client, clock)) - 1
        if index < 0:
            return None
        link = self._links[index]
        return index if link.client == client and clock < link.end else None
