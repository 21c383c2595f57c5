"""What is looked up about people."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import Select, func, select

from rest.db import Unit
from rest.identity.policy import Role
from rest.people.tables import Guardianship, Person, PersonRole


async def roles_of(unit: Unit, people: Iterable[UUID]) -> dict[UUID, list[Role]]:
    """The roles each of ``people`` holds in the institution."""
    mine = (PersonRole.tenant == unit.tenant, PersonRole.person_id.in_(list(people)))
    held: dict[UUID, list[Role]] = {}
    for row in (await unit.session.scalars(select(PersonRole).where(*mine).order_by(PersonRole.role))).all():
        held.setdefault(row.person_id, []).append(Role(row.role))
    return held


async def by_email(unit: Unit, indexes: Sequence[bytes]) -> Person | None:
    """The person whose e-mail address has one of those blind indexes."""
    here = (Person.tenant == unit.tenant, Person.email_index.in_(indexes), Person.deleted_at.is_(None))
    return await unit.session.scalar(select(Person).where(*here))


def others_with(unit: Unit, role: Role, but: UUID) -> Select[int]:
    """How many active people hold ``role``, apart from one."""
    return (
        select(func.count())
        .select_from(PersonRole)
        .join(Person, (Person.tenant == PersonRole.tenant) & (Person.id == PersonRole.person_id))
        .where(PersonRole.tenant == unit.tenant, PersonRole.role == role.value, PersonRole.person_id != but)
        .where(Person.status == "active", Person.deleted_at.is_(None))
    )


def guardians(unit: Unit, ward: UUID) -> Select[Person]:
    """The people who answer for ``ward``."""
    return (
        select(Person)
        .join(Guardianship, (Guardianship.tenant == Person.tenant) & (Guardianship.guardian_id == Person.id))
        .where(Guardianship.tenant == unit.tenant, Guardianship.ward_id == ward, Person.deleted_at.is_(None))
    )
