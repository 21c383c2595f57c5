"""Who takes part in a course; invitations into it."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response
from sqlalchemy import select

from rest.courses import roster, service
from rest.courses.access import RosterEditor, RosterReader
from rest.courses.schemas import (
    AcceptInvitation,
    CourseShown,
    EditEnrolment,
    Enrol,
    EnrolmentShown,
    InvitationMade,
    InvitationShown,
    Invite,
)
from rest.courses.tables import Enrolment, Invitation
from rest.db import InUnit
from rest.identity.policy import Action
from rest.identity.principal import Principal, allow
from rest.people.routes import WhoLeaves
from rest.people.tables import Person
from rest.platform.deps import InVault, Settings
from rest.platform.etags import Expected, show_etag
from rest.platform.paging import Page, Paging
from rest.platform.routing import router
from rest.platform.rows import find
from rest.trust.audit import audit

routes = router("roster")

HERE = "/courses/{course_id}"


@routes.get(HERE + "/enrolments")
async def list_enrolments(
    paging: Paging,
    access: RosterReader,
    vault: InVault,
    unit: InUnit,
    section_id: Annotated[UUID | None, Query()] = None,
) -> Page[EnrolmentShown]:
    """Who takes part, for staff."""
    query = (
        select(Enrolment, Person)
        .join(Person, (Person.tenant == Enrolment.tenant) & (Person.id == Enrolment.person_id))
        .where(Enrolment.tenant == unit.tenant, Enrolment.course_id == access.course.id, Person.deleted_at.is_(None))
    )
    query = query if section_id is None else query.where(Enrolment.section_id == section_id)
    rows = (await unit.session.execute(paging.select(query, (Enrolment.id, UUID)))).all()
    audit(unit, access.who, "roster.read", f"course:{access.course.id}", why=access.ground, count=len(rows))
    return paging.page(rows, lambda row: roster.show(vault, row[0], row[1]), lambda row: (row[0].id,))


@routes.post(HERE + "/enrolments", status_code=201)
async def enrol(body: Enrol, response: Response, access: RosterEditor, vault: InVault, unit: InUnit) -> EnrolmentShown:
    """Have somebody of the institution take part."""
    row, person = await roster.enrol(unit, vault, access, body)
    show_etag(response, row.version)
    return roster.show(vault, row, person)


@routes.patch(HERE + "/enrolments/{enrolment_id}")
async def edit_enrolment(
    enrolment_id: UUID,
    body: EditEnrolment,
    version: Expected,
    response: Response,
    access: RosterEditor,
    vault: InVault,
    leaving: WhoLeaves,
    unit: InUnit,
) -> EnrolmentShown:
    """Change what somebody is in the course, or end their part."""
    row = await roster.edit(unit, access, enrolment_id, version, body, leaving)
    show_etag(response, row.version)
    return roster.show(vault, row, await find(unit, Person, row.person_id, "person"))


@routes.get(HERE + "/invitations")
async def list_invitations(paging: Paging, access: RosterEditor, unit: InUnit) -> Page[InvitationShown]:
    """Invitations into the course, without their links."""
    query = select(Invitation).where(Invitation.tenant == unit.tenant, Invitation.course_id == access.course.id)
    rows = (await unit.session.scalars(paging.select(query, (Invitation.id, UUID)))).all()
    return paging.page(rows, InvitationShown.model_validate, lambda row: (row.id,))


@routes.post(HERE + "/invitations", status_code=201)
async def invite(
    body: Invite, response: Response, access: RosterEditor, settings: Settings, vault: InVault, unit: InUnit
) -> InvitationMade:
    """Invite one person by message, or many by a link."""
    row, token = await roster.invite(unit, settings, vault, access, body)
    response.headers["Cache-Control"] = "no-store"
    return InvitationMade(**InvitationShown.model_validate(row).model_dump(), token=token)


@routes.delete(HERE + "/invitations/{invitation_id}", status_code=204)
async def revoke_invitation(invitation_id: UUID, access: RosterEditor, unit: InUnit) -> None:
    """Have an invitation open nothing any more."""
    await roster.revoke_invitation(unit, access, invitation_id)


@routes.post("/invitations/accept", status_code=201)
async def accept_invitation(
    body: AcceptInvitation, response: Response, who: Annotated[Principal, allow(Action.SELF)], unit: InUnit
) -> CourseShown:
    """Take part by an invitation."""
    course, role = await roster.accept(unit, who, body.token)
    show_etag(response, course.version)
    return service.show(course, role)
