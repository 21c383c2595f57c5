"""Who takes part: enrolments and invitations."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from rest.courses.access import CourseAccess
from rest.courses.schemas import EditEnrolment, Enrol, EnrolmentShown, Invite
from rest.courses.service import check_section
from rest.courses.tables import Course, Enrolment, Invitation
from rest.db import Unit
from rest.identity.policy import Role, may_give
from rest.identity.principal import Principal, forbidden
from rest.identity.tokens import INVITATION, BadToken, Opaque, fingerprint, read_opaque, write_opaque
from rest.institutions.service import make_person, within
from rest.outbox.service import post
from rest.outbox.texts import INVITED
from rest.people import queries
from rest.people.sealed import EMAIL, name, normal
from rest.people.service import Leaving, welcome
from rest.people.tables import Person
from rest.platform.rows import add, find, missing, revise
from rest.platform.vault import Vault
from rest.problems import Conflict, NotFound, Unprocessable
from rest.settings import RestSettings
from rest.trust.audit import audit


async def enrol(unit: Unit, vault: Vault, access: CourseAccess, asked: Enrol) -> tuple[Enrolment, Person]:
    """Have somebody of the institution take part."""
    check_giving(access, asked.role)
    await check_section(unit, access.course.id, asked.section_id)
    person = await _named(unit, vault, asked)
    values = {"course_id": access.course.id, "person_id": person.id, "status": "active"}
    row = await add(unit, Enrolment, role=asked.role.value, section_id=asked.section_id, **values)
    _note(unit, access, "enrolment.made", row, role=row.role)
    return row, person


async def _named(unit: Unit, vault: Vault, asked: Enrol) -> Person:
    if (asked.person_id is None) == (asked.email is None):
        raise Unprocessable("name-one", "Name a person by id or by e-mail address.")
    if asked.person_id is not None:
        return await find(unit, Person, asked.person_id, "person", Person.status != "erased")
    person = await queries.by_email(unit, vault.indexes(unit.tenant, EMAIL, normal(asked.email or "")))
    if person is None:
        raise missing("person")
    return person


async def edit(
    unit: Unit, access: CourseAccess, id: UUID, version: int, asked: EditEnrolment, leaving: tuple[Leaving, ...]
) -> Enrolment:
    """Change what somebody is in the course, or end their part. Grants they hold for its rooms end with it."""
    changes = asked.changes("section_id")
    kept = await find(unit, Enrolment, id, "enrolment", Enrolment.course_id == access.course.id, lock=True)
    check_giving(access, Role(kept.role))
    check_giving(access, asked.role or Role(kept.role))
    await check_section(unit, access.course.id, asked.section_id)
    values: dict[str, Any] = changes | ({"role": asked.role.value} if asked.role else {})
    row = await revise(unit, Enrolment, id, version, "enrolment", **values)
    if {"role", "status"} & values.keys():
        for leave in leaving:
            await leave(unit, row.person_id, access.course.id)
    _note(unit, access, "enrolment.edited", row, fields=sorted(values))
    return row


def check_giving(access: CourseAccess, role: Role) -> None:
    """Raise `Forbidden` unless the caller may give ``role`` in this course."""
    if not may_give({*access.who.roles, *([access.role] if access.role else [])}, role):
        raise forbidden()


def show(vault: Vault, row: Enrolment, person: Person) -> EnrolmentShown:
    """A row with the person's name."""
    fields = {key: getattr(row, key) for key in ("id", "person_id", "role", "section_id", "status", "version")}
    return EnrolmentShown(name=name(vault, person), **fields)


async def invite(
    unit: Unit, settings: RestSettings, vault: Vault, access: CourseAccess, asked: Invite
) -> tuple[Invitation, str | None]:
    """An invitation, and its token when it is for passing on."""
    check_giving(access, asked.role)
    await check_section(unit, access.course.id, asked.section_id)
    person = None if asked.email is None else await _invited(unit, settings, vault, access, asked)
    raw = unit.ids.secret()
    row = await add(
        unit,
        Invitation,
        course_id=access.course.id,
        section_id=asked.section_id,
        role=asked.role.value,
        person_id=person.id if person else None,
        hash=fingerprint(raw),
        max_uses=1 if person else asked.max_uses,
        uses=0,
        created_by=access.who.person,
        created_at=unit.now,
        expires_at=unit.now + timedelta(days=asked.days),
    )
    audit(unit, access.who, "invitation.made", f"course:{access.course.id}", why=access.ground, role=row.role)
    token = write_opaque(INVITATION, Opaque(unit.tenant, row.id, raw))
    if person is None or asked.email is None:
        return row, token
    link = f"{settings.public_url}/invitation#token={token}"
    await post(unit, vault, INVITED, asked.email, person.id, person.locale, course=access.course.title, link=link)
    return row, None


async def _invited(unit: Unit, settings: RestSettings, vault: Vault, access: CourseAccess, asked: Invite) -> Person:
    """Whose address it is; somebody new is taken in, and welcomed."""
    email = asked.email or ""
    person = await queries.by_email(unit, vault.indexes(unit.tenant, EMAIL, normal(email)))
    if person is not None:
        return person
    await within(unit, "people", Person, Person.deleted_at.is_(None))
    person = await make_person(unit, vault, asked.name or email, email, [])
    audit(unit, access.who, "person.made", f"person:{person.id}", person=person.id, why=access.ground)
    await welcome(unit, settings, vault, person)
    return person


async def revoke_invitation(unit: Unit, access: CourseAccess, id: UUID) -> None:
    """Have an invitation open nothing any more."""
    mine = (Invitation.tenant == unit.tenant, Invitation.course_id == access.course.id, Invitation.id == id)
    if await unit.session.scalar(update(Invitation).where(*mine).values(revoked_at=unit.now).returning(Invitation.id)):
        audit(unit, access.who, "invitation.revoked", f"course:{access.course.id}", why=access.ground)
        return
    raise missing("invitation")


async def accept(unit: Unit, who: Principal, token: str) -> tuple[Course, Role]:
    """Take part by an invitation."""
    row = await _usable(unit, who, token)
    course = await find(unit, Course, row.course_id, "course")
    here = (Enrolment.tenant == unit.tenant, Enrolment.course_id == course.id, Enrolment.person_id == who.person)
    if await unit.session.scalar(select(Enrolment.id).where(*here)) is not None:
        raise Conflict("enrolled-already", "You take part in this course already, or have been taken out of it.")
    values = {"course_id": course.id, "person_id": who.person, "role": row.role, "status": "active"}
    await add(unit, Enrolment, section_id=row.section_id, **values)
    row.uses += 1
    await unit.session.flush()
    audit(unit, who, "invitation.accepted", f"course:{course.id}", person=who.person, role=row.role)
    return course, Role(row.role)


async def _usable(unit: Unit, who: Principal, token: str) -> Invitation:
    try:
        given = read_opaque(INVITATION, token)
    except BadToken:
        raise _unknown() from None
    mine = (Invitation.tenant == unit.tenant, Invitation.id == given.id)
    row = await unit.session.scalar(select(Invitation).where(*mine).with_for_update())
    if row is None or given.tenant != unit.tenant or not given.matches(row.hash):
        raise _unknown()
    if row.person_id not in (None, who.person):
        raise _unknown()
    if row.revoked_at is not None or row.expires_at <= unit.now or row.uses >= row.max_uses:
        raise Conflict("invitation-over", "That invitation is used up, revoked or too old; ask for a new one.")
    return row


def _unknown() -> NotFound:
    return NotFound("no-such-invitation", "That is not an invitation for you; open the link as the person invited.")


def _note(unit: Unit, access: CourseAccess, action: str, row: Enrolment, **detail: Any) -> None:
    subject = f"course:{access.course.id}"
    audit(unit, access.who, action, subject, person=row.person_id, why=access.ground, **detail)
