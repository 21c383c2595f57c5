"""Answers as they are graded, for whoever learns from them: kept in ``answer_events`` and told in the same unit.

A listener runs inside the unit that grades: what it writes is committed with the marks or not at all, so it shows in
the next request. It gets each answer once; an answer graded again with another result comes again, ``again`` set.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from rest.assessment.tables import AnswerEvent
from rest.db import Unit


@dataclass(frozen=True, slots=True)
class Answered:
    """Somebody's graded answer: ``share`` of the points from 0 to 1, ``at`` when the attempt was handed in."""

    course: UUID
    quiz: UUID
    attempt: UUID
    item: UUID
    person: UUID
    skills: tuple[str, ...]
    share: float
    at: datetime
    again: bool = False


Listener = Callable[[Unit, Sequence[Answered]], Awaitable[None]]

_listeners: list[Listener] = []


def on_answered(listener: Listener) -> None:
    """Have ``listener`` told of every answer graded in this process. Called once, at import."""
    if listener not in _listeners:
        _listeners.append(listener)


async def tell(unit: Unit, answers: Sequence[Answered]) -> None:
    """Keep ``answers`` (all of one attempt) and tell the listeners what is new about them."""
    if not answers:
        return
    here = (AnswerEvent.tenant == unit.tenant, AnswerEvent.attempt_id == answers[0].attempt)
    known = dict((await unit.session.execute(select(AnswerEvent.item_id, AnswerEvent.share).where(*here))).all())
    fresh = [_told(one, known) for one in answers if known.get(one.item) != one.share]
    if not fresh:
        return
    new = insert(AnswerEvent)
    changed = {"share": new.excluded.share, "skills": new.excluded.skills}
    columns = ["tenant", "attempt_id", "item_id"]
    await unit.session.execute(
        new.on_conflict_do_update(index_elements=columns, set_=changed), [_row(unit, one) for one in fresh]
    )
    for listener in _listeners:
        await listener(unit, fresh)


def _told(one: Answered, known: dict[UUID, float]) -> Answered:
    if one.item not in known:
        return one
    return Answered(one.course, one.quiz, one.attempt, one.item, one.person, one.skills, one.share, one.at, again=True)


def _row(unit: Unit, one: Answered) -> dict[str, Any]:
    return {
        "tenant": unit.tenant,
        "course_id": one.course,
        "quiz_id": one.quiz,
        "attempt_id": one.attempt,
        "item_id": one.item,
        "person_id": one.person,
        "skills": list(one.skills),
        "share": one.share,
        "at": one.at,
    }
