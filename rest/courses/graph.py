"""What must be taken before what: a graph over the modules of one course, kept free of cycles.

Walked by the database (recursive queries); a course's graph changes one edge at a time, under a lock on the course.
The edges of a deleted module stay for its return; until then no walk goes over them.
"""

from uuid import UUID

from sqlalchemy import delete, select, text
from sqlalchemy.dialects.postgresql import insert

from rest.courses.access import CourseAccess, visible_modules
from rest.courses.schemas import StepShown
from rest.courses.tables import Course, Module, Requirement
from rest.db import Unit
from rest.platform.rows import find, missing
from rest.problems import Conflict
from rest.trust.audit import audit

MAX_REQUIREMENTS = 5_000

_REACHES = text("""
WITH RECURSIVE before(id) AS (
  SELECT CAST(:start AS uuid)
  UNION
  SELECT r.requires_id FROM module_requirements r JOIN before b ON r.module_id = b.id
    JOIN modules m ON m.id = r.requires_id AND m.deleted_at IS NULL
)
SELECT EXISTS (SELECT FROM before WHERE id = :goal)
""")

# UNION drops what was found at the same depth already; depth is bounded by the graph being free of cycles.
_BEFORE = text("""
WITH RECURSIVE before(id, steps) AS (
  SELECT CAST(:module AS uuid), 0
  UNION
  SELECT r.requires_id, b.steps + 1 FROM module_requirements r JOIN before b ON r.module_id = b.id
    JOIN modules m ON m.id = r.requires_id AND m.deleted_at IS NULL
)
SELECT id, max(steps) AS steps FROM before WHERE steps > 0 GROUP BY id
""")

_UNTIE = text("""
WITH RECURSIVE after(id) AS (
  SELECT CAST(:module AS uuid)
  UNION
  SELECT r.module_id FROM module_requirements r JOIN after a ON r.requires_id = a.id
    JOIN modules m ON m.id = r.module_id AND m.deleted_at IS NULL
)
DELETE FROM module_requirements WHERE module_id = :module AND requires_id IN (SELECT id FROM after)
""")


async def require(unit: Unit, access: CourseAccess, module: UUID, requires: UUID) -> None:
    """Have ``module`` require ``requires``; raise `Conflict` when that closes a cycle."""
    await find(unit, Course, access.course.id, "course", lock=True)
    here = Module.course_id == access.course.id
    await find(unit, Module, module, "module", here)
    await find(unit, Module, requires, "module", here)
    if await unit.session.scalar(_REACHES, {"start": requires, "goal": module}):
        raise Conflict("cycle", "That module comes, by way of others, after this one already.")
    count = "SELECT count(*) FROM module_requirements WHERE course_id = :course"
    if (await unit.session.scalar(text(count), {"course": access.course.id}) or 0) >= MAX_REQUIREMENTS:
        raise Conflict("too-many-parts", f"A course has {MAX_REQUIREMENTS} requirements at most.")
    values = {"tenant": unit.tenant, "course_id": access.course.id, "module_id": module, "requires_id": requires}
    await unit.session.execute(insert(Requirement).values(**values).on_conflict_do_nothing())
    audit(unit, access.who, "requirement.made", f"module:{module}", why=access.ground, requires=str(requires))


async def release(unit: Unit, access: CourseAccess, module: UUID, requires: UUID) -> None:
    """Have ``module`` require ``requires`` no more."""
    mine = (
        Requirement.tenant == unit.tenant,
        Requirement.course_id == access.course.id,
        Requirement.module_id == module,
        Requirement.requires_id == requires,
    )
    if await unit.session.scalar(delete(Requirement).where(*mine).returning(Requirement.module_id)) is None:
        raise missing("requirement")
    audit(unit, access.who, "requirement.deleted", f"module:{module}", why=access.ground, requires=str(requires))


async def before(unit: Unit, access: CourseAccess, module: UUID) -> list[StepShown]:
    """Everything to take before ``module`` that the caller may see, what comes first, first."""
    steps = {row.id: row.steps for row in await unit.session.execute(_BEFORE, {"module": module})}
    query = select(Module).where(*visible_modules(access, unit), Module.id.in_(steps)).order_by(Module.position)
    rows = (await unit.session.scalars(query)).all()
    found = [StepShown(id=row.id, title=row.title, steps=steps[row.id]) for row in rows]
    return sorted(found, key=lambda step: -step.steps)


async def untie(unit: Unit, module: UUID) -> None:
    """Before a deleted ``module`` returns: it no longer requires what has meanwhile come to stand after it, for that
    would close a cycle. The course is locked."""
    await unit.session.execute(_UNTIE, {"module": module})
