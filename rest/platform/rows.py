"""Changing one row under optimistic concurrency."""

from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import insert, select, update

from rest.db import Unit
from rest.platform.etags import stale
from rest.platform.tables import Kept, TenantRow, Versioned
from rest.problems import NotFound

V = TypeVar("V", bound=Versioned)
R = TypeVar("R", bound=TenantRow)


def live(table: type[Any]) -> tuple[Any, ...]:
    """Conditions that leave out rows that were deleted, where the table keeps those."""
    return (table.deleted_at.is_(None),) if issubclass(table, Kept) else ()


async def add(unit: Unit, table: type[R], **values: Any) -> R:
    """A new row with an id of its own; a versioned one starts at version 1."""
    values = {"tenant": unit.tenant, "id": unit.ids.new()} | values
    if issubclass(table, Versioned):
        values = {"version": 1, "created_at": unit.now, "updated_at": unit.now} | values
    return (await unit.session.scalars(insert(table).values(**values).returning(table))).one()


async def find(unit: Unit, table: type[R], id: UUID, words: str, *conditions: Any, lock: bool = False) -> R:
    """The row of that id that fulfils ``conditions`` and is not deleted; raise `NotFound`."""
    query = select(table).where(table.tenant == unit.tenant, table.id == id, *live(table), *conditions)
    row = await unit.session.scalar(query.with_for_update() if lock else query)
    if row is None:
        raise missing(words)
    return row


async def revise(unit: Unit, table: type[V], id: UUID, version: int, words: str, *conditions: Any, **values: Any) -> V:
    """The row changed to ``values`` and the next version; raise `NotFound`, or `Stale` when it is not at
    ``version``."""
    here = (table.tenant == unit.tenant, table.id == id, *live(table), *conditions)
    values = {"version": version + 1, "updated_at": unit.now} | values
    changed = update(table).where(*here, table.version == version).values(**values).returning(table)
    row = await unit.session.scalar(changed)
    if row is not None:
        return row
    if await unit.session.scalar(select(table.id).where(*here)) is None:
        raise missing(words)
    raise stale()


def missing(what: str) -> NotFound:
    """There is none, or none they may know of: both are answered alike."""
    return NotFound(f"no-such-{what.replace(' ', '-')}", f"There is no such {what} here.")
