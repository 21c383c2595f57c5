"""Who made which edit when, who saw it, and what was promised. Pure: times (monotonic seconds) come with the events.

An edit is named by its author and a number: ``y1:17`` is the 17th edit of client ``y1``. What a client is told to be
saved is a watermark: all of its edits up to that number.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Author:
    """One client: where it edits, when it made each edit (the first is number 1), what it was promised."""

    place: str
    door: str
    made: list[float] = field(default_factory=list[float])
    acked: list[tuple[int, float]] = field(default_factory=list[tuple[int, float]])
    """Watermarks and when they were given, rising."""

    @property
    def watermark(self) -> int:
        return self.acked[-1][0] if self.acked else 0

    def acked_by(self, time: float) -> int:
        """The watermark it had been given at ``time``."""
        index = bisect_right(self.acked, time, key=lambda entry: entry[1])
        return self.acked[index - 1][0] if index else 0


class Ledger:
    """See the module's docstring."""

    def __init__(self) -> None:
        self.authors: dict[str, Author] = {}
        self.seen: dict[str, dict[str, dict[int, float]]] = defaultdict(lambda: defaultdict(dict))
        """Observer → author → number → when it was first seen."""
        self.closes: dict[int, int] = defaultdict(int)
        self.stuck: dict[str, str] = {}
        """Clients that gave up for good, and why: a person would have to reload."""

    def enter(self, client: str, place: str, door: str) -> None:
        """``place`` names the document, so that only those who share it count as others."""
        self.authors[client] = Author(place, door)

    def made(self, client: str, number: int, time: float) -> None:
        made = self.authors[client].made
        if number != len(made) + 1:
            raise ValueError(f"{client} skips from edit {len(made)} to {number}")
        made.append(time)

    def acked(self, client: str, number: int, time: float) -> None:
        author = self.authors[client]
        if number > author.watermark:
            author.acked.append((number, time))

    def saw(self, observer: str, author: str, number: int, time: float) -> None:
        self.seen[observer][author].setdefault(number, time)

    # figures

    def promised(self, place: str, by: float) -> dict[str, int]:
        """Author to watermark, of what had been promised in a document at a time."""
        return {name: author.acked_by(by) for name, author in self.authors.items() if author.place == place}

    def edits(self) -> int:
        return sum(len(author.made) for author in self.authors.values())

    def acknowledged(self) -> int:
        return sum(author.watermark for author in self.authors.values())

    def ack_delays(self, since: float = float("-inf"), until: float = float("inf")) -> list[float]:
        """For each acknowledged edit made in the time asked for: seconds from making it to being told."""
        return [
            at - made
            for author in self.authors.values()
            for made, at in _with_ack(author)
            if since <= made < until and at >= made
        ]

    def sights(self, since: float, until: float) -> list[tuple[float, float]]:
        """``(made, seen)`` of each edit made in a time, for each other client that saw it."""
        return [
            (made, at)
            for by_author in self.seen.values()
            for author, numbers in by_author.items()
            for number, at in numbers.items()
            if since <= (made := self.authors[author].made[number - 1]) < until
        ]

    def slowest_sight(self, place: str, since: float, until: float, now: float) -> float:
        """The longest that an edit made in a document in this time took to be seen by another client, until ``now``."""
        here = {name: author.made for name, author in self.authors.items() if author.place == place}
        return max(
            (
                self.seen[observer][author].get(number, now) - made[number - 1]
                for observer in here
                for author, made in here.items()
                if author != observer
                for number in range(bisect_left(made, since) + 1, bisect_left(made, until) + 1)
            ),
            default=0.0,
        )

    def laggards(self, place: str, since: float, until: float, now: float, seconds: float) -> list[str]:
        """``observer<author`` of a document, for each pair of which an edit made in this time took longer."""
        here = {name: author.made for name, author in self.authors.items() if author.place == place}
        return [
            f"{observer}<{author}"
            for observer in here
            for author, made in here.items()
            if author != observer
            and any(
                self.seen[observer][author].get(number, now) - made[number - 1] > seconds
                for number in range(bisect_left(made, since) + 1, bisect_left(made, until) + 1)
            )
        ]

    def first_sight(self, place: str, since: float) -> float | None:
        """When an edit made in a document after ``since`` was first seen by somebody else."""
        return min(self._sights(place, since), default=None)

    def last_first_sight(self, place: str, since: float) -> float | None:
        """When the last of the document's clients saw its first edit made by somebody else after ``since``; None when
        one of them has not yet."""
        firsts: list[float] = []
        here = [name for name, author in self.authors.items() if author.place == place]
        for observer in here:
            first = min(self._seen_by(observer, since), default=None)
            if first is None:
                return None
            firsts.append(first)
        return max(firsts, default=None)

    def _sights(self, place: str, since: float) -> Iterable[float]:
        for observer, author in self.authors.items():
            if author.place == place:
                yield from self._seen_by(observer, since)

    def _seen_by(self, observer: str, since: float) -> Iterable[float]:
        for author, numbers in self.seen[observer].items():
            made = self.authors[author].made
            after = bisect_right(made, since)
            yield from (numbers[number] for number in range(after + 1, len(made) + 1) if number in numbers)


def _with_ack(author: Author) -> Iterable[tuple[float, float]]:
    """``(made, acknowledged)`` of each acknowledged edit."""
    done = 0
    for watermark, at in author.acked:
        for number in range(done, min(watermark, len(author.made))):
            yield author.made[number], at
        done = max(done, watermark)


def quantile(values: Iterable[float], share: float) -> float:
    """The value below which ``share`` of all lie (nearest rank); 0 for none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0
