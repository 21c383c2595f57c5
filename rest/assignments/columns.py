"""Assignments in the gradebook: a column each, what was handed in counting with its mark after lateness."""

from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from rest.assessment.columns import Marks
from rest.assessment.gradebook import Column
from rest.assignments.tables import Assignment, Submission
from rest.db import Unit


async def of_assignments(unit: Unit, course: UUID, for_students: bool) -> list[Marks]:
    """Published assignments; students see marks that were returned."""
    here = (Assignment.tenant == unit.tenant, Assignment.course_id == course, Assignment.deleted_at.is_(None))
    query = select(Assignment).where(*here, Assignment.status == "published").order_by(Assignment.id)
    rows = (await unit.session.scalars(query)).all()
    scores = await _scores(unit, course, for_students)
    return [_marks(unit, row, scores.get(row.id, {})) for row in rows]


async def _scores(unit: Unit, course: UUID, for_students: bool) -> dict[UUID, dict[UUID, Decimal]]:
    here = (Submission.tenant == unit.tenant, Submission.course_id == course, Submission.score.is_not(None))
    query = select(Submission.assignment_id, Submission.person_id, Submission.score).where(*here)
    query = query.where(Submission.status == "returned") if for_students else query
    found: dict[UUID, dict[UUID, Decimal]] = {}
    for row in await unit.session.execute(query):
        found.setdefault(row.assignment_id, {})[row.person_id] = row.score
    return found


def _marks(unit: Unit, row: Assignment, scores: dict[UUID, Decimal]) -> Marks:
    last = max((at for at in (row.due_at, row.closes_at) if at), default=None)
    column = Column(str(row.id), row.category, row.points, row.title)
    return Marks(column, scores, last is not None and last <= unit.now)
