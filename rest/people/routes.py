"""``/people``: who belongs to the institution."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response
from sqlalchemy import select

from rest.db import InUnit, Unit
from rest.identity.policy import Action
from rest.identity.principal import About, Principal, allow, allow_about
from rest.identity.sessions import revoke_all
from rest.people import queries, service
from rest.people.schemas import EditPerson, GiveRoles, GuardianShown, NewPerson, PersonShown
from rest.people.sealed import EMAIL, name, normal
from rest.people.tables import Person
from rest.platform.deps import InVault, Settings, piece
from rest.platform.etags import Expected, show_etag
from rest.platform.paging import Page, Paging
from rest.platform.routing import router
from rest.platform.rows import find
from rest.platform.text import Email
from rest.trust.audit import audit

routes = router("people", "/people")

Lister = Annotated[Principal, allow(Action.PEOPLE_LIST)]
Editor = Annotated[Principal, allow(Action.PERSON_EDIT)]
Reader = Annotated[About, allow_about(Action.PERSON_READ)]
GuardianEditor = Annotated[Principal, allow(Action.GUARDIANS_EDIT)]
WhoLeaves = Annotated[tuple[service.Leaving, ...], piece("leaving")]


@routes.get("")
async def list_people(
    paging: Paging, who: Lister, vault: InVault, unit: InUnit, email: Annotated[Email | None, Query()] = None
) -> Page[PersonShown]:
    """Everybody, or who has that e-mail address."""
    query = select(Person).where(Person.tenant == who.tenant, Person.deleted_at.is_(None))
    if email is not None:
        query = query.where(Person.email_index.in_(vault.indexes(who.tenant, EMAIL, normal(email))))
    rows = (await unit.session.scalars(paging.select(query, (Person.id, UUID)))).all()
    roles = await queries.roles_of(unit, [row.id for row in rows])
    audit(unit, who, "people.listed", "people", why="administrator", count=len(rows))
    return paging.page(rows, lambda row: service.show(vault, row, roles.get(row.id, [])), lambda row: (row.id,))


@routes.post("", status_code=201)
async def make_person(
    body: NewPerson, response: Response, who: Editor, settings: Settings, vault: InVault, unit: InUnit
) -> PersonShown:
    """Take somebody in."""
    return await _shown(response, vault, unit, await service.take_in(unit, settings, vault, who, body))


@routes.get("/{person_id}")
async def get_person(response: Response, about: Reader, vault: InVault, unit: InUnit) -> PersonShown:
    """One person: for administrators, themselves and their guardians."""
    person = await find(unit, Person, about.person, "person")
    audit(unit, about.who, "person.read", f"person:{about.person}", person=about.person, why=about.ground)
    return await _shown(response, vault, unit, person)


@routes.patch("/{person_id}")
async def edit_person(
    person_id: UUID,
    body: EditPerson,
    version: Expected,
    response: Response,
    who: Editor,
    settings: Settings,
    vault: InVault,
    leaving: WhoLeaves,
    unit: InUnit,
) -> PersonShown:
    """Change somebody, or suspend them."""
    row = await service.edit(unit, settings, vault, who, person_id, version, body, leaving)
    return await _shown(response, vault, unit, row)


@routes.delete("/{person_id}", status_code=204)
async def delete_person(person_id: UUID, who: Editor, leaving: WhoLeaves, unit: InUnit) -> None:
    """Let somebody go."""
    await service.let_go(unit, who, person_id, leaving)


@routes.put("/{person_id}/roles")
async def give_roles(
    person_id: UUID,
    body: GiveRoles,
    version: Expected,
    response: Response,
    who: Editor,
    vault: InVault,
    unit: InUnit,
) -> PersonShown:
    """Say which roles somebody holds in the institution."""
    row = await service.give_roles(unit, who, person_id, version, body.roles)
    return await _shown(response, vault, unit, row)


@routes.post("/{person_id}/sign-out", status_code=204)
async def sign_out_person(person_id: UUID, who: Editor, unit: InUnit) -> None:
    """End every session of somebody."""
    await find(unit, Person, person_id, "person")
    await revoke_all(unit, person_id, "signed out by an administrator")
    audit(unit, who, "person.signed-out", f"person:{person_id}", person=person_id)


@routes.post("/{person_id}/welcome", status_code=202)
async def welcome_person(person_id: UUID, who: Editor, settings: Settings, vault: InVault, unit: InUnit) -> None:
    """Send the link to choose a password once more."""
    await service.welcome(unit, settings, vault, await find(unit, Person, person_id, "person"))
    audit(unit, who, "person.welcomed", f"person:{person_id}", person=person_id)


@routes.get("/{person_id}/guardians")
async def list_guardians(about: Reader, paging: Paging, vault: InVault, unit: InUnit) -> Page[GuardianShown]:
    """Who answers for somebody."""
    query = paging.select(queries.guardians(unit, about.person), (Person.id, UUID))
    rows = (await unit.session.scalars(query)).all()
    return paging.page(rows, lambda row: GuardianShown(id=row.id, name=name(vault, row)), lambda row: (row.id,))


@routes.put("/{person_id}/guardians/{guardian_id}")
async def set_guardian(
    person_id: UUID, guardian_id: UUID, who: GuardianEditor, vault: InVault, unit: InUnit
) -> GuardianShown:
    """Have somebody answer for a person."""
    row = await service.set_guardian(unit, who, person_id, guardian_id)
    return GuardianShown(id=row.id, name=name(vault, row))


@routes.delete("/{person_id}/guardians/{guardian_id}", status_code=204)
async def unset_guardian(person_id: UUID, guardian_id: UUID, who: GuardianEditor, unit: InUnit) -> None:
    """Have somebody answer for a person no more."""
    await service.unset_guardian(unit, who, person_id, guardian_id)


async def _shown(response: Response, vault: InVault, unit: Unit, row: Person) -> PersonShown:
    show_etag(response, row.version)
    roles = await queries.roles_of(unit, [row.id])
    return service.show(vault, row, roles.get(row.id, []))
