"""Results as they may be seen: all of it by staff, by students what the quiz shows and when it shows it."""

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from rest.assessment import shown
from rest.assessment.access import windows_for
from rest.assessment.bank import Contents
from rest.assessment.items import Item
from rest.assessment.marking import graded_items, marks_of
from rest.assessment.schemas import Shows
from rest.assessment.schemas_attempts import AttemptHead, ItemResult, OwnAttempt, RemarkShown, ResultShown
from rest.assessment.sittings import paper_items, saved_answers, shown_question
from rest.assessment.tables import AccommodationRow, Attempt, Mark, Quiz
from rest.assessment.windows import may_start
from rest.db import Unit

HEAD = tuple(AttemptHead.model_fields)


async def is_out(unit: Unit, quiz: Quiz) -> bool:
    """Whether students see results of a quiz. One that waits for its closing waits for the last who has longer."""
    if quiz.released_at is not None or quiz.release == "submitted":
        return True
    if quiz.release == "released" or quiz.closes_at is None:
        return False
    return unit.now >= quiz.closes_at + timedelta(minutes=await _latest(unit, quiz))


async def _latest(unit: Unit, quiz: Quiz) -> int:
    """By how many minutes the last of those with an accommodation may close after the others."""
    here = (AccommodationRow.tenant == unit.tenant, AccommodationRow.course_id == quiz.course_id)
    for_it = AccommodationRow.quiz_id.is_(None) | (AccommodationRow.quiz_id == quiz.id)
    return await unit.session.scalar(select(func.max(AccommodationRow.later_minutes)).where(*here, for_it)) or 0


async def shows(unit: Unit, attempt: Attempt, quiz: Quiz) -> Shows | None:
    """What the student may see of an attempt; None: nothing yet. Keys wait until no attempt is left."""
    if attempt.status != "graded" or not await is_out(unit, quiz):
        return None
    if quiz.shows == "key" and await _may_try_again(unit, attempt, quiz):
        return "feedback"
    return quiz.shows  # type: ignore[return-value]


async def _may_try_again(unit: Unit, attempt: Attempt, quiz: Quiz) -> bool:
    here = (Attempt.tenant == unit.tenant, Attempt.quiz_id == quiz.id, Attempt.person_id == attempt.person_id)
    statuses = (await unit.session.scalars(select(Attempt.status).where(*here))).all()
    window = (await windows_for(unit, [quiz], attempt.person_id))[quiz.id]
    return "running" in statuses or may_start(window, unit.now, len(statuses)) == "ok"


async def own_list(unit: Unit, quiz: Quiz, person: UUID) -> list[OwnAttempt]:
    """The attempts of one person, the first one first, with scores when those are out."""
    here = (Attempt.tenant == unit.tenant, Attempt.quiz_id == quiz.id, Attempt.person_id == person)
    rows = (await unit.session.scalars(select(Attempt).where(*here).order_by(Attempt.number))).all()
    out = await is_out(unit, quiz)
    return [OwnAttempt(**_head(row), **_sum(row, out and row.status == "graded")) for row in rows]


async def for_student(unit: Unit, contents: Contents, attempt: Attempt, quiz: Quiz) -> ResultShown:
    """A result as its student may see it now."""
    allowed = await shows(unit, attempt, quiz)
    items = [] if allowed is None else await _items(unit, contents, attempt, quiz, allowed)
    return _result(attempt, allowed, items)


async def for_staff(unit: Unit, contents: Contents, attempt: Attempt, quiz: Quiz) -> ResultShown:
    """All of a result, and the answers of an attempt that is not graded yet."""
    return _result(attempt, "key", await _items(unit, contents, attempt, quiz, "key"))


def _result(attempt: Attempt, allowed: Shows | None, items: list[ItemResult]) -> ResultShown:
    about = {"person_id": attempt.person_id, "needs_manual": allowed is not None and attempt.needs_manual}
    return ResultShown(**_head(attempt), **_sum(attempt, allowed is not None), **about, shows=allowed, items=items)


def _head(attempt: Attempt) -> dict[str, Any]:
    return {name: getattr(attempt, name) for name in HEAD}


def _sum(attempt: Attempt, visible: bool) -> dict[str, Any]:
    known = visible and attempt.score is not None and attempt.maximum is not None
    return {"score": _number(attempt.score, known), "maximum": _number(attempt.maximum, known)}


def _number(value: Decimal | None, known: bool) -> float | None:
    return float(value) if known and value is not None else None


async def _items(unit: Unit, contents: Contents, attempt: Attempt, quiz: Quiz, allowed: Shows) -> list[ItemResult]:
    answers = {str(row.item_id): json.loads(row.response) for row in await saved_answers(unit, attempt.id)}
    marks = {str(row.item_id): row for row in await marks_of(unit, attempt.id)}
    graded = await graded_items(unit, contents, attempt, quiz)
    found = attempt.result or {}
    listed: list[ItemResult] = []
    for entry, item in await paper_items(unit, attempt, contents):
        name = entry["item"]
        one = _graded(found.get(name), allowed) | _key(graded[name], allowed) | _mark(marks.get(name), allowed)
        question = shown_question(entry, item)
        listed.append(ItemResult(item=UUID(name), question=question, response=answers.get(name), **one))
    return listed


def _graded(one: dict[str, Any] | None, allowed: Shows) -> dict[str, Any]:
    if one is None:
        return {"score": None, "maximum": None, "needs_manual": False, "feedback": []}
    remarks = [RemarkShown(code=code, about=about) for code, *about in one["feedback"]] if allowed != "score" else []
    points = {"score": float(one["score"]), "maximum": float(one["maximum"])}
    return points | {"needs_manual": one["needs_manual"], "feedback": remarks}


def _key(item: Item, allowed: Shows) -> dict[str, Any]:
    return {"key": shown.key(item) if allowed == "key" else None}


def _mark(mark: Mark | None, allowed: Shows) -> dict[str, Any]:
    if mark is None or allowed == "score":
        return {}
    return {"mark": float(mark.score), "comment": mark.comment}
