"""May they, in this quiz? By what they are in its course. A draft, or a quiz of a module one does not see, is not there
for students."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends
from sqlalchemy import bindparam, select

from rest.assessment.tables import AccommodationRow, Quiz
from rest.assessment.windows import NONE, Accommodation, Window, for_student
from rest.courses.access import CourseAccess, WithinCourse, access_to, own_enrolment, sees_module
from rest.courses.tables import Course, Enrolment
from rest.db import InUnit, Unit
from rest.identity.policy import Action
from rest.identity.principal import GUARDED, Caller, Principal
from rest.platform.prepared import Prepared
from rest.platform.rows import missing
from rest.problems import NotFound


@dataclass(frozen=True, slots=True)
class QuizAccess(WithinCourse):
    """A caller in a quiz."""

    quiz: Quiz


_QUIZ = (
    select(Quiz, Course, Enrolment.role)
    .join(Course, (Course.tenant == Quiz.tenant) & (Course.id == Quiz.course_id))
    .outerjoin(Enrolment, own_enrolment(bindparam("person")))
    .where(Quiz.tenant == bindparam("tenant"), Quiz.id == bindparam("quiz"))
    .where(Quiz.deleted_at.is_(None), Course.deleted_at.is_(None))
)


async def enter_quiz(unit: Unit, who: Principal, quiz_id: UUID, action: Action) -> QuizAccess:
    """``who`` in the quiz, for ``action``; raise `NotFound` or `Forbidden`."""
    values = {"tenant": unit.tenant, "quiz": quiz_id, "person": who.person}
    row = (await unit.session.execute(_QUIZ, values)).first()
    if row is None:
        raise missing("quiz")
    quiz, course, held = row
    try:
        access = access_to(who, course, held, action)
    except NotFound:
        raise missing("quiz") from None
    if not access.drafts and not await _is_visible(unit, access, quiz):
        raise missing("quiz")
    return QuizAccess(access, quiz)


async def _is_visible(unit: Unit, access: CourseAccess, quiz: Quiz) -> bool:
    return quiz.status == "published" and await sees_module(unit, access, quiz.module_id)


def in_quiz(action: Action) -> Any:
    """Dependency for routes with ``{quiz_id}``: a `QuizAccess`."""

    async def decide(who: Caller, unit: InUnit, quiz_id: UUID) -> QuizAccess:
        return await enter_quiz(unit, who, quiz_id, action)

    setattr(decide, GUARDED, action)
    return Depends(decide)


QuizReader = Annotated[QuizAccess, in_quiz(Action.COURSE_READ)]
QuizEditor = Annotated[QuizAccess, in_quiz(Action.ITEMS_EDIT)]
QuizTaker = Annotated[QuizAccess, in_quiz(Action.ATTEMPT)]
QuizGrader = Annotated[QuizAccess, in_quiz(Action.GRADE)]
ResultsReader = Annotated[QuizAccess, in_quiz(Action.GRADES_READ)]


def window_of(quiz: Quiz) -> Window:
    """When a quiz may be taken, by those without an accommodation."""
    limit = timedelta(minutes=quiz.minutes) if quiz.minutes else None
    return Window(quiz.opens_at, quiz.due_at, quiz.closes_at, limit, quiz.attempts)


async def accommodations_in(unit: Unit, quiz: Quiz) -> dict[UUID, Accommodation]:
    """What each person gets in a quiz: what was given for it, else what they have in the whole course."""
    here = (AccommodationRow.tenant == unit.tenant, AccommodationRow.course_id == quiz.course_id)
    for_it = AccommodationRow.quiz_id.is_(None) | (AccommodationRow.quiz_id == quiz.id)
    rows = (await unit.session.scalars(select(AccommodationRow).where(*here, for_it))).all()
    ordered = sorted(rows, key=lambda row: row.quiz_id is not None)
    return {row.person_id: _accommodation(row.extra_time, row.later_minutes, row.extra_attempts) for row in ordered}


def _accommodation(extra_time: int, later_minutes: int, extra_attempts: int) -> Accommodation:
    return Accommodation(extra_time, timedelta(minutes=later_minutes), extra_attempts)


_ACCOMMODATIONS = Prepared(
    select(
        AccommodationRow.quiz_id,
        AccommodationRow.extra_time,
        AccommodationRow.later_minutes,
        AccommodationRow.extra_attempts,
    ).where(
        AccommodationRow.tenant == bindparam("tenant"),
        AccommodationRow.course_id == bindparam("course"),
        AccommodationRow.person_id == bindparam("person"),
    )
)


async def windows_for(unit: Unit, quizzes: list[Quiz], person: UUID) -> dict[UUID, Window]:
    """The windows of some quizzes of one course as they are for one person."""
    if not quizzes:
        return {}
    rows = await _ACCOMMODATIONS.rows(unit, tenant=unit.tenant, course=quizzes[0].course_id, person=person)
    given = {for_quiz: _accommodation(*row) for for_quiz, *row in rows}
    return {quiz.id: for_student(window_of(quiz), given.get(quiz.id, given.get(None, NONE))) for quiz in quizzes}
