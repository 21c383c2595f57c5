"""The item bank of a course: questions, their versions, their tags."""

from collections import OrderedDict
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, insert, select, tuple_, update

from rest.assessment.items import Item
from rest.assessment.schemas import EditItem, NewItem
from rest.assessment.shown import kind
from rest.assessment.tables import ItemRow, ItemVersion
from rest.assessment.wire import dump_item, load_item, read_item
from rest.courses.access import CourseAccess
from rest.db import Unit
from rest.platform.rows import add, find, missing, revise
from rest.trust.audit import audit

MOST_KEPT = 8_192
"""Versions of questions a process remembers."""

Version = tuple[UUID, int]
"""An item and the number of its version."""


async def make_item(unit: Unit, access: CourseAccess, asked: NewItem) -> ItemRow:
    """A new question."""
    id = unit.ids.new()
    item = read_item(id, asked.content)
    row = await add(unit, ItemRow, id=id, course_id=access.course.id, tags=_tags(asked.tags), **_columns(item))
    await _keep(unit, access, row)
    audit(unit, access.who, "item.made", f"item:{id}", why=access.ground)
    return row


async def edit_item(unit: Unit, access: CourseAccess, id: UUID, version: int, asked: EditItem) -> ItemRow:
    """Change a question; the version before stays for who answered it."""
    values: dict[str, Any] = {} if asked.tags is None else {"tags": _tags(asked.tags)}
    if asked.content is not None:
        values |= _columns(read_item(id, asked.content))
    row = await revise(unit, ItemRow, id, version, "item", ItemRow.course_id == access.course.id, **values)
    await _keep(unit, access, row)
    audit(unit, access.who, "item.edited", f"item:{id}", why=access.ground, version=row.version)
    return row


async def remove_item(unit: Unit, access: CourseAccess, id: UUID) -> None:
    """Take a question out of the bank; quizzes that are published keep it."""
    row = await item_of(unit, access, id, lock=True)
    gone = update(ItemRow).where(ItemRow.tenant == unit.tenant, ItemRow.id == row.id)
    await unit.session.execute(gone.values(deleted_at=unit.now, version=ItemRow.version + 1))
    audit(unit, access.who, "item.deleted", f"item:{id}", why=access.ground)


async def item_of(unit: Unit, access: CourseAccess, id: UUID, lock: bool = False) -> ItemRow:
    """A question of the course."""
    return await find(unit, ItemRow, id, "item", ItemRow.course_id == access.course.id, lock=lock)


def in_bank(tenant: str, course: UUID) -> list[ColumnElement[bool]]:
    """Conditions for the questions of a course."""
    return [ItemRow.tenant == tenant, ItemRow.course_id == course, ItemRow.deleted_at.is_(None)]


def _columns(item: Item) -> dict[str, Any]:
    about = {"kind": kind(item), "title": item.title or item.prompt[:120], "points": item.points}
    return about | {"skills": list(item.skills), "content": dump_item(item)}


def _tags(tags: list[str]) -> list[str]:
    return sorted(set(tags))


async def _keep(unit: Unit, access: CourseAccess, row: ItemRow) -> None:
    values = {"tenant": unit.tenant, "item_id": row.id, "number": row.version, "content": row.content}
    await unit.session.execute(insert(ItemVersion).values(made_by=access.who.person, made_at=unit.now, **values))


class Contents:
    """Versions of questions, which never change, remembered by this process; the least recently used go first."""

    def __init__(self, capacity: int = MOST_KEPT) -> None:
        self._capacity = capacity
        self._known: OrderedDict[tuple[str, UUID, int], Item] = OrderedDict()

    async def of(self, unit: Unit, versions: Iterable[Version]) -> dict[Version, Item]:
        """The questions of ``versions``; raise `NotFound` when the unit's tenant has no such one."""
        wanted = list(dict.fromkeys(versions))
        lacking = [one for one in wanted if (unit.tenant, *one) not in self._known]
        if lacking:
            await self._load(unit, lacking)
        found: dict[Version, Item] = {}
        for one in wanted:
            item = self._known.get((unit.tenant, *one))
            if item is None:
                raise missing("item")
            self._known.move_to_end((unit.tenant, *one))
            found[one] = item
        while len(self._known) > self._capacity:
            self._known.popitem(last=False)
        return found

    async def _load(self, unit: Unit, versions: list[Version]) -> None:
        here = tuple_(ItemVersion.item_id, ItemVersion.number).in_(versions)
        rows = await unit.session.scalars(select(ItemVersion).where(ItemVersion.tenant == unit.tenant, here))
        for row in rows:
            self._known[unit.tenant, row.item_id, row.number] = load_item(row.item_id, row.content)
