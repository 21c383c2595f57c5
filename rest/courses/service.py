"""Courses as a whole: making, changing, copying, deleting; terms and sections."""

from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, text, update

from rest.courses.access import CourseAccess
from rest.courses.schemas import CopyCourse, CourseShown, EditCourse, EditTerm, NewCourse, NewTerm
from rest.courses.tables import Course, CoursePage, Enrolment, File, Module, Section, Term
from rest.db import Unit
from rest.identity.policy import Action, Role
from rest.identity.principal import Principal
from rest.institutions.service import within
from rest.platform.rows import add, find, missing, revise
from rest.problems import Unprocessable
from rest.trust.audit import audit


def show(course: Course, role: Role | None) -> CourseShown:
    """A row as it is shown to somebody who is ``role`` in it."""
    return CourseShown.model_validate(course).model_copy(update={"role": role})


async def make(unit: Unit, who: Principal, asked: NewCourse) -> Course:
    """A draft, taught by who makes it when they teach."""
    await _check_term(unit, asked.term_id)
    await within(unit, "courses", Course, Course.deleted_at.is_(None))
    course = await add(unit, Course, status="draft", **asked.model_dump())
    await _take_part(unit, who, course.id)
    audit(unit, who, "course.made", f"course:{course.id}")
    return course


async def _take_part(unit: Unit, who: Principal, course: UUID) -> None:
    if Role.TEACHER in who.roles:
        values = {"course_id": course, "person_id": who.person, "role": Role.TEACHER.value, "status": "active"}
        await add(unit, Enrolment, **values)


async def edit(unit: Unit, access: CourseAccess, version: int, asked: EditCourse) -> Course:
    """Change a course; publish or archive it."""
    changes = asked.changes("term_id", "code")
    await _check_term(unit, asked.term_id)
    audit(unit, access.who, "course.edited", f"course:{access.course.id}", why=access.ground, fields=sorted(changes))
    return await revise(unit, Course, access.course.id, version, "course", **changes)


async def remove(unit: Unit, access: CourseAccess) -> None:
    """Delete a course; it can be restored until it is purged."""
    here = update(Course).where(Course.tenant == unit.tenant, Course.id == access.course.id)
    await unit.session.execute(here.values(deleted_at=unit.now, version=Course.version + 1, updated_at=unit.now))
    audit(unit, access.who, "course.deleted", f"course:{access.course.id}", why=access.ground)


async def restore(unit: Unit, who: Principal, course: UUID) -> Course:
    """Bring a deleted course back."""
    gone = (Course.tenant == unit.tenant, Course.id == course, Course.deleted_at.is_not(None))
    back = update(Course).where(*gone).values(deleted_at=None, version=Course.version + 1, updated_at=unit.now)
    row = await unit.session.scalar(back.returning(Course))
    if row is None:
        raise missing("deleted course")
    audit(unit, who, "course.restored", f"course:{course}")
    return row


async def copy(unit: Unit, access: CourseAccess, asked: CopyCourse) -> Course:
    """A new draft with the same modules, requirements, pages and files, and nobody in it but its maker."""
    access.who.need(Action.COURSE_CREATE)
    await _check_term(unit, asked.term_id)
    await within(unit, "courses", Course, Course.deleted_at.is_(None))
    old = access.course
    kept = {"summary": old.summary, "language": old.language, "copied_from": old.id, "status": "draft"}
    new = await add(unit, Course, **kept, **asked.model_dump())
    modules = await _copy_rows(unit, Module, old.id, new.id)
    await _copy_rows(unit, CoursePage, old.id, new.id, module_id=modules)
    files = await _copy_rows(unit, File, old.id, new.id)
    await _copy_requirements(unit, old.id, new.id, modules)
    for before, after in [*files.items(), (old.id, new.id)]:
        await unit.session.execute(_RELINK, {"course": new.id, "before": str(before), "after": str(after)})
    await _take_part(unit, access.who, new.id)
    audit(unit, access.who, "course.copied", f"course:{new.id}", why=access.ground, source=str(old.id))
    return new


_COPY_REQUIREMENTS = text("""
INSERT INTO module_requirements (tenant, course_id, module_id, requires_id)
SELECT r.tenant, :new, a.after, b.after
FROM module_requirements r
JOIN unnest(CAST(:before AS uuid[]), CAST(:after AS uuid[])) AS a(before, after) ON a.before = r.module_id
JOIN unnest(CAST(:before AS uuid[]), CAST(:after AS uuid[])) AS b(before, after) ON b.before = r.requires_id
WHERE r.course_id = :old
""")

_RELINK = text(
    "UPDATE pages SET body = replace(body, :before, :after)"
    " WHERE course_id = :course AND body LIKE '%' || :before || '%'"
)


async def _copy_rows(unit: Unit, table: Any, old: UUID, new: UUID, **renamed: dict[UUID, UUID]) -> dict[UUID, UUID]:
    """Copy the live rows of a course inside the database; return old id → new id. ``renamed``: columns whose ids
    change as well."""
    live = (table.tenant == unit.tenant, table.course_id == old, table.deleted_at.is_(None))
    query = select(table.id).where(*live, *(getattr(table, name).in_(ids) for name, ids in renamed.items()))
    ids = {id: unit.ids.new() for id in (await unit.session.scalars(query)).all()}
    columns = [c.name for c in table.__table__.columns]
    fixed = {"id": "m.after", "course_id": ":new"} | {name: f"r_{name}.after" for name in renamed}
    picked = ", ".join(fixed.get(name, f"t.{name}") for name in columns)
    joins = "".join(
        f" JOIN unnest(CAST(:{name}_b AS uuid[]), CAST(:{name}_a AS uuid[])) AS r_{name}(before, after)"
        f" ON r_{name}.before = t.{name}"
        for name in renamed
    )
    statement = (
        f"INSERT INTO {table.__tablename__} ({', '.join(columns)}) SELECT {picked} FROM {table.__tablename__} t"  # noqa: S608
        f" JOIN unnest(CAST(:before AS uuid[]), CAST(:after AS uuid[])) AS m(before, after) ON m.before = t.id{joins}"
    )
    values: dict[str, Any] = {"new": new, "before": list(ids), "after": list(ids.values())}
    for name, mapping in renamed.items():
        values |= {f"{name}_b": list(mapping), f"{name}_a": list(mapping.values())}
    if ids:
        await unit.session.execute(text(statement), values)
    return ids


async def _copy_requirements(unit: Unit, old: UUID, new: UUID, modules: dict[UUID, UUID]) -> None:
    ids = {"old": old, "new": new, "before": list(modules), "after": list(modules.values())}
    await unit.session.execute(_COPY_REQUIREMENTS, ids)


async def _check_term(unit: Unit, term: UUID | None) -> None:
    if term is not None:
        await find(unit, Term, term, "term")


async def make_term(unit: Unit, who: Principal, asked: NewTerm) -> Term:
    """A term."""
    _check_days(asked.starts_on, asked.ends_on)
    term = await add(unit, Term, **asked.model_dump())
    audit(unit, who, "term.made", f"term:{term.id}")
    return term


async def edit_term(unit: Unit, who: Principal, term: UUID, version: int, asked: EditTerm) -> Term:
    """Change a term."""
    kept = await find(unit, Term, term, "term", lock=True)
    _check_days(asked.starts_on or kept.starts_on, asked.ends_on or kept.ends_on)
    audit(unit, who, "term.edited", f"term:{term}")
    return await revise(unit, Term, term, version, "term", **asked.changes())


async def remove_term(unit: Unit, who: Principal, term: UUID) -> None:
    """Delete a term; its courses stay, without one."""
    await find(unit, Term, term, "term", lock=True)
    await unit.session.execute(
        update(Course).where(Course.tenant == unit.tenant, Course.term_id == term).values(term_id=None)
    )
    gone = update(Term).where(Term.tenant == unit.tenant, Term.id == term)
    await unit.session.execute(gone.values(deleted_at=unit.now, version=Term.version + 1))
    audit(unit, who, "term.deleted", f"term:{term}")


async def remove_section(unit: Unit, access: CourseAccess, section: UUID) -> None:
    """Delete a section; its people stay in the course."""
    mine = (Section.tenant == unit.tenant, Section.course_id == access.course.id, Section.id == section)
    if await unit.session.scalar(delete(Section).where(*mine).returning(Section.id)) is None:
        raise missing("section")
    audit(unit, access.who, "section.deleted", f"section:{section}", why=access.ground)


async def check_section(unit: Unit, course: UUID, section: UUID | None) -> None:
    """Raise `NotFound` when the course has no such section."""
    if section is not None:
        await find(unit, Section, section, "section", Section.course_id == course)


def _check_days(starts: Any, ends: Any) -> None:
    if starts > ends:
        raise Unprocessable("term-backwards", "A term ends after it starts.")
