"""Quizzes: making, changing, publishing, deleting; accommodations."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert

from rest.assessment import bank
from rest.assessment.access import QuizAccess, accommodations_in, window_of
from rest.assessment.errors import AssessmentError
from rest.assessment.points import total
from rest.assessment.schemas import (
    AccommodationShown,
    ChosenItems,
    EditQuiz,
    NewQuiz,
    Pool,
    QuizHead,
    QuizShown,
    SetAccommodation,
)
from rest.assessment.tables import AccommodationRow, Attempt, ItemRow, Quiz
from rest.assessment.windows import NONE, Window, ends, for_student
from rest.courses.access import CourseAccess
from rest.courses.tables import Enrolment, Module
from rest.db import Unit
from rest.platform.rows import add, find, missing, revise
from rest.problems import Conflict, Unprocessable
from rest.trust.audit import audit

TIMES = ("opens_at", "due_at", "closes_at", "minutes")
MOST_QUESTIONS = 500


def show_head(quiz: Quiz, window: Window) -> QuizHead:
    """A quiz as it is for who has ``window``."""
    minutes = window.time_limit.total_seconds() / 60 if window.time_limit else None
    times = {"opens_at": window.opens, "due_at": window.due, "closes_at": window.closes, "minutes": minutes}
    plain = {name: getattr(quiz, name) for name in QuizHead.model_fields if name not in times}
    return QuizHead(**plain | times | {"attempts": window.attempts, "maximum": float(quiz.maximum)})


def show(quiz: Quiz) -> QuizShown:
    """A quiz as staff see it."""
    plain = {name: getattr(quiz, name) for name in QuizShown.model_fields if name != "questions"}
    questions = None if quiz.plan is None else sum(part["draw"] or len(part["items"]) for part in quiz.plan)
    return QuizShown.model_validate(plain | {"questions": questions, "maximum": float(quiz.maximum)})


async def make(unit: Unit, access: CourseAccess, asked: NewQuiz) -> Quiz:
    """A draft."""
    await _check_module(unit, access, asked.module_id)
    values = asked.model_dump() | {"parts": asked.model_dump(mode="json")["parts"]}
    await _check_items(unit, access.course.id, asked.parts)
    nothing = {"course_id": access.course.id, "status": "draft", "maximum": Decimal(0)}
    quiz = await add(unit, Quiz, **nothing, **values)
    _check(quiz)
    audit(unit, access.who, "quiz.made", f"quiz:{quiz.id}", why=access.ground)
    return quiz


async def edit(unit: Unit, access: QuizAccess, version: int, asked: EditQuiz) -> Quiz:
    """Change a quiz; publish it, or take it back."""
    changes = asked.changes("module_id", "opens_at", "due_at", "closes_at", "minutes")
    await _check_module(unit, access.in_course, asked.module_id)
    if asked.parts is not None:
        changes["parts"] = asked.model_dump(mode="json")["parts"]
        await _check_items(unit, access.quiz.course_id, asked.parts)
    fields = sorted(changes)
    await _settle(unit, access, asked, changes)
    quiz = await revise(unit, Quiz, access.quiz.id, version, "quiz", **changes)
    _check(quiz)
    if any(name in changes for name in TIMES):
        await retime(unit, quiz)
    audit(unit, access.who, "quiz.edited", f"quiz:{quiz.id}", why=access.ground, fields=fields)
    return quiz


async def _settle(unit: Unit, access: QuizAccess, asked: EditQuiz, changes: dict[str, Any]) -> None:
    """What publishing, taking back, or other questions mean for the plan."""
    published = access.quiz.status == "published"
    other_parts = "parts" in changes and changes["parts"] != access.quiz.parts
    taken_back = published and asked.status == "draft"
    if published and (other_parts or taken_back) and await has_begun(unit, access.quiz):
        raise Conflict(
            "quiz-begun", "Somebody has begun this quiz: its questions stay. Change a question, and grade again."
        )
    if taken_back:
        changes |= {"plan": None}
    elif other_parts if published else asked.status == "published":
        plan = await _plan(unit, access.quiz.course_id, changes.get("parts", access.quiz.parts))
        changes |= {"plan": plan, "maximum": worth(plan)}


async def has_begun(unit: Unit, quiz: Quiz) -> bool:
    """Whether there is an attempt."""
    here = (Attempt.tenant == unit.tenant, Attempt.quiz_id == quiz.id)
    return await unit.session.scalar(select(Attempt.id).where(*here).limit(1)) is not None


def _check(quiz: Quiz) -> None:
    try:
        window_of(quiz)
    except AssessmentError as error:
        raise Unprocessable(error.code, f"{error}.") from None


async def _check_module(unit: Unit, access: CourseAccess, module: UUID | None) -> None:
    if module is not None:
        await find(unit, Module, module, "module", Module.course_id == access.course.id)


async def _check_items(unit: Unit, course: UUID, parts: Sequence[ChosenItems | Pool]) -> None:
    """Raise unless every question named is in the bank of the course, each once."""
    named = [item for part in parts if isinstance(part, ChosenItems) for item in part.items]
    if len(set(named)) != len(named):
        raise Unprocessable("bad-settings", "A question stands twice in this quiz.")
    if len(named) > MOST_QUESTIONS:
        raise Unprocessable("bad-settings", f"A quiz has {MOST_QUESTIONS} questions at most.")
    here = select(ItemRow.id).where(*bank.in_bank(unit.tenant, course), ItemRow.id.in_(named))
    if named and len((await unit.session.scalars(here)).all()) != len(named):
        raise missing("item")
    for part in parts:
        if isinstance(part, ChosenItems) and part.draw > len(part.items):
            raise Unprocessable("bad-settings", f"A part draws {part.draw} of {len(part.items)} questions.")


async def _plan(unit: Unit, course: UUID, parts: Sequence[dict[str, Any]]) -> list[Any]:
    """Which versions of which questions the parts come to now. A question two parts name belongs to the first."""
    taken: set[UUID] = set()
    plan: list[Any] = []
    for part in parts:
        rows = [row for row in await _rows(unit, course, part) if row.id not in taken]
        taken |= {row.id for row in rows}
        if not rows or part["draw"] > len(rows):
            raise Conflict("too-few-items", f"A part needs {part['draw'] or 1} questions; there are {len(rows)}.")
        plan.append({"items": [_entry(row, part["points"]) for row in rows], "draw": part["draw"]})
    if not plan or len(taken) > MOST_QUESTIONS:
        raise Conflict("too-few-items", f"A quiz that is published has 1 to {MOST_QUESTIONS} questions.")
    return plan


async def _rows(unit: Unit, course: UUID, part: dict[str, Any]) -> list[ItemRow]:
    query = select(ItemRow).where(*bank.in_bank(unit.tenant, course))
    if "tags" in part:
        query = query.where(ItemRow.tags.contains(part["tags"])).order_by(ItemRow.id).limit(MOST_QUESTIONS + 1)
        return list((await unit.session.scalars(query)).all())
    ids = [UUID(id) for id in part["items"]]
    found = {row.id: row for row in (await unit.session.scalars(query.where(ItemRow.id.in_(ids)))).all()}
    if len(found) != len(ids):
        raise Conflict("item-gone", "A question of this quiz was deleted; take it out first.")
    return [found[id] for id in ids]


def _entry(row: ItemRow, points: str | None) -> dict[str, Any]:
    worth = row.points if points is None else points
    return {
        "id": str(row.id),
        "version": row.version,
        "kind": row.kind,
        "points": str(worth),
        "own": points is not None,
    }


def worth(plan: list[Any]) -> Decimal:
    """The points of a full paper; where questions of a pool differ, those of the most valuable ones."""
    return total(value for part in plan for value in _values(part)[: part["draw"] or None])


def _values(part: dict[str, Any]) -> list[Decimal]:
    return sorted((Decimal(entry["points"]) for entry in part["items"]), reverse=True)


async def remove(unit: Unit, access: QuizAccess) -> None:
    """Delete a quiz; what was answered is purged with it, later."""
    gone = update(Quiz).where(Quiz.tenant == unit.tenant, Quiz.id == access.quiz.id)
    await unit.session.execute(gone.values(deleted_at=unit.now, version=Quiz.version + 1, updated_at=unit.now))
    audit(unit, access.who, "quiz.deleted", f"quiz:{access.quiz.id}", why=access.ground)


async def release(unit: Unit, access: QuizAccess) -> Quiz:
    """Have everybody see their results, of a quiz that waits for it. Safe to repeat."""
    here = update(Quiz).where(Quiz.tenant == unit.tenant, Quiz.id == access.quiz.id, Quiz.released_at.is_(None))
    values = {"released_at": unit.now, "version": Quiz.version + 1, "updated_at": unit.now}
    row = await unit.session.scalar(here.values(**values).returning(Quiz))
    if row is None:
        return access.quiz
    audit(unit, access.who, "quiz.released", f"quiz:{row.id}", why=access.ground)
    return row


async def accommodate(unit: Unit, access: CourseAccess, person: UUID, asked: SetAccommodation) -> AccommodationShown:
    """Give somebody of the course more time, later ends or more attempts; attempts that are running get them too."""
    enrolled = (Enrolment.tenant == unit.tenant, Enrolment.course_id == access.course.id)
    if await unit.session.scalar(select(Enrolment.id).where(*enrolled, Enrolment.person_id == person)) is None:
        raise missing("person")
    quizzes = await _concerned(unit, access, asked.quiz_id)
    keys = {"tenant": unit.tenant, "course_id": access.course.id, "person_id": person, "quiz_id": asked.quiz_id}
    values = asked.model_dump(exclude={"quiz_id"}) | {"updated_at": unit.now}
    new = insert(AccommodationRow).values(id=unit.ids.new(), **keys, **values)
    new = new.on_conflict_do_update(constraint="accommodations_once", set_=values).returning(AccommodationRow)
    row = (await unit.session.scalars(new)).one()
    for quiz in quizzes:
        await retime(unit, quiz, person)
    audit(unit, access.who, "accommodation.set", f"course:{access.course.id}", person=person, why=access.ground)
    return AccommodationShown.model_validate(row)


async def end_accommodation(unit: Unit, access: CourseAccess, id: UUID) -> None:
    """Take an accommodation back; attempts that are running lose it too."""
    mine = (AccommodationRow.tenant == unit.tenant, AccommodationRow.course_id == access.course.id)
    row = await unit.session.scalar(
        delete(AccommodationRow).where(*mine, AccommodationRow.id == id).returning(AccommodationRow)
    )
    if row is None:
        raise missing("accommodation")
    for quiz in await _concerned(unit, access, row.quiz_id):
        await retime(unit, quiz, row.person_id)
    subject = f"course:{access.course.id}"
    audit(unit, access.who, "accommodation.ended", subject, person=row.person_id, why=access.ground)


async def _concerned(unit: Unit, access: CourseAccess, quiz: UUID | None) -> list[Quiz]:
    """One quiz of the course, or those that run right now."""
    if quiz is not None:
        return [await find(unit, Quiz, quiz, "quiz", Quiz.course_id == access.course.id)]
    running = (Attempt.tenant == unit.tenant, Attempt.course_id == access.course.id, Attempt.status == "running")
    here = Quiz.id.in_(select(Attempt.quiz_id).where(*running).scalar_subquery())
    return list((await unit.session.scalars(select(Quiz).where(Quiz.tenant == unit.tenant, here))).all())


async def retime(unit: Unit, quiz: Quiz, person: UUID | None = None) -> None:
    """Have attempts that are running (of one person) end when the quiz and the accommodations now say."""
    here = [Attempt.tenant == unit.tenant, Attempt.quiz_id == quiz.id, Attempt.status == "running"]
    here += [] if person is None else [Attempt.person_id == person]
    given = await accommodations_in(unit, quiz)
    for row in (await unit.session.scalars(select(Attempt).where(*here).with_for_update(key_share=True))).all():
        window = for_student(window_of(quiz), given.get(row.person_id, NONE))
        mine = update(Attempt).where(Attempt.tenant == unit.tenant, Attempt.id == row.id)
        await unit.session.execute(mine.values(ends_at=ends(window, row.started_at)))
