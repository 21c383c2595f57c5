"""Rubrics: criteria with levels, each worth points; a person picks a level a criterion and may move within its
range."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated

import msgspec

from rest.assessment.attempts import Marked
from rest.assessment.errors import BadMark, BadSettings
from rest.assessment.items import Line, Name
from rest.assessment.points import is_points, rounded, total


class Level(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A level of quality and what it is worth."""

    id: Name
    text: Line
    points: Decimal


class Criterion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is looked at, with its levels."""

    id: Name
    text: Line
    levels: Annotated[tuple[Level, ...], msgspec.Meta(min_length=1, max_length=20)]

    def __post_init__(self) -> None:
        if len({level.id for level in self.levels}) != len(self.levels):
            raise BadSettings(f"criterion {self.id!r}: two levels have the same id")
        if not all(is_points(level.points) for level in self.levels):
            raise BadSettings(f"criterion {self.id!r}: a level is worth 0 to 10000 points")

    @property
    def most(self) -> Decimal:
        return max(level.points for level in self.levels)


class Rubric(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Criteria that together make the mark."""

    criteria: Annotated[tuple[Criterion, ...], msgspec.Meta(min_length=1, max_length=50)]

    def __post_init__(self) -> None:
        if len({c.id for c in self.criteria}) != len(self.criteria):
            raise BadSettings("two criteria have the same id")
        if not self.most:
            raise BadSettings("a rubric has to be worth something")

    @property
    def most(self) -> Decimal:
        return total(c.most for c in self.criteria)


class Pick(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The level picked for a criterion; ``points`` for one in between, ``comment`` for the student."""

    level: Name
    points: Decimal | None = None
    comment: Line = ""


def mark(rubric: Rubric, picks: Mapping[str, Pick], worth: Decimal) -> Marked:
    """The mark of a complete rubric for a question worth ``worth`` points; raises `BadMark` for what it does not
    allow."""
    if set(picks) != {c.id for c in rubric.criteria}:
        raise BadMark("every criterion of the rubric needs one level, and nothing else has any")
    earned = total(_points(c, picks[c.id]) for c in rubric.criteria)
    comments = [f"{c.text}: {picks[c.id].comment}" for c in rubric.criteria if picks[c.id].comment]
    return Marked(rounded(worth * earned / rubric.most), "\n".join(comments))


def _points(criterion: Criterion, pick: Pick) -> Decimal:
    levels = {level.id: level.points for level in criterion.levels}
    if pick.level not in levels:
        raise BadMark(f"criterion {criterion.id!r} has no level {pick.level!r}")
    if pick.points is None:
        return levels[pick.level]
    if not is_points(pick.points) or pick.points > criterion.most:
        raise BadMark(f"criterion {criterion.id!r} gives 0 to {criterion.most} points, not {pick.points}")
    return pick.points
