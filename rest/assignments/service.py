"""Assignments made and changed; submissions written, handed in, graded and returned."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from rest.assessment.errors import AssessmentError
from rest.assessment.late import LatePolicy, kept
from rest.assessment.points import credited, is_points, rounded
from rest.assessment.rubrics import Pick, Rubric, mark
from rest.assignments.access import AssignmentAccess, SubmissionAccess
from rest.assignments.schemas import EditAssignment, Grade, Judge, NewAssignment
from rest.assignments.tables import Assignment, Submission
from rest.courses.access import CourseAccess
from rest.courses.tables import Module
from rest.db import Unit
from rest.platform.etags import stale
from rest.platform.rows import add, find, missing, revise
from rest.problems import Conflict, Unprocessable
from rest.trust.audit import audit


async def make(unit: Unit, access: CourseAccess, asked: NewAssignment) -> Assignment:
    """A draft."""
    await _check_module(unit, access.course.id, asked.module_id)
    _rubric(asked.model_dump(mode="json")["rubric"])
    values = asked.model_dump() | _documents(asked)
    row = await add(unit, Assignment, course_id=access.course.id, status="draft", peers_assigned_at=None, **values)
    audit(unit, access.who, "assignment.made", f"assignment:{row.id}", why=access.ground)
    return row


async def edit(unit: Unit, access: AssignmentAccess, version: int, asked: EditAssignment) -> Assignment:
    """Change it or publish it. Marks that were given stay as they are."""
    clearable = ("module_id", "opens_at", "due_at", "closes_at", "rubric")
    changes = asked.changes(*clearable) | _documents(asked)
    changes = {name: value for name, value in changes.items() if name in asked.model_fields_set}
    await _check_module(unit, access.assignment.course_id, changes.get("module_id"))
    _rubric(changes.get("rubric"))
    subject = f"assignment:{access.assignment.id}"
    audit(unit, access.who, "assignment.edited", subject, why=access.ground, fields=sorted(changes))
    return await revise(unit, Assignment, access.assignment.id, version, "assignment", **changes)


def _documents(asked: NewAssignment | EditAssignment) -> dict[str, Any]:
    """The fields that are kept as JSON."""
    plain = asked.model_dump(mode="json")
    return {name: plain[name] for name in ("late", "rubric") if plain[name] is not None or name == "rubric"}


def _rubric(kept: dict[str, Any] | None) -> Rubric | None:
    """The rubric that is kept as JSON; raise `Unprocessable` when it contradicts itself."""
    if kept is None:
        return None
    try:
        return msgspec.convert(kept, Rubric)
    except (AssessmentError, msgspec.ValidationError) as error:
        raise Unprocessable("rubric", f"The rubric cannot be used: {error}.") from None


async def _check_module(unit: Unit, course: UUID, module: UUID | None) -> None:
    if module is not None:
        await find(unit, Module, module, "module", Module.course_id == course)


async def remove(unit: Unit, access: AssignmentAccess) -> None:
    """Delete an assignment; what was handed in goes when it is purged."""
    here = update(Assignment).where(Assignment.tenant == unit.tenant, Assignment.id == access.assignment.id)
    await unit.session.execute(here.values(deleted_at=unit.now, version=Assignment.version + 1))
    audit(unit, access.who, "assignment.deleted", f"assignment:{access.assignment.id}", why=access.ground)


async def own_submission(unit: Unit, access: AssignmentAccess, lock: bool = False) -> Submission:
    """What the caller is writing, or has handed in."""
    mine = (
        Submission.tenant == unit.tenant,
        Submission.assignment_id == access.assignment.id,
        Submission.person_id == access.who.person,
    )
    query = select(Submission).where(*mine)
    row = await unit.session.scalar(query.with_for_update() if lock else query)
    if row is None:
        raise missing("submission")
    return row


async def begin(unit: Unit, access: AssignmentAccess) -> Submission:
    """The caller's submission, locked, begun if need be; raise `Conflict` when it can be changed no more."""
    closes = access.assignment.closes_at
    if closes is not None and closes <= unit.now:
        raise Conflict("assignment-closed", "This assignment is closed; nothing can be handed in any more.")
    values: dict[str, Any] = {"tenant": unit.tenant, "id": unit.ids.new(), "version": 1, "status": "draft", "body": ""}
    values |= {"course_id": access.assignment.course_id, "assignment_id": access.assignment.id, "late_seconds": 0}
    values |= {"person_id": access.who.person, "feedback": "", "created_at": unit.now, "updated_at": unit.now}
    await unit.session.execute(insert(Submission).values(**values).on_conflict_do_nothing())
    row = await own_submission(unit, access, lock=True)
    if row.graded_at is not None or (access.assignment.peers_assigned_at is not None and row.status != "draft"):
        raise Conflict("being-graded", "This is being graded already and cannot be changed; ask your teacher.")
    return row


async def write(unit: Unit, access: AssignmentAccess, **values: Any) -> Submission:
    """Keep what the caller has written; what was handed in before has to be handed in again."""
    row = await begin(unit, access)
    fresh = {"status": "draft", "submitted_at": None, "late_seconds": 0}
    return await revise(unit, Submission, row.id, row.version, "submission", **fresh, **values)


async def hand_in(unit: Unit, access: AssignmentAccess) -> Submission:
    """Hand in what was written. Told twice, the first time counts."""
    row = await begin(unit, access)
    if row.status == "submitted":
        return row
    due = access.assignment.due_at
    late = max(timedelta(), unit.now - due) if due is not None else timedelta()
    values = {"status": "submitted", "submitted_at": unit.now, "late_seconds": int(late.total_seconds())}
    person = access.who.person
    audit(unit, access.who, "submission.handed-in", f"submission:{row.id}", person=person, why=access.ground)
    return await revise(unit, Submission, row.id, row.version, "submission", **values)


async def grade(unit: Unit, access: SubmissionAccess, version: int, asked: Grade) -> Submission:
    """Give a mark; lateness is taken off by the assignment's policy."""
    raw, words = judged(access.assignment, asked)
    feedback = "\n\n".join(part for part in (asked.feedback, words) if part)
    picks = asked.model_dump(mode="json")["picks"]
    return await keep_grade(unit, access, version, raw, feedback=feedback, picks=picks)


async def keep_grade(
    unit: Unit, access: SubmissionAccess, version: int, raw: Decimal, *, feedback: str, picks: dict[str, Any] | None
) -> Submission:
    """Keep a mark of ``raw`` points before lateness."""
    row = access.submission
    if row.status == "draft":
        raise Conflict("not-handed-in", "That was not handed in yet.")
    if row.version != version:
        raise stale()
    policy = msgspec.convert(access.assignment.late, LatePolicy)
    score = credited(raw, kept(policy, timedelta(seconds=row.late_seconds)))
    values: dict[str, Any] = {"raw_score": raw, "score": score, "feedback": feedback, "picks": picks}
    values |= {"graded_by": access.who.person, "graded_at": unit.now}
    subject = f"submission:{row.id}"
    audit(unit, access.who, "submission.graded", subject, person=row.person_id, why=access.ground, score=str(score))
    return await revise(unit, Submission, row.id, version, "submission", **values)


def judged(assignment: Assignment, asked: Judge) -> tuple[Decimal, str]:
    """Points and words of a mark; raise `Unprocessable` when it does not fit the assignment."""
    rubric = _rubric(assignment.rubric)
    if rubric is None:
        if asked.picks is not None or asked.points is None:
            raise Unprocessable("mark", "This assignment has no rubric: give points.")
        if asked.points > assignment.points or not is_points(asked.points):
            raise Unprocessable("mark", f"There are {assignment.points} points at most.")
        return rounded(asked.points), ""
    if asked.picks is None or asked.points is not None:
        raise Unprocessable("mark", "This assignment has a rubric: pick a level for each of its criteria.")
    picks = {name: Pick(pick.level, pick.points, pick.comment) for name, pick in asked.picks.items()}
    try:
        marked = mark(rubric, picks, assignment.points)
    except AssessmentError as error:
        raise Unprocessable("mark", f"That mark does not fit the rubric: {error}.") from None
    return marked.score, marked.comment


async def give_back(unit: Unit, access: SubmissionAccess, version: int) -> Submission:
    """Show the author their mark."""
    if access.submission.graded_at is None:
        raise Conflict("not-graded", "Give a mark first.")
    person = access.submission.person_id
    subject = f"submission:{access.submission.id}"
    audit(unit, access.who, "submission.returned", subject, person=person, why=access.ground)
    return await revise(unit, Submission, access.submission.id, version, "submission", status="returned")
