"""A school for load tests, put into a database by the same services the routes use."""

import secrets
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import insert

from realtime.clock import SystemClock
from rest.courses.tables import Course, Enrolment
from rest.db import Unit
from rest.identity import sessions
from rest.identity.policy import Role
from rest.institutions.service import create, make_person
from rest.parts import make_database, make_vault
from rest.platform.rows import add
from rest.platform.vault import Vault
from rest.settings import RestSettings


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of the school, signed in."""

    id: UUID
    token: str


@dataclass(frozen=True, slots=True)
class LoadSchool:
    """What `found` made."""

    tenant: str
    course: UUID
    teacher: Member
    students: list[Member]


async def found(dsn: str, secret: str, students: int) -> LoadSchool:
    """An institution with a course, its teacher and so many students."""
    settings = RestSettings(secret, dsn, pool_size=2)
    database, vault = make_database(settings, SystemClock()), make_vault(settings)
    tenant = f"load-{secrets.token_hex(4)}"
    try:
        async with database.unit(tenant) as unit:
            await create(unit, tenant, "Load", "en", "UTC")
            course = await add(unit, Course, title="Exam", summary="", language="en", status="published")
            teacher = await _member(unit, vault, secret, course.id, "teacher", Role.TEACHER)
            people = [
                await _member(unit, vault, secret, course.id, f"student-{n}", Role.STUDENT) for n in range(students)
            ]
        return LoadSchool(tenant, course.id, teacher, people)
    finally:
        await database.engine.dispose()


async def _member(unit: Unit, vault: Vault, secret: str, course: UUID, name: str, role: Role) -> Member:
    person = await make_person(unit, vault, name, f"{name}@load.example", [role], status="active")
    values = {"tenant": unit.tenant, "id": unit.ids.new(), "course_id": course, "person_id": person.id}
    values |= {"role": role.value, "status": "active", "version": 1, "created_at": unit.now, "updated_at": unit.now}
    await unit.session.execute(insert(Enrolment).values(**values))
    return Member(person.id, (await sessions.begin(unit, secret, person.id, "bearer", "load")).access)
