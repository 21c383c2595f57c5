"""Modules and pages."""

from typing import Any
from uuid import UUID

from sqlalchemy import Integer, func, literal, select, text, update

from rest.courses.access import CourseAccess, visible_modules, visible_pages
from rest.courses.schemas import EditModule, EditPage, NewModule, NewPage
from rest.courses.tables import Course, CoursePage, Module
from rest.db import Unit
from rest.platform.etags import stale
from rest.platform.rows import add, find, missing, revise
from rest.problems import Conflict
from rest.trust.audit import audit

MAX_MODULES = 1_000
MAX_PAGES = 1_000


async def make_module(unit: Unit, access: CourseAccess, asked: NewModule) -> Module:
    """A draft at the end of the course."""
    course = await lock_course(unit, access)
    position = await next_place(unit, Module, Module.course_id == course.id, most=MAX_MODULES)
    values = asked.model_dump() | {"language": asked.language or course.language}
    module = await add(unit, Module, course_id=course.id, position=position, status="draft", **values)
    _note(unit, access, "module.made", module.id)
    return module


async def edit_module(unit: Unit, access: CourseAccess, module: UUID, version: int, asked: EditModule) -> Module:
    """Change a module, or publish it."""
    _note(unit, access, "module.edited", module)
    changes = asked.changes("opens_at")
    return await revise(unit, Module, module, version, "module", Module.course_id == access.course.id, **changes)


async def remove_module(unit: Unit, access: CourseAccess, module: UUID) -> None:
    """Delete a module with its pages, all at one moment (`rest.courses.deleted` brings them back); nothing requires it
    while it is gone."""
    await _remove(unit, Module, "module", module, Module.course_id == access.course.id)
    pages = (CoursePage.tenant == unit.tenant, CoursePage.module_id == module, CoursePage.deleted_at.is_(None))
    await unit.session.execute(update(CoursePage).where(*pages).values(deleted_at=unit.now))
    _note(unit, access, "module.deleted", module)


async def order_modules(unit: Unit, access: CourseAccess, version: int, modules: list[UUID]) -> Course:
    """Put the modules in another order: all of them, each once. The order is part of the course's version."""
    course = await lock_course(unit, access)
    if course.version != version:
        raise stale()
    here = select(Module.id).where(
        Module.tenant == unit.tenant, Module.course_id == course.id, Module.deleted_at.is_(None)
    )
    if sorted(modules) != sorted((await unit.session.scalars(here)).all()):
        raise Conflict("other-modules", "Name every module of the course once; load them again, some have changed.")
    numbered = "unnest(CAST(:ids AS uuid[])) WITH ORDINALITY AS o(id, n)"
    place = f"UPDATE modules m SET position = o.n FROM {numbered} WHERE m.id = o.id"  # noqa: S608
    await unit.session.execute(text(place), {"ids": modules})
    _note(unit, access, "modules.ordered", course.id)
    return await revise(unit, Course, course.id, version, "course")


async def module_of(unit: Unit, access: CourseAccess, module: UUID) -> Module:
    """A module the caller may see."""
    return await find(unit, Module, module, "module", *visible_modules(access, unit))


async def page_of(unit: Unit, access: CourseAccess, page: UUID) -> CoursePage:
    """A page the caller may see, in a module they may see."""
    query = (
        select(CoursePage)
        .join(Module, (Module.tenant == CoursePage.tenant) & (Module.id == CoursePage.module_id))
        .where(CoursePage.id == page, *visible_pages(access), *visible_modules(access, unit))
    )
    row = await unit.session.scalar(query)
    if row is None:
        raise missing("page")
    return row


async def make_page(unit: Unit, access: CourseAccess, module: UUID, asked: NewPage) -> CoursePage:
    """A draft at the end of a module."""
    await find(unit, Module, module, "module", Module.course_id == access.course.id, lock=True)
    position = await next_place(unit, CoursePage, CoursePage.module_id == module, most=MAX_PAGES)
    values = asked.model_dump() | {"language": asked.language or access.course.language}
    page = await add(
        unit, CoursePage, course_id=access.course.id, module_id=module, position=position, status="draft", **values
    )
    _note(unit, access, "page.made", page.id)
    return page


async def edit_page(unit: Unit, access: CourseAccess, page: UUID, version: int, asked: EditPage) -> CoursePage:
    """Change a page, publish it, or put it elsewhere in its module."""
    _note(unit, access, "page.edited", page)
    changes = asked.changes()
    return await revise(unit, CoursePage, page, version, "page", CoursePage.course_id == access.course.id, **changes)


async def remove_page(unit: Unit, access: CourseAccess, page: UUID) -> None:
    """Delete a page."""
    await _remove(unit, CoursePage, "page", page, CoursePage.course_id == access.course.id)
    _note(unit, access, "page.deleted", page)


async def lock_course(unit: Unit, access: CourseAccess) -> Course:
    """The course, held until the end of the unit: what depends on all of its modules is decided one by one."""
    return await find(unit, Course, access.course.id, "course", lock=True)


async def next_place(unit: Unit, table: Any, *conditions: Any, most: int) -> int:
    """The place after all others that fulfil ``conditions``; raise `Conflict` when there are ``most`` already."""
    query = select(func.count(), func.coalesce(func.max(table.position), literal(0, Integer)) + 1)
    here = query.where(table.tenant == unit.tenant, table.deleted_at.is_(None), *conditions)
    count, position = (await unit.session.execute(here)).one()
    if count >= most:
        raise Conflict("too-many-parts", f"There are {most} already; divide them among several.")
    return position


async def _remove(unit: Unit, table: Any, word: str, id: UUID, *conditions: Any) -> None:
    here = (table.tenant == unit.tenant, table.id == id, table.deleted_at.is_(None), *conditions)
    gone = update(table).where(*here).values(deleted_at=unit.now, version=table.version + 1)
    if await unit.session.scalar(gone.returning(table.id)) is None:
        raise missing(word)


def _note(unit: Unit, access: CourseAccess, action: str, subject: UUID) -> None:
    kind = action.partition(".")[0].removesuffix("s")
    audit(unit, access.who, action, f"{kind}:{subject}", why=access.ground)
