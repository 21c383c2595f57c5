"""What was said first of each clock of each client: who wrote it, or which row deleted it."""

from bisect import bisect_right
from collections.abc import Iterator


class FirstSaid:
    """Ranges of clocks to a number, for each client; of a clock that comes twice the first one counts."""

    __slots__ = ("_ranges",)

    def __init__(self) -> None:
        self._ranges: dict[int, list[tuple[int, int, int]]] = {}
        """Client to (start, end, number), in order and apart from each other."""

    def say(self, client: int, start: int, end: int, number: int) -> None:
        """``number`` of the clocks from ``start`` to ``end`` of which nothing was said yet."""
        ranges = self._ranges.setdefault(client, [])
        if ranges and ranges[-1][1] <= start:
            self._append(ranges, start, end, number)
            return
        index = bisect_right(ranges, start, key=_end)
        while start < end:
            following = ranges[index][0] if index < len(ranges) else end
            if start < following:
                ranges.insert(index, (start, min(following, end), number))
                index += 1
            if index >= len(ranges):
                break
            start = max(start, ranges[index][1])
            index += 1

    @staticmethod
    def _append(ranges: list[tuple[int, int, int]], start: int, end: int, number: int) -> None:
        if ranges[-1][1] == start and ranges[-1][2] == number:
            ranges[-1] = ranges[-1][0], end, number
        else:
            ranges.append((start, end, number))

    def parts(self, client: int, start: int, end: int) -> Iterator[tuple[int, int, int | None]]:
        """The clocks from ``start`` to ``end`` in pieces: (start, end, number or None)."""
        ranges = self._ranges.get(client, [])
        index = bisect_right(ranges, start, key=_end)
        while start < end:
            if index >= len(ranges) or ranges[index][0] >= end:
                yield start, end, None
                return
            first, last, number = ranges[index]
            if start < first:
                yield start, first, None
                start = first
            yield start, min(last, end), number
            start = last
            index += 1

    def at(self, client: int, clock: int) -> int | None:
        """What was said of one clock."""
        return next(self.parts(client, clock, clock + 1))[2]


def _end(entry: tuple[int, int, int]) -> int:
    return entry[1]
