# pyright: strict
"""Courses to take next, from who takes what together. Pure.

The worth of a course is the sum of its cosines with the courses one takes (item-kNN; what it reaches is in
`loadtests.eval.courses`), those first that share no student by how many take them. Nothing is said, or counted, of
fewer than `FEWEST` people.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import sqrt

from rest.recommendations.reasons import FEWEST, Reason


@dataclass(frozen=True, slots=True)
class Together:
    """So many people take both ``mine`` and ``other``."""

    mine: str
    other: str
    people: int


@dataclass(frozen=True, slots=True)
class CourseSuggestion:
    """A course, what speaks for it (0 for one that only many, or nobody yet, take), and why."""

    course: str
    worth: float
    reason: Reason


def suggest(
    mine: Mapping[str, int], others: Mapping[str, int], together: Iterable[Together], most: int
) -> list[CourseSuggestion]:
    """The best of ``others``. ``mine`` and ``others`` give how many students each course has, one's own and those that
    may be suggested; a course of one's own is never suggested."""
    pairs: dict[str, list[Together]] = {}
    for pair in together:
        if pair.people >= FEWEST and pair.mine in mine and pair.other in others:
            pairs.setdefault(pair.other, []).append(pair)
    left = {course: people for course, people in others.items() if course not in mine}
    found = [_suggestion(course, people, pairs.get(course, []), mine) for course, people in left.items()]
    found.sort(key=lambda one: (-one.worth, -_counted(others[one.course]), one.course))
    return found[:most]


def _suggestion(course: str, people: int, pairs: list[Together], mine: Mapping[str, int]) -> CourseSuggestion:
    cosines = {pair: pair.people / sqrt(max(1, mine[pair.mine]) * max(1, people)) for pair in pairs}
    if cosines:
        best = max(cosines, key=lambda pair: (cosines[pair], pair.mine))
        why = Reason("together", (best.mine,), best.people, mine[best.mine])
        return CourseSuggestion(course, sum(cosines.values()), why)
    why = Reason("popular", count=people) if people >= FEWEST else Reason("offered")
    return CourseSuggestion(course, 0.0, why)


def _counted(people: int) -> int:
    return people if people >= FEWEST else 0
