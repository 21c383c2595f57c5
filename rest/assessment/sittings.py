"""Taking a quiz: start, save, read back, hand in, and running out of time.

Saves of one attempt, and its end, come one after the other (its row is locked): what was acknowledged before the end is
in what is graded.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from msgspec import structs
from sqlalchemy import Row, bindparam, func, select
from sqlalchemy.dialects.postgresql import insert

from rest.assessment import marking, shown
from rest.assessment.access import QuizAccess, windows_for
from rest.assessment.bank import Contents, Version
from rest.assessment.items import Item
from rest.assessment.papers import Part, Plan, draw_paper
from rest.assessment.responses import SHAPES
from rest.assessment.schemas_attempts import (
    AttemptShown,
    QuestionShown,
    Save,
    Saved,
    SavedAnswer,
    SavedSeq,
)
from rest.assessment.tables import Answer, Attempt, Quiz
from rest.assessment.windows import GRACE, Verdict, Window, ends, may_start
from rest.assessment.wire import read_response
from rest.courses.tables import Course, Enrolment
from rest.db import Database, Unit
from rest.identity.policy import Action, Role
from rest.identity.principal import Principal
from rest.platform.prepared import Prepared
from rest.platform.rows import missing
from rest.problems import Conflict, Problem, Unprocessable

SHAPE_OF = {shown.kind_of(item): shape for item, shape in SHAPES.items()}
SWEEP = 200
"""Attempts ended in one go."""

WORDS: dict[Verdict, str] = {
    "not-open": "This quiz is not open yet.",
    "closed": "This quiz is closed.",
    "no-attempts-left": "You have used all your attempts at this quiz.",
    "time-up": "Your time is up: what was saved is handed in, later answers are not taken.",
}


@dataclass(frozen=True, slots=True)
class Sitting:
    """One's own attempt with its quiz."""

    attempt: Attempt
    quiz: Quiz


def refused(verdict: Verdict) -> Problem:
    """Why an attempt cannot be begun or gone on with."""
    return Conflict(verdict, WORDS[verdict])


_TAKING = (Enrolment.tenant == Attempt.tenant) & (Enrolment.course_id == Attempt.course_id)
_THERE = (Quiz.deleted_at.is_(None), Course.deleted_at.is_(None), Course.status != "draft")


async def own(unit: Unit, who: Principal, attempt: UUID, lock: bool = False) -> Sitting:
    """The caller's attempt; raise `NotFound`, or `Forbidden` for who is no student of the course any more."""
    query = (
        select(Attempt, Quiz, Enrolment.role)
        .join(Quiz, (Quiz.tenant == Attempt.tenant) & (Quiz.id == Attempt.quiz_id))
        .join(Course, (Course.tenant == Attempt.tenant) & (Course.id == Attempt.course_id))
        .join(Enrolment, _TAKING & (Enrolment.person_id == Attempt.person_id) & (Enrolment.status == "active"))
        .where(Attempt.tenant == unit.tenant, Attempt.id == attempt, Attempt.person_id == who.person)
        .where(*_THERE)
    )
    row = (await unit.session.execute(query.with_for_update(of=Attempt, key_share=True) if lock else query)).first()
    if row is None:
        raise missing("attempt")
    who.need(Action.ATTEMPT, Role(row.role))
    return Sitting(row.Attempt, row.Quiz)


@dataclass(frozen=True, slots=True)
class Sheet:
    """What saving needs of one's own attempt, whose row is locked."""

    id: UUID
    person_id: UUID
    status: str
    ends_at: datetime | None
    paper: list[dict[str, Any]]


_SHEET = Prepared(
    select(Attempt.id, Attempt.person_id, Attempt.status, Attempt.ends_at, Attempt.paper, Enrolment.role)
    .join(Quiz, (Quiz.tenant == Attempt.tenant) & (Quiz.id == Attempt.quiz_id))
    .join(Course, (Course.tenant == Attempt.tenant) & (Course.id == Attempt.course_id))
    .join(Enrolment, _TAKING & (Enrolment.person_id == Attempt.person_id) & (Enrolment.status == "active"))
    .where(Attempt.tenant == bindparam("tenant"), Attempt.id == bindparam("attempt"))
    .where(Attempt.person_id == bindparam("person"), *_THERE)
    .with_for_update(of=Attempt, key_share=True)
)


async def own_sheet(unit: Unit, who: Principal, attempt: UUID) -> Sheet:
    """`own`, locked, but only what saving needs."""
    row = await _SHEET.row(unit, tenant=unit.tenant, attempt=attempt, person=who.person)
    if row is None:
        raise missing("attempt")
    who.need(Action.ATTEMPT, Role(row["role"]))
    return Sheet(row["id"], row["person_id"], row["status"], row["ends_at"], row["paper"])


async def start(unit: Unit, access: QuizAccess, contents: Contents) -> tuple[AttemptShown, bool]:
    """The attempt that runs, or a new one (and whether it is new); raise `Conflict` when there may be none. Asking
    again, because the answer was lost or from a second tab, gives the same attempt."""
    quiz, person = access.quiz, access.who.person
    if quiz.plan is None:
        raise refused("not-open")
    used = await _used(unit, quiz, person)
    running = next((one for one in used if one.status == "running"), None)
    if running is not None and not is_over(running, unit.now):
        return await show(unit, Sitting(await _again(unit, running.id), quiz), contents), False
    if running is not None:
        await end(unit, Sitting(await _again(unit, running.id, lock=True), quiz), contents, "time")
    window = (await windows_for(unit, [quiz], person))[quiz.id]
    verdict = may_start(window, unit.now, len(used))
    if verdict != "ok":
        raise refused(verdict).keep()
    made = await _make(unit, access, contents, window, 1 + max((one.number for one in used), default=0))
    return await show(unit, Sitting(made, quiz), contents, answers=[]), True


@dataclass(frozen=True, slots=True)
class Tried:
    """What beginning needs to know of an earlier attempt."""

    id: UUID
    number: int
    status: str
    ends_at: datetime | None


_USED = Prepared(
    select(Attempt.id, Attempt.number, Attempt.status, Attempt.ends_at).where(
        Attempt.tenant == bindparam("tenant"),
        Attempt.quiz_id == bindparam("quiz"),
        Attempt.person_id == bindparam("person"),
    )
)
_ABOUT = ("tenant", "id", "course_id", "quiz_id", "person_id", "number")
_STATE = ("status", "paper", "started_at", "ends_at", "needs_manual")
_NEW = Prepared(
    insert(Attempt)
    .values({name: bindparam(name) for name in _ABOUT + _STATE})
    .on_conflict_do_nothing()
    .returning(Attempt.id)
)


async def _used(unit: Unit, quiz: Quiz, person: UUID) -> list[Tried]:
    rows = await _USED.rows(unit, tenant=unit.tenant, quiz=quiz.id, person=person)
    return [Tried(*row) for row in rows]


async def _again(unit: Unit, attempt: UUID, lock: bool = False) -> Attempt:
    """An attempt as it is now, or once nobody else holds it."""
    here = select(Attempt).where(Attempt.tenant == unit.tenant, Attempt.id == attempt)
    return (await unit.session.scalars(here.with_for_update(key_share=True) if lock else here)).one()


async def _make(unit: Unit, access: QuizAccess, contents: Contents, window: Window, number: int) -> Attempt:
    """A new attempt, or the one that another request of the same person made meanwhile."""
    id, quiz = unit.ids.new(), access.quiz
    values = {
        "tenant": unit.tenant,
        "id": id,
        "course_id": quiz.course_id,
        "quiz_id": quiz.id,
        "person_id": access.who.person,
        "number": number,
        "status": "running",
        "paper": await _draw(unit, quiz, contents, str(id)),
        "started_at": unit.now,
        "ends_at": ends(window, unit.now),
        "needs_manual": False,
    }
    if await _NEW.row(unit, **values | {"paper": json.dumps(values["paper"])}) is not None:
        return Attempt(**values)
    other = next((one for one in await _used(unit, quiz, access.who.person) if one.status == "running"), None)
    if other is None:
        raise Conflict("try-again", "Somebody changed that at the same moment; please try again.")
    return await _again(unit, other.id)


async def _draw(unit: Unit, quiz: Quiz, contents: Contents, seed: str) -> list[dict[str, Any]]:
    assert quiz.plan is not None
    entries = {entry["id"]: entry for part in quiz.plan for entry in part["items"]}
    found = await contents.of(unit, ((UUID(id), entry["version"]) for id, entry in entries.items()))
    items = {item.id: item for item in found.values()}
    parts = tuple(Part(tuple(entry["id"] for entry in part["items"]), part["draw"]) for part in quiz.plan)
    paper = draw_paper(Plan(parts, quiz.shuffle_items, quiz.shuffle_choices), items, seed)
    return [_entry(entries[question.item], question.choices) for question in paper]


def _entry(entry: dict[str, Any], choices: tuple[str, ...]) -> dict[str, Any]:
    about = {"item": entry["id"], "version": entry["version"], "kind": entry["kind"], "points": entry["points"]}
    return about | {"choices": list(choices)}


def is_over(attempt: Attempt | Sheet | Tried, now: datetime) -> bool:
    """Whether no more answers are taken: it was handed in, or its time is up, a little grace for the road included."""
    return attempt.status != "running" or (attempt.ends_at is not None and now > attempt.ends_at + GRACE)


async def show(
    unit: Unit, sitting: Sitting, contents: Contents, answers: Sequence[Row[UUID, int, str]] | None = None
) -> AttemptShown:
    """What is needed to go on, after a reload or on another device."""
    attempt = sitting.attempt
    if answers is None:
        answers = await saved_answers(unit, attempt.id)
    questions = [shown_question(entry, item) for entry, item in await paper_items(unit, attempt, contents)]
    return AttemptShown(
        id=attempt.id,
        quiz_id=attempt.quiz_id,
        number=attempt.number,
        status=attempt.status,  # type: ignore[arg-type]
        started_at=attempt.started_at,
        ends_at=attempt.ends_at,
        submitted_at=attempt.submitted_at,
        questions=questions,
        answers=[SavedAnswer(item=row.item_id, seq=row.seq, response=json.loads(row.response)) for row in answers],
        now=unit.now,
    )


async def saved_answers(unit: Unit, attempt: UUID) -> Sequence[Row[UUID, int, str]]:
    """(item_id, seq, response) of everything saved."""
    here = (Answer.tenant == unit.tenant, Answer.attempt_id == attempt)
    return (await unit.session.execute(select(Answer.item_id, Answer.seq, Answer.response).where(*here))).all()


async def paper_items(unit: Unit, attempt: Attempt, contents: Contents) -> list[tuple[dict[str, Any], Item]]:
    """The entries of a paper with the questions as they were shown."""
    versions: list[Version] = [(UUID(entry["item"]), entry["version"]) for entry in attempt.paper]
    found = await contents.of(unit, versions)
    return [(entry, _worth(found[version], entry)) for entry, version in zip(attempt.paper, versions, strict=True)]


def _worth(item: Item, entry: dict[str, Any]) -> Item:
    """``item`` with the points it has in the quiz."""
    points = Decimal(entry["points"])
    return item if points == item.points else structs.replace(item, points=points)


def shown_question(entry: dict[str, Any], item: Item) -> QuestionShown:
    """A question without its key, in the order of the paper."""
    return QuestionShown(item=UUID(entry["item"]), **shown.question(item, tuple(entry["choices"])))


async def save(unit: Unit, sheet: Sheet, asked: Sequence[Save]) -> Saved:
    """Keep answers to an attempt that is locked; the newest of each question stays. Committed when it is answered."""
    if is_over(sheet, unit.now):
        raise refused("time-up")
    merged = await _write(unit, sheet, _newest(sheet, asked))
    return Saved(
        saved=[SavedSeq(item=item, seq=seq) for item, seq in merged.items()], ends_at=sheet.ends_at, now=unit.now
    )


def _newest(attempt: Attempt | Sheet, asked: Sequence[Save]) -> dict[UUID, tuple[int, str]]:
    """The newest save of each question that was sent, checked against what the paper asks."""
    kinds = {entry["item"]: entry["kind"] for entry in attempt.paper}
    newest: dict[UUID, tuple[int, str]] = {}
    for one in asked:
        kind = kinds.get(str(one.item))
        if kind is None:
            raise Unprocessable("not-in-paper", "That question is not in this attempt.")
        response, plain = read_response(one.response)
        if response is not None and not isinstance(response, SHAPE_OF[kind]):
            raise Unprocessable("bad-response", f"A question of kind {kind} is not answered like that.")
        known = newest.get(one.item)
        if known is None or (one.seq, plain.encode()) > (known[0], known[1].encode()):
            newest[one.item] = (one.seq, plain)
    return newest


# The join of `rest.assessment.autosave`, done where the answers are: the column sorts by bytes.
_UPSERT = """
WITH sent AS (
  SELECT * FROM unnest($5::uuid[], $6::bigint[], $7::text[]) AS s(item_id, seq, response)
), put AS (
  INSERT INTO answers AS a (tenant, attempt_id, item_id, person_id, seq, response, saved_at)
  SELECT $1, $2, item_id, $3, seq, response, $4 FROM sent
  ON CONFLICT (tenant, attempt_id, item_id) DO UPDATE
    SET seq = excluded.seq, response = excluded.response, saved_at = excluded.saved_at
    WHERE (excluded.seq, excluded.response) > (a.seq, a.response)
  RETURNING item_id, seq
)
SELECT s.item_id, coalesce(p.seq, a.seq) AS seq FROM sent s
LEFT JOIN put p USING (item_id)
LEFT JOIN answers a ON a.tenant = $1 AND a.attempt_id = $2 AND a.item_id = s.item_id
"""


async def _write(unit: Unit, attempt: Attempt | Sheet, newest: dict[UUID, tuple[int, str]]) -> dict[UUID, int]:
    """Write what is new; the sequence number that is kept, by item."""
    sent = list(newest), [seq for seq, _ in newest.values()], [response for _, response in newest.values()]
    rows = await unit.driver.fetch(_UPSERT, unit.tenant, attempt.id, attempt.person_id, unit.now, *sent)
    return {row["item_id"]: row["seq"] for row in rows}


async def hand_in(unit: Unit, sitting: Sitting, contents: Contents, asked: Sequence[Save]) -> Attempt:
    """End one's own attempt, which is locked, with last answers if there is still time. Safe to repeat."""
    if sitting.attempt.status == "running" and is_over(sitting.attempt, unit.now):
        return await end(unit, sitting, contents, "time")
    if asked and sitting.attempt.status == "running":
        await _write(unit, sitting.attempt, _newest(sitting.attempt, asked))
    return await end(unit, sitting, contents, "student")


async def end(unit: Unit, sitting: Sitting, contents: Contents, by: str) -> Attempt:
    """End an attempt that is locked, if it still runs. A quiz that shows results at once is graded at once, others
    by the worker. Who ran out of time handed in when it did."""
    attempt = sitting.attempt
    if attempt.status != "running":
        return attempt
    attempt.status, attempt.ended_by = "submitted", by
    attempt.submitted_at = attempt.ends_at if by == "time" and attempt.ends_at else unit.now
    await unit.session.flush()
    return await marking.grade_ended(unit, contents, attempt, sitting.quiz)


async def next_end(database: Database) -> datetime | None:
    """When the first of the attempts that run will be over, of all tenants."""
    async with database.unit("", service="attempts") as unit:
        first = await unit.session.scalar(select(func.min(Attempt.ends_at)).where(Attempt.status == "running"))
    return None if first is None else first + GRACE


async def expire(database: Database, contents: Contents) -> int:
    """End attempts whose time is up, of all tenants; return how many. Any number of processes may do it at once."""
    async with database.unit("", service="attempts") as unit:
        over = (Attempt.status == "running", Attempt.ends_at < unit.now - GRACE)
        query = select(Attempt.tenant, Attempt.id).where(*over).order_by(Attempt.ends_at).limit(SWEEP)
        found = (await unit.session.execute(query)).all()
    for tenant in sorted({row.tenant for row in found}):
        ids = [row.id for row in found if row.tenant == tenant]
        async with database.unit(tenant) as unit:
            await _expire(unit, contents, ids)
    return len(found)


async def _expire(unit: Unit, contents: Contents, ids: Sequence[UUID]) -> None:
    here = (Attempt.tenant == unit.tenant, Attempt.id.in_(ids))
    query = (
        select(Attempt, Quiz)
        .join(Quiz, (Quiz.tenant == Attempt.tenant) & (Quiz.id == Attempt.quiz_id))
        .where(*here, Attempt.status == "running", Attempt.ends_at < unit.now - GRACE)
        .with_for_update(of=Attempt, key_share=True, skip_locked=True)
    )
    for row in (await unit.session.execute(query)).all():
        await end(unit, Sitting(row.Attempt, row.Quiz), contents, "time")
