"""What grading says: points, and remarks a catalogue can put into any language."""

from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from rest.assessment.points import FULL, NONE, ZERO

RemarkCode = Literal[
    "author",
    "right",
    "wrong",
    "partly",
    "blank",
    "missed",
    "not-a-number",
    "unit-missing",
    "unit-wrong",
    "unit-unknown",
    "typo",
    "too-short",
    "too-long",
    "for-a-person",
    "not-run",
    "test-failed",
    "hidden-tests-failed",
    "malformed",
]


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing to tell the student: ``author`` carries the teacher's words in ``about``, others numbers or names."""

    code: RemarkCode
    about: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Credit:
    """Share of the points earned, before they are counted; ``manual`` when a person has to look."""

    share: Fraction
    remarks: tuple[Remark, ...] = ()
    manual: bool = False


@dataclass(frozen=True, slots=True)
class Graded:
    """The result of one item: ``0 <= score <= maximum``; while ``needs_manual``, the score is what is sure so far."""

    score: Decimal = ZERO
    maximum: Decimal = ZERO
    feedback: tuple[Remark, ...] = field(default=())
    needs_manual: bool = False


def all_or_none(right: bool, *remarks: Remark) -> Credit:
    return Credit(FULL if right else NONE, remarks)
