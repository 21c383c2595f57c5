"""Skills of a course, and the modules, pages and items that train them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import delete, func, insert, select

from rest.assessment.tables import ItemRow
from rest.courses.access import CourseAccess, visible_modules, visible_pages
from rest.courses.tables import Course, CoursePage, Module
from rest.db import Unit
from rest.platform.rows import add, find, missing, revise
from rest.problems import Conflict, Unprocessable
from rest.recommendations.schemas import EditSkill, NewSkill, SkillShown
from rest.recommendations.tables import Skill, Target
from rest.trust.audit import audit

MAX_SKILLS = 500
Kind = Literal["module", "page", "item"]
KINDS: tuple[Kind, ...] = ("module", "page", "item")


@dataclass(slots=True)
class Trained:
    """By skill: what trains it."""

    module: dict[UUID, list[UUID]] = field(default_factory=dict[UUID, list[UUID]])
    page: dict[UUID, list[UUID]] = field(default_factory=dict[UUID, list[UUID]])
    item: dict[UUID, list[UUID]] = field(default_factory=dict[UUID, list[UUID]])


async def make(unit: Unit, access: CourseAccess, asked: NewSkill) -> Skill:
    """A skill."""
    course = await find(unit, Course, access.course.id, "course", lock=True)
    here = select(func.count()).select_from(Skill).where(Skill.tenant == unit.tenant, Skill.course_id == course.id)
    if (await unit.session.scalar(here) or 0) >= MAX_SKILLS:
        raise Conflict("too-many-parts", f"A course has {MAX_SKILLS} skills at most.")
    skill = await add(unit, Skill, course_id=course.id, name=asked.name)
    await _set_targets(unit, skill, {"module": asked.modules, "page": asked.pages, "item": asked.items})
    audit(unit, access.who, "skill.made", f"skill:{skill.id}", why=access.ground)
    return skill


async def edit(unit: Unit, access: CourseAccess, skill: UUID, version: int, asked: EditSkill) -> Skill:
    """Call it something else, or say anew what trains it."""
    name = {} if asked.name is None else {"name": asked.name}
    row = await revise(unit, Skill, skill, version, "skill", Skill.course_id == access.course.id, **name)
    lists: dict[Kind, list[UUID] | None] = {"module": asked.modules, "page": asked.pages, "item": asked.items}
    await _set_targets(unit, row, {kind: ids for kind, ids in lists.items() if ids is not None})
    audit(unit, access.who, "skill.edited", f"skill:{skill}", why=access.ground)
    return row


async def remove(unit: Unit, access: CourseAccess, skill: UUID) -> None:
    """Delete a skill with everybody's rating of it; the answers stay."""
    here = (Skill.tenant == unit.tenant, Skill.course_id == access.course.id, Skill.id == skill)
    if await unit.session.scalar(delete(Skill).where(*here).returning(Skill.id)) is None:
        raise missing("skill")
    audit(unit, access.who, "skill.deleted", f"skill:{skill}", why=access.ground)


async def _set_targets(unit: Unit, skill: Skill, lists: dict[Kind, list[UUID]]) -> None:
    await _check(unit, skill.course_id, lists)
    for kind, ids in lists.items():
        old = (Target.tenant == unit.tenant, Target.skill_id == skill.id, Target.kind == kind)
        await unit.session.execute(delete(Target).where(*old))
        base = {"tenant": unit.tenant, "course_id": skill.course_id, "skill_id": skill.id, "kind": kind}
        rows = [base | {"target_id": id} for id in sorted(set(ids))]
        if rows:
            await unit.session.execute(insert(Target), rows)


async def _check(unit: Unit, course: UUID, lists: dict[Kind, list[UUID]]) -> None:
    tables: tuple[tuple[Kind, Any], ...] = (("module", Module), ("page", CoursePage), ("item", ItemRow))
    for kind, table in tables:
        wanted = set(lists.get(kind, ()))
        here = (table.tenant == unit.tenant, table.course_id == course, table.deleted_at.is_(None))
        query = select(table.id).where(*here, table.id.in_(wanted))
        if wanted - set((await unit.session.scalars(query)).all()):
            raise Unprocessable("not-of-the-course", f"One of the {kind}s named is not in this course.")


async def trained(unit: Unit, access: CourseAccess, skills: Iterable[UUID]) -> Trained:
    """What trains ``skills``, as far as the caller may see it: items are for staff."""
    found = Trained()
    modules = select(Module.id).where(*visible_modules(access, unit))
    pages = select(CoursePage.id).where(
        CoursePage.tenant == unit.tenant, CoursePage.module_id.in_(modules), *visible_pages(access)
    )
    seen = {"module": modules, "page": pages}
    for kind in KINDS if access.drafts else KINDS[:2]:
        query = select(Target).where(Target.tenant == unit.tenant, Target.course_id == access.course.id)
        query = query.where(Target.kind == kind, Target.skill_id.in_(list(skills)))
        query = query.where(Target.target_id.in_(seen[kind])) if kind in seen else query
        for row in (await unit.session.scalars(query.order_by(Target.target_id))).all():
            getattr(found, kind).setdefault(row.skill_id, []).append(row.target_id)
    return found


async def show(unit: Unit, access: CourseAccess, *rows: Skill) -> list[SkillShown]:
    """Skills as they are shown to the caller."""
    found = await trained(unit, access, [row.id for row in rows])
    return [
        SkillShown(
            id=row.id,
            name=row.name,
            modules=found.module.get(row.id, []),
            pages=found.page.get(row.id, []),
            items=found.item.get(row.id, []),
            version=row.version,
        )
        for row in rows
    ]
