"""A demo institution: people, a course with modules, pages and work to do, and a class that meets in the demo room.

It is the tenant that demo guests belong to, so somebody who signs in and somebody who just walks in meet in one room.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import insert, select, text

from realtime.grants import DEFAULT_TENANT
from rest.classes.tables import Class, Meeting
from rest.courses.tables import Course, CoursePage, Enrolment, Module, Requirement
from rest.db import Database, Unit
from rest.demo.routes import ROOM, TITLE
from rest.demo.work import seed_work
from rest.identity.passwords import Passwords
from rest.identity.policy import Role
from rest.identity.service import keep_password
from rest.institutions.service import create, make_person
from rest.institutions.tables import Institution
from rest.platform.rows import add
from rest.platform.vault import Vault

INSTITUTION = DEFAULT_TENANT
PASSWORD = "lyceum-demo-2026"


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody of the demo institution."""

    name: str
    email: str
    role: Role


ACCOUNTS = (
    Account("Ada Admin", "admin@demo.example", Role.ADMINISTRATOR),
    Account("Tomás Teacher", "teacher@demo.example", Role.TEACHER),
    Account("Asha Assistant", "assistant@demo.example", Role.ASSISTANT),
    Account("Sam Student", "student@demo.example", Role.STUDENT),
    Account("Lina Learner", "learner@demo.example", Role.STUDENT),
    Account("Gil Guardian", "guardian@demo.example", Role.GUARDIAN),
)
MODULES = (
    (
        "Counting to infinity",
        "What a limit is, and what it is not.",
        """Write down *1, ½, ⅓, ¼, …* and go on as long as you like. You never reach 0, and you come as close to it as
anybody may ask. That is what a **limit** is:

> However small a distance somebody names, from some term on all terms are closer than that.

## Try it

1. Name a distance, such as 0.01.
2. Find the term from which on all are closer to 0.
3. Name a smaller distance, and find it again.

## What a limit is not

- It is not the last term: there is none.
- It need not be one of the terms, but it may be: *3, 3, 3, …* has the limit 3.
""",
    ),
    (
        "Slopes",
        "The derivative as a rate of change.",
        """Between two points of a curve there is a straight line, and it has a slope: how far up for each step to the
right. Bring the points together, and the slopes have a limit. It is called the **derivative**.

A stone that falls *5 t²* metres in *t* seconds is, after 2 seconds, as fast as the limit of these slopes:

```
(5 * 2.1**2 - 5 * 2**2) / 0.1      # 20.5
(5 * 2.01**2 - 5 * 2**2) / 0.01    # 20.05
(5 * 2.001**2 - 5 * 2**2) / 0.001  # 20.005
```
""",
    ),
    (
        "Areas",
        "The integral as a sum that never ends.",
        """Cut the ground under a curve into strips, and each strip is nearly a rectangle. Sum them up, then cut finer:
the sums have a limit. It is called the **integral**, and it undoes what the derivative does.
""",
    ),
)


async def seed_demo(database: Database, vault: Vault, passwords: Passwords) -> bool:
    """Make the demo institution when there is none; return whether it was made. Safe to repeat, and by two at once."""
    async with database.unit(INSTITUTION) as unit:
        await unit.session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended('seed-demo', 0))"))
        if await unit.session.scalar(select(Institution.tenant)) is not None:
            return False
        async with passwords.turn():
            hashed = await passwords.hash(PASSWORD)
        await create(unit, INSTITUTION, "Lyceum Demo School", "en", "UTC")
        people = {account.email: await _person(unit, vault, account, hashed) for account in ACCOUNTS}
        course, modules = await _course(unit, people)
        await _class(unit, course.id, people["teacher@demo.example"])
        await seed_work(unit, course, modules, people["teacher@demo.example"], people["learner@demo.example"])
        return True


async def _person(unit: Unit, vault: Vault, account: Account, hashed: str) -> UUID:
    columns = {"status": "active", "email_verified_at": unit.now}
    person = await make_person(unit, vault, account.name, account.email, [account.role], **columns)
    await keep_password(unit, person.id, hashed)
    return person.id


async def _course(unit: Unit, people: dict[str, UUID]) -> tuple[Course, list[Module]]:
    words = {"title": "Calculus, gently", "code": "DEMO-1", "summary": "A first course, to look around in."}
    course = await add(unit, Course, language="en", status="published", **words)
    moment = {"version": 1, "created_at": unit.now, "updated_at": unit.now, "status": "active"}
    base = {"tenant": unit.tenant, "course_id": course.id} | moment
    taught = [account for account in ACCOUNTS if account.role in (Role.TEACHER, Role.ASSISTANT, Role.STUDENT)]
    rows = [
        base | {"id": unit.ids.new(), "person_id": people[account.email], "role": account.role.value}
        for account in taught
    ]
    await unit.session.execute(insert(Enrolment), rows)
    modules: list[Module] = []
    for position, (title, summary, body) in enumerate(MODULES, start=1):
        part = {"course_id": course.id, "language": "en", "status": "published"}
        module = await add(unit, Module, position=position, title=title, summary=summary, **part)
        await add(unit, CoursePage, module_id=module.id, position=1, title=title, body=body, **part)
        if modules:
            edge = {"tenant": unit.tenant, "course_id": course.id, "module_id": module.id}
            await unit.session.execute(insert(Requirement).values(**edge, requires_id=modules[-1].id))
        modules.append(module)
    return course, modules


async def _class(unit: Unit, course: UUID, teacher: UUID) -> None:
    """A class every day, open from the start."""
    starts = datetime.combine(unit.now.date(), datetime.min.time()) + timedelta(hours=9)
    rule = {"frequency": "daily", "every": 1, "weekdays": [], "until": None, "count": None}
    times = {"time_zone": "UTC", "starts_at": starts, "minutes": 60, "recurrence": rule}
    row = await add(unit, Class, course_id=course, title=TITLE, room=ROOM, **times)
    await add(unit, Meeting, class_id=row.id, opened_at=unit.now, opened_by=teacher)
