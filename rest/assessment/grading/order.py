"""An order of choices against the right one."""

from fractions import Fraction
from itertools import combinations

from rest.assessment.grading.outcome import Credit, Remark, all_or_none
from rest.assessment.items import Ordering
from rest.assessment.points import NONE
from rest.assessment.responses import Ordered


def grade_ordering(item: Ordering, response: Ordered) -> Credit:
    """``pairs``: of all pairs of choices, those in the right order, from half of them upward (chance is half);
    ``positions``: choices in their very place. An order that is not one of all the choices earns nothing."""
    right = [c.id for c in item.choices]
    given = list(response.order)
    if sorted(given) != sorted(right):
        return Credit(NONE, (Remark("malformed"),))
    if item.credit == "all-or-nothing":
        return all_or_none(given == right)
    if item.credit == "positions":
        return Credit(Fraction(sum(g == r for g, r in zip(given, right, strict=True)), len(right)))
    return Credit(_above_chance(given, right))


def _above_chance(given: list[str], right: list[str]) -> Fraction:
    place = {name: n for n, name in enumerate(given)}
    pairs = list(combinations(right, 2))
    kept = sum(place[a] < place[b] for a, b in pairs)
    return max(NONE, Fraction(2 * kept, len(pairs)) - 1)
