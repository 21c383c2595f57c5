"""Founding and running institutions; quotas."""

from typing import Any

from sqlalchemy import func, insert, select, text

from rest.db import Unit
from rest.identity.passwords import Passwords, check_choice
from rest.identity.policy import Role
from rest.identity.service import keep_password, send_verification
from rest.institutions.schemas import FoundInstitution, InstitutionSettings, InstitutionShown, Quotas
from rest.institutions.tables import Institution
from rest.people.sealed import seal
from rest.people.tables import Person, PersonRole
from rest.platform.etags import stale
from rest.platform.rows import add, missing
from rest.platform.vault import Vault
from rest.problems import Conflict, Forbidden
from rest.settings import RestSettings
from rest.trust.audit import audit

PLATFORM = "platform"
"""The institution of those who run the installation."""
RESERVED = frozenset({PLATFORM, "default", "demo", "lyceum", "api", "admin", "www"})


async def found(
    unit: Unit, settings: RestSettings, vault: Vault, passwords: Passwords, asked: FoundInstitution
) -> Institution:
    """A new institution, and a message to its administrator."""
    if asked.institution.casefold() in RESERVED:
        raise Conflict("institution-taken", "That name is kept for the installation itself; choose another one.")
    check_choice(asked.administrator_password, asked.administrator_email)
    institution = await create(unit, asked.institution, asked.name, asked.locale, asked.time_zone)
    person = await make_person(
        unit, vault, asked.administrator_name, asked.administrator_email, [Role.ADMINISTRATOR], status="active"
    )
    await keep_password(unit, person.id, await passwords.hash(asked.administrator_password))
    await send_verification(unit, settings, vault, person)
    audit(unit, None, "institution.founded", f"institution:{asked.institution}", person=person.id)
    return institution


async def create(unit: Unit, tenant: str, name: str, locale: str, time_zone: str, kind: str = "school") -> Institution:
    """An institution without people. The unit works for it from here on."""
    await unit.enter(tenant)
    values = {"tenant": tenant, "name": name, "kind": kind, "status": "active", "locale": locale}
    values |= {"time_zone": time_zone, "quotas": {}, "settings": {}, "version": 1}
    new = insert(Institution).values(created_at=unit.now, updated_at=unit.now, **values)
    return (await unit.session.scalars(new.returning(Institution))).one()


async def make_person(
    unit: Unit, vault: Vault, name: str, email: str | None, roles: list[Role], **columns: Any
) -> Person:
    """A person of the unit's tenant with those roles."""
    id = unit.ids.new()
    words = seal(vault, unit.tenant, id, {"name": name, "email": email})
    person = await add(unit, Person, id=id, **({"status": "invited"} | columns | words))
    if roles:
        rows = [{"tenant": unit.tenant, "person_id": id, "role": role.value} for role in sorted(set(roles))]
        await unit.session.execute(insert(PersonRole), rows)
    return person


async def own(unit: Unit, lock: bool = False) -> Institution:
    """The institution the unit works for."""
    query = select(Institution).where(Institution.tenant == unit.tenant)
    row = await unit.session.scalar(query.with_for_update() if lock else query)
    if row is None:
        raise missing("institution")
    return row


async def change(unit: Unit, institution: Institution, version: int, **values: Any) -> Institution:
    """``institution`` (locked) with other values and the next version."""
    if institution.version != version:
        raise stale()
    for name, value in values.items():
        setattr(institution, name, value)
    institution.version += 1
    institution.updated_at = unit.now
    await unit.session.flush()
    return institution


def show(row: Institution) -> InstitutionShown:
    """A row as it is shown; what was never set has its default."""
    return InstitutionShown(
        institution=row.tenant,
        name=row.name,
        status=row.status,  # type: ignore[arg-type]
        locale=row.locale,
        time_zone=row.time_zone,
        quotas=quotas(row),
        settings=settings_of(row),
        version=row.version,
        created_at=row.created_at,
    )


def quotas(row: Institution) -> Quotas:
    """How much the institution may have."""
    return Quotas.model_validate(row.quotas)


def settings_of(row: Institution) -> InstitutionSettings:
    """How the institution wants things."""
    return InstitutionSettings.model_validate(row.settings)


async def within(unit: Unit, quota: str, table: Any, *conditions: Any) -> None:
    """Raise `Forbidden` when one more row of ``table`` that fulfils ``conditions`` would be past a quota."""
    used = select(func.count()).select_from(table).where(table.tenant == unit.tenant, *conditions)
    await _check(unit, quota, used, 1)


_STORED = text("""
SELECT coalesce(sum(size), 0) FROM (
  SELECT size FROM files WHERE tenant = :tenant AND deleted_at IS NULL
  UNION ALL SELECT size FROM submission_files WHERE tenant = :tenant
  UNION ALL SELECT CAST(document ->> 'size' AS bigint) FROM submissions WHERE tenant = :tenant AND document IS NOT NULL
) AS kept
""")
"""Bytes of everything kept in the file store: files of courses, files handed in, documents of rooms handed in."""


async def within_storage(unit: Unit, more: int) -> None:
    """Raise `Forbidden` when ``more`` bytes in the file store, wherever they belong, would be past the quota."""
    await _check(unit, "storage_bytes", _STORED.bindparams(tenant=unit.tenant), more)


async def _check(unit: Unit, quota: str, used: Any, more: int) -> None:
    """Who counts holds a lock on that count until the end of the transaction: two at once cannot both be the last."""
    key = {"key": f"quota:{unit.tenant}:{quota}"}
    await unit.session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))"), key)
    here = int(await unit.session.scalar(used) or 0)
    limit = getattr(quotas(await own(unit)), quota)
    if here + more > limit:
        words = f"Your institution has reached its quota of {quota.replace('_', ' ')} ({limit})."
        raise Forbidden("quota-reached", words)
