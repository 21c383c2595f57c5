"""What a course is marked on: each domain that marks work gives its columns, with everybody's marks.

`on_columns` adds a domain (assignments, attendance, …); quizzes are here.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

from sqlalchemy import select

from rest.assessment.attempts import counting
from rest.assessment.gradebook import Column
from rest.assessment.points import FULL, credited
from rest.assessment.results import is_out
from rest.assessment.tables import Attempt, Quiz
from rest.db import Unit


@dataclass(frozen=True, slots=True)
class Marks:
    """A column, everybody's points in it, and whether it is over: from then on, work that is missing may count as 0."""

    column: Column
    scores: Mapping[UUID, Decimal]
    over: bool


Provider = Callable[[Unit, UUID, bool], Awaitable[list[Marks]]]
"""``(unit, course, for_students)``: with ``for_students`` only what students may see by now."""

_providers: list[Provider] = []


def on_columns(provider: Provider) -> None:
    """Have ``provider`` asked for columns of every gradebook. Called once, at import."""
    if provider not in _providers:
        _providers.append(provider)


async def columns(unit: Unit, course: UUID, for_students: bool) -> list[Marks]:
    """Every column of a course, in the order of the providers."""
    return [marks for provider in _providers for marks in await provider(unit, course, for_students)]


async def of_quizzes(unit: Unit, course: UUID, for_students: bool) -> list[Marks]:
    """Published quizzes with the share of the attempts that counts, of their full points."""
    here = (Quiz.tenant == unit.tenant, Quiz.course_id == course, Quiz.deleted_at.is_(None))
    query = select(Quiz).where(*here, Quiz.status == "published", Quiz.maximum > 0).order_by(Quiz.id)
    quizzes = (await unit.session.scalars(query)).all()
    shown = [quiz for quiz in quizzes if not for_students or await is_out(unit, quiz)]
    graded = await _graded(unit, course)
    return [_marks(unit, quiz, graded.get(quiz.id, {})) for quiz in shown]


Shares = dict[UUID, list[tuple[Decimal, Decimal]]]


async def _graded(unit: Unit, course: UUID) -> dict[UUID, Shares]:
    """(score, maximum) of each graded attempt, oldest first, by quiz and person."""
    here = (Attempt.tenant == unit.tenant, Attempt.course_id == course, Attempt.status == "graded")
    what = select(Attempt.quiz_id, Attempt.person_id, Attempt.score, Attempt.maximum)
    found: dict[UUID, Shares] = {}
    for row in (await unit.session.execute(what.where(*here).order_by(Attempt.number))).all():
        assert row.score is not None
        assert row.maximum is not None
        found.setdefault(row.quiz_id, {}).setdefault(row.person_id, []).append((row.score, row.maximum))
    return found


def _marks(unit: Unit, quiz: Quiz, graded: Shares) -> Marks:
    column = Column(str(quiz.id), quiz.category, quiz.maximum, quiz.title)
    last = max((at for at in (quiz.due_at, quiz.closes_at) if at), default=None)
    keep: Any = quiz.keep
    shares = {person: counting([_share(*one) for one in attempts], keep) for person, attempts in graded.items()}
    scores = {person: credited(quiz.maximum, share) for person, share in shares.items()}
    return Marks(column, scores, last is not None and last <= unit.now)


def _share(score: Decimal, maximum: Decimal) -> Fraction:
    return Fraction(score) / Fraction(maximum) if maximum else FULL


on_columns(of_quizzes)
