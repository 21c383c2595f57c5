"""Join tokens: what somebody may do in a class' room, signed, for some hours.

Renewed tokens keep the time the first one was issued: whoever was sent out stays out, and nobody stays in for ever.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import select

from realtime.grants import MAX_NAME_CHARACTERS, Grant
from realtime.roles import Role as RoomRole
from rest.classes.access import ClassAccess, enter_class
from rest.classes.tables import Class, ClassGroup, GroupMember, Removal
from rest.db import Unit
from rest.demo.routes import TTL_SECONDS, join_token, renewed
from rest.demo.schemas import JoinToken
from rest.identity import queries
from rest.identity.policy import Action, Role
from rest.identity.principal import Principal
from rest.people import sealed
from rest.people.tables import Person
from rest.platform.rows import find
from rest.platform.vault import Vault
from rest.problems import Conflict, Forbidden, Problem
from rest.trust.consent import may_speak

ROOM_ROLES = {
    Role.TEACHER: RoomRole.TEACHER,
    Role.ASSISTANT: RoomRole.ASSISTANT,
    Role.STUDENT: RoomRole.STUDENT,
    Role.OBSERVER: RoomRole.OBSERVER,
}


async def join(unit: Unit, secret: str, vault: Vault, access: ClassAccess, room: str) -> JoinToken:
    """A token for ``room``, the class' own or one of its groups'."""
    grant = await _grant(unit, vault, access, room)
    return join_token(grant, secret, unit.now.timestamp(), TTL_SECONDS)


async def _grant(unit: Unit, vault: Vault, access: ClassAccess, room: str) -> Grant:
    """What the caller may do in ``room`` now; raise a `Problem` when they may not be there."""
    if access.meeting is None:
        raise Conflict("class-not-open", "This class is not open; it opens when a teacher opens it.")
    removal = (Removal.tenant == unit.tenant, Removal.class_id == access.row.id, Removal.person_id == access.who.person)
    if await unit.session.scalar(select(Removal.person_id).where(*removal)) is not None:
        raise Forbidden("sent-out", "You were sent out of this class; ask the teacher to let you in again.")
    person = await find(unit, Person, access.who.person, "person")
    assert access.in_course.role is not None
    name, role = sealed.name(vault, person), ROOM_ROLES[access.in_course.role]
    if not await may_speak(unit, vault, person):
        name, role = sealed.short_name(name), RoomRole.OBSERVER
    shown = "".join(c for c in name if c.isprintable())[:MAX_NAME_CHARACTERS]
    return Grant(room, str(person.id), role, unit.tenant, shown)


async def group_room(unit: Unit, access: ClassAccess, group: UUID) -> str:
    """The room of a group of the class: for its members and for staff; raise `NotFound` or `Forbidden`."""
    row = await find(unit, ClassGroup, group, "group", ClassGroup.class_id == access.row.id)
    if access.in_course.may(Action.CLASS_RUN):
        return row.room
    mine: tuple[Any, ...] = (
        GroupMember.tenant == unit.tenant,
        GroupMember.group_id == group,
        GroupMember.person_id == access.who.person,
    )
    if await unit.session.scalar(select(GroupMember.person_id).where(*mine)) is None:
        raise Forbidden("other-group", "You are in another group.")
    return row.room


async def renew(unit: Unit, secret: str, vault: Vault, grant: Grant, now: float) -> JoinToken:
    """``grant`` for longer. For a class of the REST tier only while it would be given anew, and as what it would be."""
    person = _person(grant)
    if person is None or grant.is_for_many:
        return renewed(grant, secret, now)  # a guest, or somebody the command line let in
    await unit.enter(grant.tenant)
    found = await _class_of(unit, grant.room)
    if found is None:
        return renewed(grant, secret, now)
    row, group = found
    fresh = await _again(unit, vault, grant, person, row, group)
    return renewed(
        Grant(grant.room, grant.user, fresh.role, grant.tenant, fresh.name, grant.expires, grant.issued), secret, now
    )


async def _again(unit: Unit, vault: Vault, grant: Grant, person: UUID, row: Class, group: ClassGroup | None) -> Grant:
    try:
        who = await _principal(unit, grant.tenant, person)
        access = await enter_class(unit, who, row.id, Action.CLASS_JOIN)
        room = await group_room(unit, access, group.id) if group else row.room
        return await _grant(unit, vault, access, room)
    except Problem as problem:
        raise Forbidden("not-renewable", f"You cannot stay in this class: {problem.detail}") from None


async def _principal(unit: Unit, tenant: str, person: UUID) -> Principal:
    await find(unit, Person, person, "person", Person.status == "active")
    roles = (await unit.session.scalars(queries.roles_of(tenant, person))).all()
    return Principal(tenant, person, frozenset(map(Role, roles)))


async def _class_of(unit: Unit, room: str) -> tuple[Class, ClassGroup | None] | None:
    """The class a room belongs to, and the group."""
    row = await unit.session.scalar(select(Class).where(Class.tenant == unit.tenant, Class.room == room))
    if row is not None:
        return row, None
    group = await unit.session.scalar(
        select(ClassGroup).where(ClassGroup.tenant == unit.tenant, ClassGroup.room == room)
    )
    return None if group is None else (await find(unit, Class, group.class_id, "class"), group)


def _person(grant: Grant) -> UUID | None:
    try:
        return UUID(grant.user)
    except ValueError:
        return None
