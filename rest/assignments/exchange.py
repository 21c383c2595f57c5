"""Questions of a course in and out as QTI 2.1, and how the questions of a quiz did."""

import asyncio
from collections.abc import AsyncIterable, Sequence
from dataclasses import asdict
from fractions import Fraction
from typing import Any
from uuid import UUID

from sqlalchemy import select

from rest.assessment.analysis import analyse, distractors
from rest.assessment.bank import Contents, in_bank, make_item
from rest.assessment.errors import AssessmentError
from rest.assessment.items import Item, MultipleChoice, SingleChoice
from rest.assessment.qti.package import MOST_BYTES, Imported, read_package, write_package
from rest.assessment.qti.reader import read_item
from rest.assessment.responses import Chosen, decode_response
from rest.assessment.schemas import NewItem
from rest.assessment.tables import Answer, Attempt, ItemRow, Quiz
from rest.assessment.wire import dump_item, load_item
from rest.assignments.schemas_exchange import AnalysisShown, DistractorShown, ImportShown, QuestionShown, Refusal
from rest.courses.access import CourseAccess
from rest.db import Unit
from rest.problems import TooLarge, Unprocessable
from rest.trust.audit import audit

MOST_ITEMS = 2_000
ZIP = b"PK"
TOLD = 5
"""Reasons named when nothing is taken."""


async def receive(body: AsyncIterable[bytes]) -> bytes:
    """The bytes of a package; raise `TooLarge`."""
    data = bytearray()
    async for chunk in body:
        data += chunk
        if len(data) > MOST_BYTES:
            raise TooLarge("package-too-large", f"A package may have {MOST_BYTES} bytes.")
    return bytes(data)


async def read(data: bytes) -> Imported:
    """The questions of a package or of one file; raise `Unprocessable`."""
    try:
        if data.startswith(ZIP):
            return await asyncio.to_thread(read_package, data)
        return Imported((await asyncio.to_thread(read_item, data),), ())
    except AssessmentError as error:
        raise Unprocessable("bad-package", f"That cannot be read: {error}.") from None


async def take_in(unit: Unit, access: CourseAccess, found: Imported, tags: list[str], partial: bool) -> ImportShown:
    """Make the questions of ``found``; unless ``partial``, all of them or none."""
    refused = [Refusal(file=file[:500], reason=reason[:500]) for file, reason in found.refused]
    if refused and not partial:
        told = "; ".join(f"{one.file}: {one.reason}" for one in refused[:TOLD])
        words = f"{len(refused)} questions cannot be used, and nothing was taken: {told}"
        raise Unprocessable("questions-refused", words)
    asked = [NewItem(content=dump_item(item), tags=tags) for item in found.items]
    made = [(await make_item(unit, access, one)).id for one in asked]
    audit(unit, access.who, "items.imported", f"course:{access.course.id}", why=access.ground, count=len(made))
    return ImportShown(made=made, refused=refused)


async def package(unit: Unit, access: CourseAccess, tags: Sequence[str]) -> bytes:
    """The questions of the course that have all of ``tags``, as a package."""
    query = select(ItemRow).where(*in_bank(unit.tenant, access.course.id))
    query = query.where(ItemRow.tags.contains(list(tags))) if tags else query
    rows = (await unit.session.scalars(query.order_by(ItemRow.id).limit(MOST_ITEMS + 1))).all()
    if len(rows) > MOST_ITEMS:
        raise Unprocessable("too-many-items", f"A package holds {MOST_ITEMS} questions at most; name a tag.")
    items = [load_item(row.id, row.content) for row in rows]
    audit(unit, access.who, "items.exported", f"course:{access.course.id}", why=access.ground, count=len(items))
    return await asyncio.to_thread(write_package, items)


async def analysis(unit: Unit, contents: Contents, quiz: Quiz) -> AnalysisShown:
    """The questions of a quiz by the last graded attempt of each student."""
    here = (Attempt.tenant == unit.tenant, Attempt.quiz_id == quiz.id, Attempt.status == "graded")
    query = select(Attempt.person_id, Attempt.id, Attempt.result).where(*here).order_by(Attempt.number)
    last = {str(row.person_id): (row.id, row.result or {}) for row in await unit.session.execute(query)}
    marks = {person: _shares(result) for person, (_, result) in last.items()}
    found = await asyncio.to_thread(analyse, marks)
    items = await _items(unit, contents, quiz)
    picks = await _picks(unit, {id: _mean(marks[person]) for person, (id, _) in last.items()})
    questions = [
        QuestionShown(
            item_id=UUID(one.item),
            title=items[one.item].title or items[one.item].prompt[:120] if one.item in items else "",
            answers=one.answers,
            difficulty=round(one.difficulty, 4),
            discrimination=_rounded(one.discrimination),
            upper_lower=_rounded(one.upper_lower),
            flags=list(one.flags),
            choices=_choices(items.get(one.item), picks.get(one.item, [])),
        )
        for one in found.questions
    ]
    return AnalysisShown(
        students=found.students,
        mean=round(found.mean, 4),
        deviation=round(found.deviation, 4),
        alpha=_rounded(found.alpha),
        questions=questions,
    )


def _shares(result: dict[str, Any]) -> dict[str, float]:
    """Share of each question that is settled and worth something."""
    settled = {name: one for name, one in result.items() if not one["needs_manual"] and Fraction(one["maximum"])}
    return {name: float(Fraction(one["score"]) / Fraction(one["maximum"])) for name, one in settled.items()}


def _mean(shares: dict[str, float]) -> float:
    return sum(shares.values()) / len(shares) if shares else 0.0


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


async def _items(unit: Unit, contents: Contents, quiz: Quiz) -> dict[str, Item]:
    planned = [(UUID(entry["id"]), entry["version"]) for part in quiz.plan or () for entry in part["items"]]
    return {str(id): item for (id, _), item in (await contents.of(unit, planned)).items()}


async def _picks(unit: Unit, attempts: dict[UUID, float]) -> dict[str, list[tuple[float, Sequence[str]]]]:
    """By question: the share of the whole paper and the choices picked, of each attempt."""
    here = (Answer.tenant == unit.tenant, Answer.attempt_id.in_(attempts))
    found: dict[str, list[tuple[float, Sequence[str]]]] = {}
    for row in await unit.session.execute(select(Answer.attempt_id, Answer.item_id, Answer.response).where(*here)):
        response = decode_response(row.response.encode())
        if isinstance(response, Chosen):
            found.setdefault(str(row.item_id), []).append((attempts[row.attempt_id], response.choices))
    return found


def _choices(item: Item | None, picks: list[tuple[float, Sequence[str]]]) -> list[DistractorShown]:
    if not isinstance(item, SingleChoice | MultipleChoice):
        return []
    keys = {item.key} if isinstance(item, SingleChoice) else set(item.keys)
    texts = {choice.id: choice.text for choice in item.choices}
    counted = distractors(picks, list(texts))
    return [DistractorShown(**asdict(one), text=texts[one.choice], right=one.choice in keys) for one in counted]
