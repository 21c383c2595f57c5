"""Attempts: taking a quiz, results, marks by people, grading again."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Query, Response
from sqlalchemy import select

from rest.assessment import marking, results, sittings
from rest.assessment.access import QuizGrader, QuizTaker, ResultsReader
from rest.assessment.bank import Contents
from rest.assessment.schemas_attempts import (
    AttemptHead,
    AttemptListed,
    AttemptShown,
    AttemptStatus,
    OwnAttempt,
    RegradePreview,
    RegradeStarted,
    ResultShown,
    SaveAnswers,
    Saved,
    SetMark,
    Submit,
)
from rest.assessment.sittings import Sheet, Sitting
from rest.assessment.tables import Attempt, Quiz
from rest.courses.access import enter_course_of
from rest.db import InUnit, Unit
from rest.identity.policy import Action
from rest.identity.principal import GUARDED, Caller, Principal
from rest.people import sealed
from rest.people.tables import Person
from rest.platform.deps import InLimiter, InVault, piece
from rest.platform.paging import Page, Paging
from rest.platform.ratelimit import ASSESSMENT
from rest.platform.routing import router
from rest.platform.rows import missing
from rest.trust.audit import audit

routes = router("assessment")

InContents = Annotated[Contents, piece("contents")]


def own_attempt(find: Callable[[Unit, Principal, UUID], Awaitable[object]]) -> Any:
    """Dependency for routes with ``{attempt_id}``: one's own attempt, as ``find`` gives it."""

    async def decide(who: Caller, unit: InUnit, limiter: InLimiter, attempt_id: UUID) -> object:
        limiter.check(ASSESSMENT, f"{who.tenant}/{who.person}")
        return await find(unit, who, attempt_id)

    setattr(decide, GUARDED, Action.ATTEMPT)
    return Depends(decide)


Own = Annotated[Sitting, own_attempt(sittings.own)]
OwnLocked = Annotated[Sitting, own_attempt(partial(sittings.own, lock=True))]
OwnSheet = Annotated[Sheet, own_attempt(sittings.own_sheet)]


@dataclass(frozen=True, slots=True)
class Looking:
    """Somebody of the staff at an attempt, and why they may."""

    who: Principal
    attempt: Attempt
    quiz: Quiz
    ground: str


async def look(unit: Unit, who: Principal, attempt_id: UUID, action: Action, lock: bool) -> Looking:
    """Staff at an attempt of their course; raise `NotFound` or `Forbidden`."""
    query = (
        select(Attempt, Quiz)
        .join(Quiz, (Quiz.tenant == Attempt.tenant) & (Quiz.id == Attempt.quiz_id))
        .where(Attempt.tenant == unit.tenant, Attempt.id == attempt_id, Quiz.deleted_at.is_(None))
    )
    row = (await unit.session.execute(query.with_for_update(of=Attempt, key_share=True) if lock else query)).first()
    if row is None:
        raise missing("attempt")
    access = await enter_course_of(unit, who, row.Attempt.course_id, action, "attempt")
    return Looking(who, row.Attempt, row.Quiz, access.ground)


def staff_at(action: Action, lock: bool = False) -> Any:
    """Dependency for routes with ``{attempt_id}``: a `Looking`."""

    async def decide(who: Caller, unit: InUnit, attempt_id: UUID) -> Looking:
        return await look(unit, who, attempt_id, action, lock)

    setattr(decide, GUARDED, action)
    return Depends(decide)


Viewer = Annotated[Looking, staff_at(Action.GRADES_READ)]
Marker = Annotated[Looking, staff_at(Action.GRADE, lock=True)]


@routes.post(
    "/quizzes/{quiz_id}/attempts", status_code=201, responses={200: {"model": AttemptShown, "description": "It runs"}}
)
async def start(
    response: Response, access: QuizTaker, unit: InUnit, contents: InContents, limiter: InLimiter
) -> AttemptShown:
    """Begin an attempt, or go on with the one that runs (200): asking twice begins one."""
    limiter.check(ASSESSMENT, f"{access.who.tenant}/{access.who.person}")
    shown, made = await sittings.start(unit, access, contents)
    response.status_code = 201 if made else 200
    return shown


@routes.get("/quizzes/{quiz_id}/attempts/mine")
async def list_own(access: QuizTaker, unit: InUnit) -> list[OwnAttempt]:
    """One's own attempts at a quiz, with scores when those are out."""
    return await results.own_list(unit, access.quiz, access.who.person)


@routes.get("/quizzes/{quiz_id}/attempts")
async def list_attempts(
    paging: Paging,
    access: ResultsReader,
    unit: InUnit,
    vault: InVault,
    status: Annotated[AttemptStatus | None, Query()] = None,
    needs_manual: Annotated[bool | None, Query()] = None,
) -> Page[AttemptListed]:
    """Everybody's attempts, in the order they were begun."""
    query = (
        select(Attempt, Person)
        .join(Person, (Person.tenant == Attempt.tenant) & (Person.id == Attempt.person_id))
        .where(Attempt.tenant == unit.tenant, Attempt.quiz_id == access.quiz.id)
    )
    query = query if status is None else query.where(Attempt.status == status)
    query = query if needs_manual is None else query.where(Attempt.needs_manual == needs_manual)
    rows = (await unit.session.execute(paging.select(query, (Attempt.id, UUID)))).all()
    audit(unit, access.who, "attempts.read", f"quiz:{access.quiz.id}", why=access.ground, count=len(rows))

    def show(row: Any) -> AttemptListed:
        attempt, name = row.Attempt, sealed.name(vault, row.Person)
        fields = {field: getattr(attempt, field) for field in AttemptListed.model_fields if field != "name"}
        return AttemptListed(**fields, name=name)

    return paging.page(rows, show, lambda row: (row.Attempt.id,))


@routes.get("/quizzes/{quiz_id}/regrade")
async def preview_regrade(access: QuizGrader, unit: InUnit, contents: InContents) -> RegradePreview:
    """What grading again with the newest versions of the questions would change; nothing changes yet."""
    return await marking.preview(unit, contents, access)


@routes.post("/quizzes/{quiz_id}/regrade", status_code=202)
async def regrade(access: QuizGrader, unit: InUnit) -> RegradeStarted:
    """Take up the newest versions of the questions, and grade every attempt that ended again, in the background."""
    return RegradeStarted(attempts=await marking.regrade(unit, access))


@routes.get("/attempts/{attempt_id}")
async def get_attempt(sitting: Own, unit: InUnit, contents: InContents) -> AttemptShown:
    """One's own attempt to go on with: questions and what is saved."""
    return await sittings.show(unit, sitting, contents)


@routes.put("/attempts/{attempt_id}/answers")
async def save_answers(body: SaveAnswers, sheet: OwnSheet, unit: InUnit) -> Saved:
    """Save answers; what comes back is durable. Send again what was not acknowledged, in any order, as often as you
    like: of each question the highest ``seq`` stays."""
    return await sittings.save(unit, sheet, body.answers)


@routes.post("/attempts/{attempt_id}/submit")
async def submit(body: Submit, sitting: OwnLocked, unit: InUnit, contents: InContents) -> AttemptHead:
    """Hand an attempt in, with last answers. Safe to repeat."""
    return AttemptHead.model_validate(await sittings.hand_in(unit, sitting, contents, body.answers))


@routes.get("/attempts/{attempt_id}/result")
async def get_result(sitting: Own, unit: InUnit, contents: InContents) -> ResultShown:
    """What one may see of one's own result by now."""
    return await results.for_student(unit, contents, sitting.attempt, sitting.quiz)


@routes.get("/attempts/{attempt_id}/review")
async def review(looking: Viewer, unit: InUnit, contents: InContents) -> ResultShown:
    """An attempt as staff see it: answers, keys, points."""
    attempt = looking.attempt
    subject = f"attempt:{attempt.id}"
    audit(unit, looking.who, "attempt.read", subject, person=attempt.person_id, why=looking.ground)
    return await results.for_staff(unit, contents, attempt, looking.quiz)


@routes.put("/attempts/{attempt_id}/marks/{item_id}")
async def set_mark(item_id: UUID, body: SetMark, looking: Marker, unit: InUnit, contents: InContents) -> ResultShown:
    """Give points for a question, such as an essay; they stand over what was computed."""
    args = (unit, contents, looking.who, looking.ground, looking.attempt, looking.quiz)
    attempt = await marking.mark(*args, item_id, body)
    return await results.for_staff(unit, contents, attempt, looking.quiz)


@routes.delete("/attempts/{attempt_id}/marks/{item_id}")
async def remove_mark(item_id: UUID, looking: Marker, unit: InUnit, contents: InContents) -> ResultShown:
    """Have what was computed count again."""
    args = (unit, contents, looking.who, looking.ground, looking.attempt, looking.quiz)
    attempt = await marking.unmark(*args, item_id)
    return await results.for_staff(unit, contents, attempt, looking.quiz)
