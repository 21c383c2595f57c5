"""Grading attempts, again and by people; what is shown of results.

An attempt is graded with the versions of the quiz' plan, not with those it was shown: when a key is mended and the quiz
graded again, everybody is, and who is graded later gets the same. The result is a function of the plan, the answers and
the marks, so grading twice changes nothing and grading again equals grading afresh.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
from msgspec import structs
from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert

from rest.assessment import events, jobs
from rest.assessment.access import QuizAccess, windows_for
from rest.assessment.attempts import Marked, Scored, Work, check_mark, score
from rest.assessment.bank import Contents
from rest.assessment.errors import BadMark
from rest.assessment.events import Answered
from rest.assessment.items import Item
from rest.assessment.late import LatePolicy, kept
from rest.assessment.papers import Question
from rest.assessment.quizzes import worth
from rest.assessment.responses import Response, decode_response, is_blank
from rest.assessment.schemas_attempts import NewerVersion, RegradePreview, SetMark
from rest.assessment.tables import Answer, Attempt, ItemRow, Mark, Quiz
from rest.assessment.windows import lateness
from rest.db import Database, Unit
from rest.identity.principal import Principal
from rest.platform.rows import missing
from rest.problems import Conflict, Unprocessable
from rest.trust.audit import audit

BLANK = "null"
MOST_PREVIEWED = 1_000
"""Attempts that are graded for show in one request."""


async def grade_ended(unit: Unit, contents: Contents, attempt: Attempt, quiz: Quiz) -> Attempt:
    """Grade an attempt that just ended: now when its result is to be seen at once, else by the worker."""
    if quiz.release != "submitted":
        await jobs.grade_later(unit, [attempt.id])
        return attempt
    return await grade(unit, contents, attempt, quiz)


async def grade_job(database: Database, contents: Contents, tenant: str, id: UUID) -> None:
    """Grade an attempt on the worker. One that is gone or still runs is passed over."""
    async with database.unit(tenant) as unit:
        query = (
            select(Attempt, Quiz)
            .join(Quiz, (Quiz.tenant == Attempt.tenant) & (Quiz.id == Attempt.quiz_id))
            .where(Attempt.tenant == tenant, Attempt.id == id, Attempt.status != "running")
            .with_for_update(of=Attempt, key_share=True)
        )
        row = (await unit.session.execute(query)).first()
        if row is not None:
            await grade(unit, contents, row.Attempt, row.Quiz)


async def grade(unit: Unit, contents: Contents, attempt: Attempt, quiz: Quiz) -> Attempt:
    """Grade an attempt that ended and is locked, and tell who learns from answers."""
    items = await graded_items(unit, contents, attempt, quiz)
    answers = await _answers(unit, attempt.id)
    scored = await _scored(unit, attempt, quiz, items, answers)
    await _keep(unit, attempt, scored)
    await events.tell(unit, _answered(attempt, scored, answers, items))
    return attempt


async def _scored(
    unit: Unit, attempt: Attempt, quiz: Quiz, items: Mapping[str, Item], answers: Mapping[str, Response]
) -> Scored:
    """What an attempt that ended comes to with these questions."""
    assert attempt.submitted_at is not None
    window = (await windows_for(unit, [quiz], attempt.person_id))[quiz.id]
    late = kept(msgspec.convert(quiz.late, LatePolicy), lateness(window, attempt.submitted_at))
    paper = tuple(Question(entry["item"]) for entry in attempt.paper)
    marks = {str(row.item_id): Marked(row.score, row.comment) for row in await marks_of(unit, attempt.id)}
    marks = {name: _within(items[name], mark) for name, mark in marks.items() if name in items}
    return score(Work(paper, answers, {}, marks, late), items)


def _within(item: Item, mark: Marked) -> Marked:
    """A mark given when the question was worth more counts as full."""
    return Marked(min(mark.score, item.points), mark.comment)


async def graded_items(
    unit: Unit, contents: Contents, attempt: Attempt, quiz: Quiz, plan: list[Any] | None = None
) -> dict[str, Item]:
    """The questions of a paper as they are to be graded: as the plan has them now, or as another one has."""
    planned = {entry["id"]: entry for part in plan or quiz.plan or () for entry in part["items"]}
    used = [planned.get(entry["item"], entry | {"id": entry["item"]}) for entry in attempt.paper]
    found = await contents.of(unit, [(UUID(entry["id"]), entry["version"]) for entry in used])
    return {
        entry["id"]: structs.replace(found[UUID(entry["id"]), entry["version"]], points=Decimal(entry["points"]))
        for entry in used
    }


async def _answers(unit: Unit, attempt: UUID) -> dict[str, Response]:
    here = (Answer.tenant == unit.tenant, Answer.attempt_id == attempt, Answer.response != BLANK)
    rows = (await unit.session.execute(select(Answer.item_id, Answer.response).where(*here))).all()
    read = {str(row.item_id): decode_response(row.response.encode()) for row in rows}
    return {item: response for item, response in read.items() if response is not None}


async def marks_of(unit: Unit, attempt: UUID) -> list[Mark]:
    """What people gave in an attempt."""
    here = (Mark.tenant == unit.tenant, Mark.attempt_id == attempt)
    return list((await unit.session.scalars(select(Mark).where(*here))).all())


async def _keep(unit: Unit, attempt: Attempt, scored: Scored) -> None:
    """Write a result down, unless it is the same as before."""
    result = {
        name: {
            "score": str(one.score),
            "maximum": str(one.maximum),
            "feedback": [[remark.code, *remark.about] for remark in one.feedback],
            "needs_manual": one.needs_manual,
        }
        for name, one in scored.items.items()
    }
    values = {"status": "graded", "score": scored.score, "maximum": scored.maximum, "result": result}
    values |= {"needs_manual": scored.needs_manual}
    if all(getattr(attempt, name) == value for name, value in values.items()):
        return
    for name, value in (values | {"graded_at": unit.now}).items():
        setattr(attempt, name, value)
    await unit.session.flush()


def _answered(
    attempt: Attempt, scored: Scored, answers: Mapping[str, Response], items: Mapping[str, Item]
) -> list[Answered]:
    """What was answered and is settled; what was left blank says nothing about what somebody knows."""
    at = attempt.submitted_at
    assert at is not None
    return [
        Answered(
            attempt.course_id,
            attempt.quiz_id,
            attempt.id,
            UUID(name),
            attempt.person_id,
            items[name].skills,
            float(one.score / one.maximum),
            at,
        )
        for name, one in sorted(scored.items.items())
        if name in answers and not is_blank(answers[name]) and not one.needs_manual and one.maximum
    ]


async def preview(unit: Unit, contents: Contents, access: QuizAccess) -> RegradePreview:
    """What `regrade` would change, and nothing changed; of a large quiz the first `MOST_PREVIEWED` attempts."""
    quiz = access.quiz
    if quiz.plan is None:
        raise Conflict("not-published", "This quiz is not published: there is nothing to grade.")
    plan = await _renewed(unit, quiz.plan)
    ended = (Attempt.tenant == unit.tenant, Attempt.quiz_id == quiz.id, Attempt.status != "running")
    query = select(Attempt).where(*ended).order_by(Attempt.id).limit(MOST_PREVIEWED)
    attempts = (await unit.session.scalars(query)).all()
    moves: list[Decimal] = []
    for attempt in attempts:
        items = await graded_items(unit, contents, attempt, quiz, plan)
        scored = await _scored(unit, attempt, quiz, items, await _answers(unit, attempt.id))
        if (attempt.score, attempt.maximum) != (scored.score, scored.maximum):
            moves.append(scored.score - (attempt.score or Decimal(0)))
    audit(unit, access.who, "attempts.read", f"quiz:{quiz.id}", why=access.ground, count=len(attempts))
    return RegradePreview(
        questions=await _newer_versions(unit, quiz.plan, plan),
        attempts=len(attempts),
        changed=len(moves),
        higher=sum(move > 0 for move in moves),
        lower=sum(move < 0 for move in moves),
    )


async def _newer_versions(unit: Unit, before: list[Any], after: list[Any]) -> list[NewerVersion]:
    """The questions of which a plan takes up another version."""
    used = {entry["id"]: entry["version"] for part in before for entry in part["items"]}
    newest = {entry["id"]: entry["version"] for part in after for entry in part["items"]}
    changed = [UUID(id) for id in used if newest[id] != used[id]]
    here = (ItemRow.tenant == unit.tenant, ItemRow.id.in_(changed))
    rows = (await unit.session.scalars(select(ItemRow).where(*here).order_by(ItemRow.id))).all()
    return [
        NewerVersion(item_id=row.id, title=row.title, used=used[str(row.id)], newest=newest[str(row.id)])
        for row in rows
    ]


async def regrade(unit: Unit, access: QuizAccess) -> int:
    """Have a quiz take up the newest versions of its questions, and every attempt that ended graded again by the
    worker; return how many."""
    quiz = access.quiz
    if quiz.plan is None:
        raise Conflict("not-published", "This quiz is not published: there is nothing to grade.")
    plan = await _renewed(unit, quiz.plan)
    here = update(Quiz).where(Quiz.tenant == unit.tenant, Quiz.id == quiz.id)
    values = {"plan": plan, "maximum": worth(plan), "version": Quiz.version + 1, "updated_at": unit.now}
    await unit.session.execute(here.values(**values), execution_options={"synchronize_session": False})
    ended = (Attempt.tenant == unit.tenant, Attempt.quiz_id == quiz.id, Attempt.status != "running")
    ids = (await unit.session.scalars(select(Attempt.id).where(*ended))).all()
    await jobs.grade_later(unit, ids)
    audit(unit, access.who, "quiz.regraded", f"quiz:{quiz.id}", why=access.ground, count=len(ids))
    return len(ids)


async def _renewed(unit: Unit, plan: list[Any]) -> list[Any]:
    """A plan with the newest versions of its questions; one that was deleted stays as it was."""
    ids = [UUID(entry["id"]) for part in plan for entry in part["items"]]
    here = (ItemRow.tenant == unit.tenant, ItemRow.id.in_(ids), ItemRow.deleted_at.is_(None))
    newest = {str(row.id): row for row in (await unit.session.scalars(select(ItemRow).where(*here))).all()}
    return [part | {"items": [_newer(entry, newest.get(entry["id"])) for entry in part["items"]]} for part in plan]


def _newer(entry: dict[str, Any], row: ItemRow | None) -> dict[str, Any]:
    if row is None:
        return entry
    points = {} if entry["own"] else {"points": str(row.points)}
    return entry | {"version": row.version, "kind": row.kind} | points


async def mark(
    unit: Unit, contents: Contents, who: Principal, why: str, attempt: Attempt, quiz: Quiz, item: UUID, asked: SetMark
) -> Attempt:
    """Give points for a question of an attempt that ended and is locked; the attempt's sum follows."""
    known = (await graded_items(unit, contents, attempt, quiz)).get(str(item))
    if known is None:
        raise missing("question")
    if attempt.status == "running":
        raise Conflict("still-running", "This attempt is not handed in yet.")
    try:
        check_mark(known, Marked(asked.score, asked.comment))
    except BadMark:
        raise Unprocessable("bad-mark", f"This question is worth 0 to {known.points} points.") from None
    keys = {"tenant": unit.tenant, "attempt_id": attempt.id, "item_id": item}
    values = {"score": asked.score, "comment": asked.comment, "marked_by": who.person, "marked_at": unit.now}
    new = insert(Mark).values(**keys, **values)
    await unit.session.execute(new.on_conflict_do_update(index_elements=list(keys), set_=values))
    audit(unit, who, "attempt.marked", f"attempt:{attempt.id}", person=attempt.person_id, why=why, item=str(item))
    return await grade(unit, contents, attempt, quiz)


async def unmark(
    unit: Unit, contents: Contents, who: Principal, why: str, attempt: Attempt, quiz: Quiz, item: UUID
) -> Attempt:
    """Take a person's points back: what is computed counts again."""
    here = (Mark.tenant == unit.tenant, Mark.attempt_id == attempt.id, Mark.item_id == item)
    if await unit.session.scalar(delete(Mark).where(*here).returning(Mark.item_id)) is None:
        raise missing("mark")
    audit(unit, who, "attempt.unmarked", f"attempt:{attempt.id}", person=attempt.person_id, why=why, item=str(item))
    return await grade(unit, contents, attempt, quiz)
