"""Quizzes of a course, and accommodations."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response
from sqlalchemy import or_, select

from rest.assessment import quizzes
from rest.assessment.access import QuizEditor, QuizGrader, QuizReader, windows_for
from rest.assessment.schemas import (
    AccommodationShown,
    EditQuiz,
    NewQuiz,
    QuizHead,
    QuizShown,
    SetAccommodation,
)
from rest.assessment.tables import AccommodationRow, Quiz
from rest.courses.access import CourseAccess, Reader, in_course, visible_modules
from rest.courses.tables import Module
from rest.db import InUnit
from rest.identity.policy import Action
from rest.platform.etags import Expected, show_etag
from rest.platform.paging import Page, Paging
from rest.platform.routing import router

routes = router("assessment")

Editor = Annotated[CourseAccess, in_course(Action.ITEMS_EDIT)]
Grader = Annotated[CourseAccess, in_course(Action.GRADE)]


@routes.get("/courses/{course_id}/quizzes")
async def list_quizzes(
    paging: Paging, access: Reader, unit: InUnit, module_id: Annotated[UUID | None, Query()] = None
) -> Page[QuizHead]:
    """The quizzes one may see, with the times that hold for oneself."""
    query = select(Quiz).where(
        Quiz.tenant == unit.tenant, Quiz.course_id == access.course.id, Quiz.deleted_at.is_(None)
    )
    if not access.drafts:
        seen = select(Module.id).where(*visible_modules(access, unit)).scalar_subquery()
        query = query.where(Quiz.status == "published", or_(Quiz.module_id.is_(None), Quiz.module_id.in_(seen)))
    query = query if module_id is None else query.where(Quiz.module_id == module_id)
    rows = (await unit.session.scalars(paging.select(query, (Quiz.id, UUID)))).all()
    windows = await windows_for(unit, list(rows), access.who.person)
    return paging.page(rows, lambda row: quizzes.show_head(row, windows[row.id]), lambda row: (row.id,))


@routes.post("/courses/{course_id}/quizzes", status_code=201)
async def make_quiz(body: NewQuiz, response: Response, access: Editor, unit: InUnit) -> QuizShown:
    """A new quiz, as a draft."""
    return _quiz(response, await quizzes.make(unit, access, body))


@routes.get("/quizzes/{quiz_id}")
async def get_quiz(response: Response, access: QuizReader, unit: InUnit) -> QuizHead:
    """One quiz, with the times that hold for oneself."""
    show_etag(response, access.quiz.version)
    windows = await windows_for(unit, [access.quiz], access.who.person)
    return quizzes.show_head(access.quiz, windows[access.quiz.id])


@routes.get("/quizzes/{quiz_id}/settings")
async def get_settings(response: Response, access: QuizEditor) -> QuizShown:
    """One quiz with everything about it."""
    return _quiz(response, access.quiz)


@routes.patch("/quizzes/{quiz_id}")
async def edit_quiz(
    body: EditQuiz, version: Expected, response: Response, access: QuizEditor, unit: InUnit
) -> QuizShown:
    """Change or publish a quiz. Attempts that are running get the new times."""
    return _quiz(response, await quizzes.edit(unit, access, version, body))


@routes.delete("/quizzes/{quiz_id}", status_code=204)
async def delete_quiz(access: QuizEditor, unit: InUnit) -> None:
    """Delete a quiz and its results."""
    await quizzes.remove(unit, access)


@routes.post("/quizzes/{quiz_id}/release")
async def release_results(response: Response, access: QuizGrader, unit: InUnit) -> QuizShown:
    """Have everybody see their results, of a quiz whose results wait for it."""
    return _quiz(response, await quizzes.release(unit, access))


def _quiz(response: Response, row: Quiz) -> QuizShown:
    show_etag(response, row.version)
    return quizzes.show(row)


@routes.get("/courses/{course_id}/accommodations")
async def list_accommodations(
    paging: Paging, access: Grader, unit: InUnit, person_id: Annotated[UUID | None, Query()] = None
) -> Page[AccommodationShown]:
    """Who gets more time, later ends or more attempts."""
    here = (AccommodationRow.tenant == unit.tenant, AccommodationRow.course_id == access.course.id)
    query = select(AccommodationRow).where(*here)
    query = query if person_id is None else query.where(AccommodationRow.person_id == person_id)
    rows = (await unit.session.scalars(paging.select(query, (AccommodationRow.id, UUID)))).all()
    return paging.page(rows, AccommodationShown.model_validate, lambda row: (row.id,))


@routes.put("/courses/{course_id}/accommodations/{person_id}")
async def set_accommodation(
    person_id: UUID, body: SetAccommodation, access: Grader, unit: InUnit
) -> AccommodationShown:
    """Give somebody of the course an accommodation, in place of the one they have there."""
    return await quizzes.accommodate(unit, access, person_id, body)


@routes.delete("/courses/{course_id}/accommodations/{accommodation_id}", status_code=204)
async def end_accommodation(accommodation_id: UUID, access: Grader, unit: InUnit) -> None:
    """Take an accommodation back."""
    await quizzes.end_accommodation(unit, access, accommodation_id)
