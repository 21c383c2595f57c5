"""Whom a provider vouches for, among an institution's people; looking after providers."""

import hashlib
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select

from rest.db import Unit
from rest.identity.policy import Role
from rest.identity.principal import Principal
from rest.institutions.service import make_person, within
from rest.institutions.tables import Institution
from rest.oidc.protocol import Found, Refused
from rest.oidc.schemas import EditProvider, NewProvider
from rest.oidc.tables import Provider, Subject
from rest.people import queries
from rest.people.sealed import EMAIL, normal
from rest.people.tables import Person
from rest.platform.rows import add, revise
from rest.platform.vault import Vault
from rest.trust.audit import audit


async def person_of(unit: Unit, vault: Vault, provider: Provider, found: Found) -> Person:
    """Who ``found`` is: known by subject, else by verified address of the provider's domains, else, where it may admit
    people, somebody new. Raise `Refused`."""
    person = await _by_subject(unit, provider, found)
    if person is None:
        person = await _by_address(unit, vault, provider, found)
        await _remember(unit, provider, found, person)
    if person.status == "invited":
        person.status, person.email_verified_at = "active", person.email_verified_at or unit.now
        await unit.session.flush()
    institution = await unit.session.scalar(select(Institution.status).where(Institution.tenant == unit.tenant))
    if person.status != "active" or person.deleted_at is not None or institution != "active":
        raise Refused("account-closed")
    return person


async def _by_subject(unit: Unit, provider: Provider, found: Found) -> Person | None:
    mine = (Subject.provider_id == provider.id, Subject.subject_hash == _hash(found.subject))
    query = (
        select(Person)
        .join(Subject, (Subject.tenant == Person.tenant) & (Subject.person_id == Person.id))
        .where(Subject.tenant == unit.tenant, *mine)
    )
    return await unit.session.scalar(query)


async def _by_address(unit: Unit, vault: Vault, provider: Provider, found: Found) -> Person:
    if found.email is None:
        raise Refused("provider-no-address")
    email = normal(found.email)
    if email.rpartition("@")[2] not in provider.domains:
        raise Refused("provider-other-domain")
    person = await queries.by_email(unit, vault.indexes(unit.tenant, EMAIL, email))
    if person is not None:
        return person
    if not provider.admit:
        raise Refused("not-a-member")
    await within(unit, "people", Person, Person.deleted_at.is_(None))
    columns = {"status": "active", "email_verified_at": unit.now}
    person = await make_person(unit, vault, found.name or email, found.email, [Role.STUDENT], **columns)
    audit(unit, None, "person.admitted", f"provider:{provider.id}", person=person.id)
    return person


async def _remember(unit: Unit, provider: Provider, found: Found, person: Person) -> None:
    values = {"tenant": unit.tenant, "provider_id": provider.id, "subject_hash": _hash(found.subject)}
    await unit.session.execute(insert(Subject).values(person_id=person.id, created_at=unit.now, **values))


def _hash(subject: str) -> bytes:
    return hashlib.sha256(subject.encode()).digest()


async def set_up(unit: Unit, vault: Vault, who: Principal, asked: NewProvider) -> Provider:
    """A provider the institution trusts."""
    id = unit.ids.new()
    values = asked.model_dump() | {"client_secret": seal_secret(vault, unit.tenant, id, asked.client_secret)}
    provider = await add(unit, Provider, id=id, enabled=True, **values)
    audit(unit, who, "provider.made", f"provider:{id}", issuer=asked.issuer)
    return provider


async def edit(unit: Unit, vault: Vault, who: Principal, provider: UUID, version: int, asked: EditProvider) -> Provider:
    """Change a provider."""
    changes: dict[str, Any] = asked.changes()
    if asked.client_secret is not None:
        changes["client_secret"] = seal_secret(vault, unit.tenant, provider, asked.client_secret)
    audit(unit, who, "provider.edited", f"provider:{provider}", fields=sorted(changes))
    return await revise(unit, Provider, provider, version, "provider", **changes)


def seal_secret(vault: Vault, tenant: str, provider: UUID, secret: str) -> bytes:
    """A client secret for the row."""
    return vault.seal(tenant, f"oidc_providers.client_secret:{provider}", secret)


def open_secret(vault: Vault, provider: Provider) -> str:
    """The client secret of a row."""
    return vault.open(provider.tenant, f"oidc_providers.client_secret:{provider.id}", provider.client_secret)
