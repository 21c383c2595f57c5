"""Groups of a class (breakouts): each has a room of its own, and keeps it, with its boards and notes."""

from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select

from rest.classes.access import ClassAccess
from rest.classes.schemas import GroupShown, NewGroup
from rest.classes.tables import Class, ClassGroup, GroupMember
from rest.courses.tables import Enrolment
from rest.db import Unit
from rest.platform.rows import add, find
from rest.problems import Unprocessable
from rest.trust.audit import audit


async def listed(unit: Unit, access: ClassAccess) -> list[GroupShown]:
    """The groups of the class and who is in them."""
    here = (ClassGroup.tenant == unit.tenant, ClassGroup.class_id == access.row.id)
    rows = (await unit.session.scalars(select(ClassGroup).where(*here).order_by(ClassGroup.name))).all()
    members: dict[UUID, list[UUID]] = {}
    mine = (GroupMember.tenant == unit.tenant, GroupMember.class_id == access.row.id)
    for one in (await unit.session.scalars(select(GroupMember).where(*mine).order_by(GroupMember.person_id))).all():
        members.setdefault(one.group_id, []).append(one.person_id)
    return [GroupShown(id=row.id, name=row.name, room=row.room, members=members.get(row.id, [])) for row in rows]


async def replace(unit: Unit, access: ClassAccess, asked: list[NewGroup]) -> list[GroupShown]:
    """Have the class fall into exactly these groups. A group that keeps its name keeps its room."""
    await find(unit, Class, access.row.id, "class", lock=True)
    await _check(unit, access, asked)
    mine = (GroupMember.tenant == unit.tenant, GroupMember.class_id == access.row.id)
    await unit.session.execute(delete(GroupMember).where(*mine))
    kept = {group.name: group.id for group in await listed(unit, access)}
    wanted = {group.name for group in asked}
    gone = [id for name, id in kept.items() if name not in wanted]
    await unit.session.execute(delete(ClassGroup).where(ClassGroup.tenant == unit.tenant, ClassGroup.id.in_(gone)))
    rows: list[dict[str, Any]] = []
    for group in asked:
        id = kept.get(group.name) or await _make(unit, access, group.name)
        base: dict[str, Any] = {"tenant": unit.tenant, "class_id": access.row.id, "group_id": id}
        rows += [base | {"person_id": person} for person in group.members]
    if rows:
        await unit.session.execute(insert(GroupMember), rows)
    audit(unit, access.who, "groups.set", f"class:{access.row.id}", why=access.ground, groups=len(asked))
    return await listed(unit, access)


async def _make(unit: Unit, access: ClassAccess, name: str) -> UUID:
    id = unit.ids.new()
    room = f"c-{access.row.id.hex[-16:]}.{id.hex}"
    return (await add(unit, ClassGroup, id=id, class_id=access.row.id, name=name, room=room)).id


async def _check(unit: Unit, access: ClassAccess, asked: list[NewGroup]) -> None:
    """Raise `Unprocessable` for a name or a person twice, or somebody who takes no part in the course."""
    names = [group.name for group in asked]
    people = [person for group in asked for person in group.members]
    if len(set(names)) < len(names) or len(set(people)) < len(people):
        raise Unprocessable("groups-overlap", "Each group has a name of its own, and each person is in one of them.")
    here = (Enrolment.tenant == unit.tenant, Enrolment.course_id == access.row.course_id, Enrolment.status == "active")
    known = (await unit.session.scalars(select(Enrolment.person_id).where(*here))).all()
    if not set(people) <= set(known):
        raise Unprocessable("not-in-course", "Only people who take part in the course can be in a group.")
