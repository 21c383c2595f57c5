"""Taking people in, changing them, letting them go."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert

from rest.db import Unit
from rest.identity.policy import Role, may_give
from rest.identity.principal import Principal, forbidden
from rest.identity.service import TO_SET_PASSWORD, WELCOME_LIVES, send_link, send_verification
from rest.identity.sessions import revoke_all
from rest.institutions.service import make_person, own, within
from rest.outbox.texts import WELCOME
from rest.people import queries
from rest.people.schemas import EditPerson, NewPerson, PersonShown
from rest.people.sealed import EMAIL, identity, normal, seal
from rest.people.tables import Guardianship, Person, PersonRole
from rest.platform.rows import find, missing, revise
from rest.platform.vault import Vault
from rest.problems import Conflict
from rest.settings import RestSettings
from rest.trust.audit import audit

Leaving = Callable[[Unit, UUID, UUID | None], Awaitable[None]]
"""What other domains do when a person may no longer be in a course (None: in any): called in the unit that decides."""


async def take_in(unit: Unit, settings: RestSettings, vault: Vault, who: Principal, asked: NewPerson) -> Person:
    """A new person; with an address they are sent a welcome."""
    check_giving(who, asked.roles)
    await within(unit, "people", Person, Person.deleted_at.is_(None))
    await refuse_taken(unit, vault, asked.email)
    person = await make_person(unit, vault, asked.name, asked.email, asked.roles, locale=asked.locale)
    if asked.birth_date is not None:
        columns = seal(vault, unit.tenant, person.id, {"birth_date": asked.birth_date})
        await unit.session.execute(_row(unit, person.id).values(**columns))
        person = await find(unit, Person, person.id, "person")
    await welcome(unit, settings, vault, person)
    audit(unit, who, "person.made", f"person:{person.id}", person=person.id, roles=[r.value for r in asked.roles])
    return person


async def welcome(unit: Unit, settings: RestSettings, vault: Vault, person: Person) -> None:
    """Send a person the link to choose a password, if they have an address."""
    name = (await own(unit)).name
    await send_link(unit, settings, vault, person, WELCOME, TO_SET_PASSWORD, WELCOME_LIVES, institution=name)


async def refuse_taken(unit: Unit, vault: Vault, email: str | None, but: UUID | None = None) -> None:
    """Raise `Conflict` when somebody else has that address, under whichever key it is indexed."""
    if email is None:
        return
    other = await queries.by_email(unit, vault.indexes(unit.tenant, EMAIL, normal(email)))
    if other is not None and other.id != but:
        raise Conflict("email-taken", "Somebody of this institution has that e-mail address already.")


async def edit(
    unit: Unit,
    settings: RestSettings,
    vault: Vault,
    who: Principal,
    person: UUID,
    version: int,
    asked: EditPerson,
    leaving: tuple[Leaving, ...],
) -> Person:
    """Change a person. A new address must be confirmed; who is suspended is signed out and sent out of classes."""
    changes = asked.changes("email", "birth_date", "locale")
    await refuse_taken(unit, vault, asked.email, but=person)
    columns: dict[str, Any] = {key: changes[key] for key in ("locale", "status") if key in changes}
    columns |= seal(vault, unit.tenant, person, changes)
    if EMAIL in changes:
        columns["email_verified_at"] = None
    if changes.get("status") == "suspended":
        await check_not_last(unit, person)
        await _leave(unit, person, "suspended", leaving)
    row = await revise(unit, Person, person, version, "person", Person.status != "erased", **columns)
    if EMAIL in changes:
        await send_verification(unit, settings, vault, row)
    audit(unit, who, "person.edited", f"person:{person}", person=person, fields=sorted(changes))
    return row


async def let_go(unit: Unit, who: Principal, person: UUID, leaving: tuple[Leaving, ...]) -> None:
    """Delete a person; what they did stays until it is purged or erased."""
    await find(unit, Person, person, "person", lock=True)
    await check_not_last(unit, person)
    await _leave(unit, person, "deleted", leaving)
    gone = {"deleted_at": unit.now, "status": "suspended", "email_index": None}
    await unit.session.execute(_row(unit, person).values(version=Person.version + 1, updated_at=unit.now, **gone))
    audit(unit, who, "person.deleted", f"person:{person}", person=person)


async def give_roles(unit: Unit, who: Principal, person: UUID, version: int, roles: list[Role]) -> Person:
    """Have a person hold exactly ``roles`` in the institution."""
    held = set((await queries.roles_of(unit, [person])).get(person, []))
    check_giving(who, list(held ^ set(roles)))
    if Role.ADMINISTRATOR in held - set(roles):
        await check_not_last(unit, person)
    row = await revise(unit, Person, person, version, "person")
    await unit.session.execute(
        delete(PersonRole).where(PersonRole.tenant == unit.tenant, PersonRole.person_id == person)
    )
    rows = [{"tenant": unit.tenant, "person_id": person, "role": role.value} for role in sorted(set(roles))]
    if rows:
        await unit.session.execute(insert(PersonRole), rows)
    audit(unit, who, "roles.given", f"person:{person}", person=person, roles=[row["role"] for row in rows])
    return row


def check_giving(who: Principal, roles: list[Role]) -> None:
    """Raise `Forbidden` unless ``who`` may give, and so take, each of ``roles``."""
    if not all(may_give(who.roles, role) for role in roles):
        raise forbidden()


async def check_not_last(unit: Unit, person: UUID) -> None:
    """Raise `Conflict` when ``person`` is the only administrator left. Decided by one transaction at a time."""
    key = {"key": f"administrators:{unit.tenant}"}
    await unit.session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))"), key)
    mine = (
        PersonRole.tenant == unit.tenant,
        PersonRole.person_id == person,
        PersonRole.role == Role.ADMINISTRATOR.value,
    )
    if await unit.session.scalar(select(PersonRole.role).where(*mine)) is None:
        return
    if not await unit.session.scalar(queries.others_with(unit, Role.ADMINISTRATOR, person)):
        raise Conflict("last-administrator", "An institution needs an administrator; name another one first.")


async def set_guardian(unit: Unit, who: Principal, ward: UUID, guardian: UUID) -> Person:
    """Have ``guardian`` answer for ``ward``."""
    await find(unit, Person, ward, "person")
    person = await find(unit, Person, guardian, "person")
    if ward == guardian:
        raise Conflict("own-guardian", "Nobody is their own guardian.")
    values = {"tenant": unit.tenant, "guardian_id": guardian, "ward_id": ward, "created_at": unit.now}
    await unit.session.execute(upsert(Guardianship).values(**values).on_conflict_do_nothing())
    audit(unit, who, "guardian.set", f"person:{guardian}", person=ward)
    return person


async def unset_guardian(unit: Unit, who: Principal, ward: UUID, guardian: UUID) -> None:
    """Have ``guardian`` answer for ``ward`` no more."""
    mine = (Guardianship.tenant == unit.tenant, Guardianship.guardian_id == guardian, Guardianship.ward_id == ward)
    if await unit.session.scalar(delete(Guardianship).where(*mine).returning(Guardianship.ward_id)) is None:
        raise missing("guardian")
    audit(unit, who, "guardian.unset", f"person:{guardian}", person=ward)


def show(vault: Vault, person: Person, roles: list[Role]) -> PersonShown:
    """A row in words."""
    words = identity(vault, person)
    return PersonShown(
        id=person.id,
        name=words.name,
        email=words.email,
        email_verified=person.email_verified_at is not None,
        birth_date=words.birth_date,
        locale=person.locale,
        status=person.status,  # type: ignore[arg-type]
        roles=roles,
        version=person.version,
        created_at=person.created_at,
    )


async def _leave(unit: Unit, person: UUID, why: str, leaving: tuple[Leaving, ...]) -> None:
    await revoke_all(unit, person, why)
    for leave in leaving:
        await leave(unit, person, None)


def _row(unit: Unit, person: UUID):
    return update(Person).where(Person.tenant == unit.tenant, Person.id == person)
