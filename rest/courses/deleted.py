"""What was deleted in a course and is not purged yet, and its way back.

A module takes along the pages it had, which share its moment of deletion, and brings those back: what was deleted
before it stays deleted. Its prerequisites stay in their table meanwhile, unseen (`rest.courses.graph`).
"""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import CompoundSelect, Integer, func, literal, null, select, union_all, update
from sqlalchemy import Uuid as UuidType

from rest.courses import content, graph
from rest.courses.access import CourseAccess
from rest.courses.schemas import DeletedShown
from rest.courses.tables import CoursePage, File, Module
from rest.db import Unit
from rest.institutions.service import own, settings_of, within_storage
from rest.platform.paging import Page, Wanted
from rest.platform.rows import missing
from rest.problems import Conflict
from rest.trust.audit import audit


async def list_deleted(unit: Unit, access: CourseAccess, wanted: Wanted) -> Page[DeletedShown]:
    """Modules, pages and files that can come back, in the order they were made."""
    gone = _gone(unit, access).subquery()
    kept = timedelta(days=settings_of(await own(unit)).retention.deleted)
    rows = (await unit.session.execute(wanted.select(select(gone), (gone.c.id, UUID)))).all()
    return wanted.page(
        rows,
        lambda row: DeletedShown.model_validate({**row._mapping, "kept_until": row.deleted_at + kept}),
        lambda row: (row.id,),
    )


async def restore_module(unit: Unit, access: CourseAccess, module: UUID) -> Module:
    """Bring a module back where it stood, with the pages that went with it; raise `NotFound`, or `Conflict` when the
    course is full."""
    here = Module.course_id == access.course.id
    await content.lock_course(unit, access)
    await content.next_place(unit, Module, here, most=content.MAX_MODULES)
    gone = await _find(unit, Module, module, "deleted module", here)
    pages = (CoursePage.tenant == unit.tenant, CoursePage.module_id == module, CoursePage.deleted_at == gone.deleted_at)
    await unit.session.execute(update(CoursePage).where(*pages).values(deleted_at=None))
    await graph.untie(unit, module)
    _note(unit, access, "module.restored", module)
    return await _bring_back(unit, gone, version=Module.version + 1, updated_at=unit.now)


async def restore_page(unit: Unit, access: CourseAccess, page: UUID) -> CoursePage:
    """Bring a page back into its module; raise `NotFound`, or `Conflict` when that is deleted too, or full."""
    await content.lock_course(unit, access)
    gone = await _find(unit, CoursePage, page, "deleted page", CoursePage.course_id == access.course.id)
    module = select(Module.deleted_at).where(Module.tenant == unit.tenant, Module.id == gone.module_id)
    if await unit.session.scalar(module.with_for_update()) is not None:
        raise Conflict("module-deleted", "The module of that page is deleted too; bring that back first.")
    here = CoursePage.module_id == gone.module_id
    await content.next_place(unit, CoursePage, here, most=content.MAX_PAGES)
    _note(unit, access, "page.restored", page)
    return await _bring_back(unit, gone, version=CoursePage.version + 1, updated_at=unit.now)


async def restore_file(unit: Unit, access: CourseAccess, file: UUID) -> File:
    """Bring a file back, under the address it had; raise `NotFound`, or `Forbidden` when there is no room for it."""
    gone = await _find(unit, File, file, "deleted file", File.course_id == access.course.id)
    await within_storage(unit, gone.size)
    _note(unit, access, "file.restored", file)
    return await _bring_back(unit, gone)


def _gone(unit: Unit, access: CourseAccess) -> CompoundSelect[*tuple[Any, ...]]:
    """Modules, then pages whose module is there (those of a deleted one come back with it), then files."""
    along = select(func.count()).where(
        CoursePage.tenant == Module.tenant,
        CoursePage.module_id == Module.id,
        CoursePage.deleted_at == Module.deleted_at,
    )
    nothing, nowhere = literal(0, Integer).label("pages"), null().cast(UuidType).label("module_id")
    modules = select(*_head("module", Module, Module.title), nowhere, along.scalar_subquery().label("pages"))
    pages = select(*_head("page", CoursePage, CoursePage.title), CoursePage.module_id, nothing)
    files = select(*_head("file", File, File.name), nowhere, nothing)
    of_live = (Module.tenant == CoursePage.tenant) & (Module.id == CoursePage.module_id) & Module.deleted_at.is_(None)
    return union_all(
        modules.where(*_in(unit, access, Module)),
        pages.join(Module, of_live).where(*_in(unit, access, CoursePage)),
        files.where(*_in(unit, access, File)),
    )


def _head(kind: str, table: Any, title: Any) -> tuple[Any, ...]:
    return literal(kind).label("kind"), table.id, title.label("title"), table.deleted_at


def _in(unit: Unit, access: CourseAccess, table: Any) -> tuple[Any, ...]:
    return table.tenant == unit.tenant, table.course_id == access.course.id, table.deleted_at.is_not(None)


async def _find(unit: Unit, table: Any, id: UUID, words: str, here: Any) -> Any:
    """The deleted row, held until the end of the unit."""
    gone = (table.tenant == unit.tenant, table.id == id, here, table.deleted_at.is_not(None))
    row = await unit.session.scalar(select(table).where(*gone).with_for_update())
    if row is None:
        raise missing(words)
    return row


async def _bring_back(unit: Unit, row: Any, **values: Any) -> Any:
    table = type(row)
    mine = update(table).where(table.tenant == unit.tenant, table.id == row.id)
    back = mine.values(deleted_at=None, **values).returning(table)
    return await unit.session.scalar(back.execution_options(synchronize_session=False, populate_existing=True))


def _note(unit: Unit, access: CourseAccess, action: str, subject: UUID) -> None:
    audit(unit, access.who, action, f"{action.partition('.')[0]}:{subject}", why=access.ground)
