"""The audit log read and checked; a person's data handed out, and forgotten; keys rotated."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import select, text, update

from rest.db import Database, Unit
from rest.identity.principal import About, Principal
from rest.identity.sessions import revoke_all
from rest.live import PersonHolder
from rest.oidc.service import open_secret, seal_secret
from rest.oidc.tables import Provider
from rest.people import sealed
from rest.people.service import Leaving, check_not_last
from rest.people.tables import Person
from rest.platform.rows import add, find
from rest.platform.vault import Vault
from rest.trust.audit import audit
from rest.trust.records import RECORDS, Record
from rest.trust.tables import AuditEntry, AuditHead, Erasure
from rest.trust.verify import Link, Verdict, Verifier

BATCH = 1_000
MAX_ROWS = 10_000
"""Of one table in an export."""
HOLDER_SECONDS = 60.0
ERASED = "erased"
POLL_SECONDS = 30.0

log = structlog.get_logger("rest.trust")


async def verify(unit: Unit) -> Verdict:
    """Check the whole log of the unit's tenant, in batches."""
    head = await unit.session.scalar(select(AuditHead).where(AuditHead.tenant == unit.tenant))
    verifier, after = Verifier(unit.tenant), 0
    if head is None:
        return Verdict(0, b"")
    while True:
        here = (AuditEntry.tenant == unit.tenant, AuditEntry.seq > after, AuditEntry.seq <= head.seq)
        columns = select(AuditEntry.seq, AuditEntry.entry, AuditEntry.hash)
        rows = (await unit.session.execute(columns.where(*here).order_by(AuditEntry.seq).limit(BATCH))).all()
        verifier.take(Link(row.seq, row.entry, row.hash) for row in rows)
        if len(rows) < BATCH:
            return verifier.verdict(head.seq, head.hash)
        after = rows[-1].seq


async def export(
    unit: Unit, vault: Vault, about: About, holders: Sequence[PersonHolder]
) -> tuple[dict[str, Any], list[str]]:
    """Everything the REST tier has of a person, and the rooms they may have left something in."""
    person = await find(unit, Person, about.person, "person")
    words = sealed.identity(vault, person)
    data: dict[str, Any] = {
        "person": {
            "id": str(person.id),
            "name": words.name,
            "email": words.email,
            "birth_date": str(words.birth_date) if words.birth_date else None,
            "locale": person.locale,
            "status": person.status,
            "created_at": person.created_at.isoformat(),
        }
    }
    for record in RECORDS:
        if record.exported:
            rows = await _rows(unit, record, person.id)
            data.setdefault(record.table, []).extend(rows)
    audit(unit, about.who, "person.exported", f"person:{person.id}", person=person.id, why=about.ground)
    return data, await rooms_of(unit, person.id)


async def _rows(unit: Unit, record: Record, person: UUID) -> list[dict[str, Any]]:
    statement = (
        f"SELECT to_jsonb(t) - CAST(:without AS text[]) - 'tenant' AS row FROM {record.table} t"  # noqa: S608
        f" WHERE t.tenant = :tenant AND t.{record.column} = :person LIMIT {MAX_ROWS}"
    )
    values = {"without": list(record.without), "tenant": unit.tenant, "person": person}
    return list((await unit.session.scalars(text(statement), values)).all())


async def of_holders(
    holders: Sequence[PersonHolder], tenant: str, person: UUID, rooms: list[str]
) -> AsyncIterator[tuple[str, dict[str, Any]]]:
    """What the other planes have of a person: the holder's name and a record, one after the other."""
    for holder in holders:
        async for one in holder.export(tenant, person, rooms):
            yield holder.name, one


async def rooms_of(unit: Unit, person: UUID) -> list[str]:
    """The rooms of the classes of every course the person ever took part in."""
    query = text("""
        SELECT c.room FROM classes c JOIN enrolments e ON e.tenant = c.tenant AND e.course_id = c.course_id
        WHERE e.person_id = :person
        UNION
        SELECT g.room FROM class_groups g JOIN classes c ON c.tenant = g.tenant AND c.id = g.class_id
        JOIN enrolments e ON e.tenant = c.tenant AND e.course_id = c.course_id WHERE e.person_id = :person
    """)
    return sorted((await unit.session.scalars(query, {"person": person})).all())


async def erase(
    unit: Unit,
    vault: Vault,
    who: Principal,
    person: UUID,
    reason: str,
    holders: Sequence[PersonHolder],
    leaving: tuple[Leaving, ...],
) -> Erasure:
    """Forget a person: here at once, in the other planes as soon as each has done so.

    What remains is that somebody without a name took part in a course, and the audit log, which names nobody."""
    await find(unit, Person, person, "person", lock=True)
    await check_not_last(unit, person)
    rooms = await rooms_of(unit, person)
    await revoke_all(unit, person, ERASED)
    for leave in leaving:
        await leave(unit, person, None)
    for record in RECORDS:
        await _forget(unit, record, person)
    nobody: dict[str, Any] = sealed.seal(vault, unit.tenant, person, {"name": "—", "email": None, "birth_date": None})
    nobody |= {"status": ERASED, "locale": None, "email_verified_at": None, "deleted_at": unit.now}
    mine = update(Person).where(Person.tenant == unit.tenant, Person.id == person)
    await unit.session.execute(mine.values(version=Person.version + 1, updated_at=unit.now, **nobody))
    audit(unit, who, "person.erased", f"person:{person}", person=person, why="administrator", reason=reason)
    waiting = [holder.name for holder in holders]
    done = {"done_at": None if waiting else unit.now}
    asked = {"asked_by": who.person, "asked_at": unit.now}
    return await add(unit, Erasure, person_id=person, rooms=rooms, waiting=waiting, **asked, **done)


async def _forget(unit: Unit, record: Record, person: UUID) -> None:
    if record.fate == "keep":
        return
    here = f"WHERE tenant = :tenant AND {record.column} = :person"
    verb = f"DELETE FROM {record.table}"  # noqa: S608 - names of our own tables
    if record.fate == "clear":
        verb = f"UPDATE {record.table} SET {record.column} = NULL"  # noqa: S608
    await unit.session.execute(text(f"{verb} {here}"), {"tenant": unit.tenant, "person": person})


async def erase_waiting(database: Database, holders: Sequence[PersonHolder]) -> int:
    """Have the other planes forget whom they have not forgotten yet; return how many erasures still wait."""
    async with database.unit("", service="erasure") as unit:
        query = select(Erasure).where(Erasure.done_at.is_(None)).order_by(Erasure.asked_at).limit(BATCH)
        rows = (await unit.session.scalars(query)).all()
    left = 0
    for row in rows:
        waiting = [name for name in row.waiting if not await _erased_by(holders, name, row)]
        left += bool(waiting)
        async with database.unit(row.tenant) as unit:
            mine = update(Erasure).where(Erasure.tenant == row.tenant, Erasure.id == row.id)
            done = {"waiting": waiting, "tried_at": unit.now, "done_at": None if waiting else unit.now}
            await unit.session.execute(mine.values(**done))
    return left


async def _erased_by(holders: Sequence[PersonHolder], name: str, row: Erasure) -> bool:
    for holder in holders:
        if holder.name == name:
            try:
                async with asyncio.timeout(HOLDER_SECONDS):
                    await holder.erase(row.tenant, row.person_id, row.rooms)
            except Exception as error:
                log.warning("erasure waits", holder=name, error=type(error).__name__)
                return False
            return True
    return False  # a plane that is not running here; it will be asked where it is


async def erase_forever(database: Database, holders: Sequence[PersonHolder]) -> None:
    """`erase_waiting` again and again, until cancelled."""
    while True:
        try:
            await erase_waiting(database, holders)
        except Exception as error:
            log.warning("erasures", error=type(error).__name__)
        await asyncio.sleep(POLL_SECONDS)


async def rotate(unit: Unit, vault: Vault, who: Principal, limit: int) -> tuple[int, int]:
    """Close up to ``limit`` people's fields, and all providers' secrets, under the current key; (closed, left)."""
    people = (await unit.session.scalars(select(Person).where(Person.tenant == unit.tenant))).all()
    old = [person for person in people if not _is_current(vault, person)]
    for person in old[:limit]:
        words = sealed.identity(vault, person)
        fields = {"name": words.name, "email": words.email, "birth_date": words.birth_date}
        columns = sealed.seal(vault, unit.tenant, person.id, fields)
        if person.deleted_at is not None:
            columns.pop("email_index", None)
        for name, value in columns.items():
            setattr(person, name, value)
    providers = (await unit.session.scalars(select(Provider).where(Provider.tenant == unit.tenant))).all()
    for provider in providers:
        if not vault.is_current(provider.client_secret):
            provider.client_secret = seal_secret(vault, unit.tenant, provider.id, open_secret(vault, provider))
    await unit.session.flush()
    audit(unit, who, "keys.rotated", f"institution:{unit.tenant}", count=len(old[:limit]))
    return len(old[:limit]), max(0, len(old) - limit)


def _is_current(vault: Vault, person: Person) -> bool:
    fields = (person.name, person.email, person.birth_date)
    return all(vault.is_current(field) for field in fields if field is not None)


def entry_of(row: AuditEntry) -> dict[str, Any]:
    """The text of an entry, read."""
    return json.loads(row.entry)
