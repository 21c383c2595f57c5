"""Who visited what, in which order: the one shape that every item score is fitted on."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rest.recommendations.arrays import Sparse, sparse_rows

Run = Sequence[int]
"""Item numbers of one person's visits, oldest first; an item may come again."""


@dataclass(frozen=True, slots=True)
class Visits:
    """Runs of visits by person, over numbered items."""

    people: tuple[str, ...]
    items: tuple[str, ...]
    runs: tuple[tuple[int, ...], ...]

    def matrix(self) -> Sparse:
        """People by items, 1 where visited."""
        return visited(self.runs, len(self.items))

    def without_last(self) -> "Visits":
        """Every run less its last visit, for learning what comes next."""
        return Visits(self.people, self.items, tuple(run[:-1] for run in self.runs))


def visits(events: Iterable[tuple[str, str]], items: Iterable[str] = ()) -> Visits:
    """Visits from ``(person, item)`` events in the order they happened; ``items`` adds some nobody visited yet."""
    runs: dict[str, list[str]] = {}
    for person, item in events:
        runs.setdefault(person, []).append(item)
    names = tuple(sorted({*items, *(i for run in runs.values() for i in run)}))
    number = {name: n for n, name in enumerate(names)}
    people = tuple(sorted(runs))
    return Visits(people, names, tuple(tuple(number[i] for i in runs[p]) for p in people))


def visited(runs: Sequence[Run], items: int) -> Sparse:
    """One row per run, 1 where visited however often."""
    once = [sorted(set(run)) for run in runs]
    return sparse_rows(once, [[1.0] * len(row) for row in once], items)
