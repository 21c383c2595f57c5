"""``/courses/{course_id}/items``: the item bank."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response
from sqlalchemy import select

from rest.assessment import bank
from rest.assessment.schemas import EditItem, ItemHead, ItemShown, ItemVersionShown, Kind, NewItem, Tag
from rest.assessment.tables import ItemRow, ItemVersion
from rest.courses.access import CourseAccess, in_course
from rest.db import InUnit
from rest.identity.policy import Action
from rest.platform.etags import Expected, tagged
from rest.platform.paging import Page, Paging
from rest.platform.routing import router
from rest.platform.text import Line

routes = router("assessment", "/courses/{course_id}/items")

Editor = Annotated[CourseAccess, in_course(Action.ITEMS_EDIT)]


@routes.get("")
async def list_items(
    paging: Paging,
    access: Editor,
    unit: InUnit,
    kind: Annotated[Kind | None, Query()] = None,
    tag: Annotated[list[Tag] | None, Query(max_length=10, description="All of these")] = None,
    q: Annotated[Line | None, Query(description="Words of the title")] = None,
) -> Page[ItemHead]:
    """The questions of the course, in the order they were made."""
    query = select(ItemRow).where(*bank.in_bank(unit.tenant, access.course.id))
    query = query if kind is None else query.where(ItemRow.kind == kind)
    query = query if not tag else query.where(ItemRow.tags.contains(tag))
    query = query if q is None else query.where(ItemRow.title.icontains(q, autoescape=True))
    rows = (await unit.session.scalars(paging.select(query, (ItemRow.id, UUID)))).all()
    return paging.page(rows, ItemHead.model_validate, lambda row: (row.id,))


@routes.post("", status_code=201)
async def make_item(body: NewItem, response: Response, access: Editor, unit: InUnit) -> ItemShown:
    """A new question."""
    return tagged(response, ItemShown, await bank.make_item(unit, access, body))


@routes.get("/{item_id}")
async def get_item(item_id: UUID, response: Response, access: Editor, unit: InUnit) -> ItemShown:
    """One question with its key."""
    return tagged(response, ItemShown, await bank.item_of(unit, access, item_id))


@routes.patch("/{item_id}")
async def edit_item(
    item_id: UUID, body: EditItem, version: Expected, response: Response, access: Editor, unit: InUnit
) -> ItemShown:
    """Change a question: a new version. Quizzes take it up when they are published or graded again."""
    return tagged(response, ItemShown, await bank.edit_item(unit, access, item_id, version, body))


@routes.delete("/{item_id}", status_code=204)
async def delete_item(item_id: UUID, access: Editor, unit: InUnit) -> None:
    """Take a question out of the bank; quizzes that are published keep it."""
    await bank.remove_item(unit, access, item_id)


@routes.get("/{item_id}/versions")
async def list_versions(item_id: UUID, paging: Paging, access: Editor, unit: InUnit) -> Page[ItemVersionShown]:
    """All versions of a question, the first one first."""
    await bank.item_of(unit, access, item_id)
    query = select(ItemVersion).where(ItemVersion.tenant == unit.tenant, ItemVersion.item_id == item_id)
    rows = (await unit.session.scalars(paging.select(query, (ItemVersion.number, int)))).all()
    return paging.page(rows, ItemVersionShown.model_validate, lambda row: (row.number,))
