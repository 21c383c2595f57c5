"""A whole attempt: every question graded, people's marks laid over, lateness taken off, the attempts of a student kept.

Scoring is a function of the paper, the items, the answers and the marks. Grading again after a key changed is calling
it again; `changes` says what became of whom.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from rest.assessment.errors import BadMark
from rest.assessment.grading.code import Run
from rest.assessment.grading.grade import grade
from rest.assessment.grading.outcome import Graded, Remark
from rest.assessment.items import Item
from rest.assessment.papers import Paper
from rest.assessment.points import FULL, ZERO, credited, is_points, rounded, total
from rest.assessment.responses import Response

Keep = Literal["best", "last", "first", "average"]
Amends = Literal["leave-out", "full-marks"]


@dataclass(frozen=True, slots=True)
class Marked:
    """A mark a person gave for a question, in points; it stands over what was computed."""

    score: Decimal
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Work:
    """What an attempt is made of: paper, answers by item, sandbox runs, marks by people, the share kept when late."""

    paper: Paper
    answers: Mapping[str, Response]
    runs: Mapping[str, Run] = field(default_factory=dict[str, Run])
    marks: Mapping[str, Marked] = field(default_factory=dict[str, Marked])
    kept: Fraction = FULL


@dataclass(frozen=True, slots=True)
class Scored:
    """An attempt's result: per item, and in sum. ``needs_manual`` while a person or a sandbox still has to look."""

    items: Mapping[str, Graded]
    score: Decimal
    maximum: Decimal
    needs_manual: bool

    @property
    def share(self) -> Fraction:
        """Score over maximum; an attempt worth nothing is full."""
        return Fraction(self.score) / Fraction(self.maximum) if self.maximum else FULL


def score(work: Work, items: Mapping[str, Item], amends: Mapping[str, Amends] | None = None) -> Scored:
    """The result of ``work``. ``amends`` makes up for faulty questions: left out of sum and maximum, or full marks."""
    mended = amends or {}
    counted = [q.item for q in work.paper if mended.get(q.item) != "leave-out"]
    graded = {name: _graded(items[name], work, mended.get(name)) for name in counted}
    maximum = total(g.maximum for g in graded.values())
    earned = credited(total(g.score for g in graded.values()), work.kept)
    return Scored(graded, min(earned, maximum), maximum, any(g.needs_manual for g in graded.values()))


def _graded(item: Item, work: Work, amends: Amends | None) -> Graded:
    if amends == "full-marks":
        return Graded(rounded(item.points), rounded(item.points), (Remark("right"),))
    mark = work.marks.get(item.id)
    if mark is None:
        return grade(item, work.answers.get(item.id), work.runs.get(item.id))
    check_mark(item, mark)
    said = (Remark("author", (mark.comment,)),) if mark.comment else ()
    return Graded(rounded(mark.score), rounded(item.points), said)


def check_mark(item: Item, mark: Marked) -> None:
    """Raise `BadMark` when a person gave more than the question is worth, or less than nothing."""
    if not is_points(mark.score) or mark.score > item.points:
        raise BadMark(f"question {item.id!r} is worth 0 to {item.points} points, not {mark.score}")


@dataclass(frozen=True, slots=True)
class Change:
    """What grading again changed for one question."""

    item: str
    before: Graded | None
    after: Graded | None


def changes(before: Scored, after: Scored) -> list[Change]:
    """Questions whose score, maximum or openness differ, in the order of the item ids."""
    names = sorted({*before.items, *after.items})
    pairs = [Change(name, before.items.get(name), after.items.get(name)) for name in names]
    return [c for c in pairs if _essence(c.before) != _essence(c.after)]


def _essence(graded: Graded | None) -> tuple[Decimal, Decimal, bool] | None:
    return (graded.score, graded.maximum, graded.needs_manual) if graded else None


def standing(attempts: Sequence[Scored], keep: Keep) -> Fraction:
    """The share that counts out of a student's attempts, oldest first; none when there is no attempt."""
    return counting([a.share for a in attempts], keep)


def counting(shares: Sequence[Fraction], keep: Keep) -> Fraction:
    """The share that counts out of the shares of some attempts, oldest first."""
    if not shares:
        return Fraction(ZERO)
    match keep:
        case "best":
            return max(shares)
        case "last":
            return shares[-1]
        case "first":
            return shares[0]
        case "average":
            return sum(shares, Fraction(0)) / len(shares)
