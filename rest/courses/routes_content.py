"""Modules, what they require, pages, and what was deleted."""

from uuid import UUID

from fastapi import Response
from sqlalchemy import select

from rest.courses import content, deleted, graph
from rest.courses.access import Author, Reader, visible_modules, visible_pages
from rest.courses.schemas import (
    DeletedShown,
    EditModule,
    EditPage,
    ModuleShown,
    NewModule,
    NewPage,
    OrderModules,
    PageHead,
    PageShown,
    RequirementShown,
    StepShown,
)
from rest.courses.tables import CoursePage, Module, Requirement
from rest.db import InUnit
from rest.platform.etags import Expected, show_etag, tagged
from rest.platform.paging import Page, Paging
from rest.platform.routing import router

routes = router("content", "/courses/{course_id}")


@routes.get("/modules")
async def list_modules(paging: Paging, access: Reader, unit: InUnit) -> Page[ModuleShown]:
    """The modules one may see, in their order."""
    query = select(Module).where(*visible_modules(access, unit))
    rows = (await unit.session.scalars(paging.select(query, (Module.position, int), (Module.id, UUID)))).all()
    return paging.page(rows, ModuleShown.model_validate, lambda row: (row.position, row.id))


@routes.post("/modules", status_code=201)
async def make_module(body: NewModule, response: Response, access: Author, unit: InUnit) -> ModuleShown:
    """A new module at the end, as a draft."""
    return tagged(response, ModuleShown, await content.make_module(unit, access, body))


@routes.put("/modules/order", status_code=204)
async def order_modules(
    body: OrderModules, version: Expected, response: Response, access: Author, unit: InUnit
) -> None:
    """Put the modules in another order. The version is the course's."""
    show_etag(response, (await content.order_modules(unit, access, version, body.modules)).version)


@routes.get("/modules/{module_id}")
async def get_module(module_id: UUID, response: Response, access: Reader, unit: InUnit) -> ModuleShown:
    """One module."""
    return tagged(response, ModuleShown, await content.module_of(unit, access, module_id))


@routes.patch("/modules/{module_id}")
async def edit_module(
    module_id: UUID, body: EditModule, version: Expected, response: Response, access: Author, unit: InUnit
) -> ModuleShown:
    """Change a module, or publish it."""
    return tagged(response, ModuleShown, await content.edit_module(unit, access, module_id, version, body))


@routes.delete("/modules/{module_id}", status_code=204)
async def delete_module(module_id: UUID, access: Author, unit: InUnit) -> None:
    """Delete a module and its pages."""
    await content.remove_module(unit, access, module_id)


@routes.post("/modules/{module_id}/restore")
async def restore_module(module_id: UUID, response: Response, access: Author, unit: InUnit) -> ModuleShown:
    """Bring a deleted module back, with the pages it had and what it required."""
    return tagged(response, ModuleShown, await deleted.restore_module(unit, access, module_id))


@routes.get("/prerequisites")
async def list_requirements(paging: Paging, access: Reader, unit: InUnit) -> Page[RequirementShown]:
    """Which module requires which, among those one may see."""
    seen = select(Module.id).where(*visible_modules(access, unit)).scalar_subquery()
    query = select(Requirement).where(
        Requirement.tenant == unit.tenant,
        Requirement.course_id == access.course.id,
        Requirement.module_id.in_(seen),
        Requirement.requires_id.in_(seen),
    )
    place = ((Requirement.module_id, UUID), (Requirement.requires_id, UUID))
    rows = (await unit.session.scalars(paging.select(query, *place))).all()
    return paging.page(rows, RequirementShown.model_validate, lambda row: (row.module_id, row.requires_id))


@routes.get("/modules/{module_id}/prerequisites")
async def list_before(module_id: UUID, access: Reader, unit: InUnit) -> list[StepShown]:
    """Everything to take before a module, what comes first, first."""
    await content.module_of(unit, access, module_id)
    return await graph.before(unit, access, module_id)


@routes.put("/modules/{module_id}/prerequisites/{requires_id}", status_code=204)
async def require(module_id: UUID, requires_id: UUID, access: Author, unit: InUnit) -> None:
    """Have a module require another; a cycle is refused."""
    await graph.require(unit, access, module_id, requires_id)


@routes.delete("/modules/{module_id}/prerequisites/{requires_id}", status_code=204)
async def release(module_id: UUID, requires_id: UUID, access: Author, unit: InUnit) -> None:
    """Have a module require another no more."""
    await graph.release(unit, access, module_id, requires_id)


@routes.get("/modules/{module_id}/pages")
async def list_pages(module_id: UUID, paging: Paging, access: Reader, unit: InUnit) -> Page[PageHead]:
    """The pages of a module, without their bodies."""
    await content.module_of(unit, access, module_id)
    here = (CoursePage.tenant == unit.tenant, CoursePage.module_id == module_id)
    query = select(CoursePage).where(*here, *visible_pages(access))
    place = ((CoursePage.position, int), (CoursePage.id, UUID))
    rows = (await unit.session.scalars(paging.select(query, *place))).all()
    return paging.page(rows, PageHead.model_validate, lambda row: (row.position, row.id))


@routes.post("/modules/{module_id}/pages", status_code=201)
async def make_page(module_id: UUID, body: NewPage, response: Response, access: Author, unit: InUnit) -> PageShown:
    """A new page at the end of a module, as a draft."""
    return tagged(response, PageShown, await content.make_page(unit, access, module_id, body))


@routes.get("/pages/{page_id}")
async def get_page(page_id: UUID, response: Response, access: Reader, unit: InUnit) -> PageShown:
    """One page."""
    return tagged(response, PageShown, await content.page_of(unit, access, page_id))


@routes.patch("/pages/{page_id}")
async def edit_page(
    page_id: UUID, body: EditPage, version: Expected, response: Response, access: Author, unit: InUnit
) -> PageShown:
    """Change a page, publish it, or put it elsewhere in its module."""
    return tagged(response, PageShown, await content.edit_page(unit, access, page_id, version, body))


@routes.delete("/pages/{page_id}", status_code=204)
async def delete_page(page_id: UUID, access: Author, unit: InUnit) -> None:
    """Delete a page."""
    await content.remove_page(unit, access, page_id)


@routes.post("/pages/{page_id}/restore")
async def restore_page(page_id: UUID, response: Response, access: Author, unit: InUnit) -> PageShown:
    """Bring a deleted page back into its module."""
    return tagged(response, PageShown, await deleted.restore_page(unit, access, page_id))


@routes.get("/deleted")
async def list_deleted(paging: Paging, access: Author, unit: InUnit) -> Page[DeletedShown]:
    """Modules, pages and files that were deleted and can be restored, in the order they were made."""
    return await deleted.list_deleted(unit, access, paging)
