"""One unit of work: whose it is, and when it is committed."""

import asyncio
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from rest.db import Unit
from rest.institutions.tables import Institution
from rest.people.tables import Person
from rest.problems import BadRequest
from rest.trust.audit import audit
from tests.rest.world import Rest, School


async def name_of(rest: Rest, tenant: str) -> str:
    async with rest.database.unit(tenant) as unit:
        return (await unit.session.scalars(select(Institution.name))).one()


async def rename(unit: Unit, name: str) -> None:
    await unit.session.execute(text("UPDATE institutions SET name = :name"), {"name": name})


async def test_a_unit_works_as_the_role_that_policies_hold(rest: Rest, school: School) -> None:
    async with rest.database.unit(school.tenant) as unit:
        assert await unit.session.scalar(text("SELECT current_user")) == "lyceum_rest"
        assert await unit.session.scalar(text("SELECT lyceum_tenant()")) == school.tenant


async def test_queries_that_forget_the_tenant_see_only_theirs(rest: Rest, school: School, other_school: School) -> None:
    async with rest.database.unit(school.tenant) as unit:
        people = (await unit.session.scalars(select(Person.id))).all()
        assert set(people) == {user.id for user in school.people.values()}
        await rename(unit, "Ours")
    assert await name_of(rest, other_school.tenant) == f"The {other_school.tenant}"
    assert await name_of(rest, school.tenant) == "Ours"


async def test_a_unit_without_a_tenant_sees_nothing(rest: Rest, school: School) -> None:
    async with rest.database.unit("") as unit:
        assert await unit.session.scalar(select(func.count()).select_from(Person)) == 0
        assert await unit.session.scalar(select(func.count()).select_from(Institution)) == 0


async def test_the_next_user_of_a_connection_is_not_the_last_ones_tenant(rest: Rest, school: School) -> None:
    for _ in range(6):
        async with rest.database.unit(school.tenant):
            pass
    async with rest.database.engine.connect() as connection:
        assert await connection.scalar(text("SELECT lyceum_tenant()")) is None
        assert await connection.scalar(text("SELECT current_user")) != "lyceum_rest"


async def test_rows_of_another_tenant_cannot_be_written_or_referred_to(
    rest: Rest, school: School, other_school: School
) -> None:
    theirs = other_school.student.id
    insert = "INSERT INTO person_roles VALUES (:tenant, :person, 'teacher')"
    for tenant in (school.tenant, other_school.tenant):
        with pytest.raises(DBAPIError, match="violates"):
            async with rest.database.unit(school.tenant) as unit:
                await unit.session.execute(text(insert), {"tenant": tenant, "person": theirs})


async def test_an_error_undoes_everything_and_a_kept_problem_nothing(rest: Rest, school: School) -> None:
    done: list[str] = []

    async def effect() -> None:
        done.append("announced")

    async def attempt(problem: Exception) -> None:
        async with rest.database.unit(school.tenant) as unit:
            await rename(unit, "Changed")
            unit.after_commit(effect)
            raise problem

    with pytest.raises(ZeroDivisionError):
        await attempt(ZeroDivisionError())
    with pytest.raises(BadRequest):
        await attempt(BadRequest("no", "No."))
    assert await name_of(rest, school.tenant) == f"The {school.tenant}"
    with pytest.raises(BadRequest):
        await attempt(BadRequest("no", "No.").keep())
    assert await name_of(rest, school.tenant) == "Changed"
    assert done == []


async def test_effects_run_after_the_commit_and_their_failure_is_not_the_requests(rest: Rest, school: School) -> None:
    seen: list[str] = []

    async def look() -> None:
        seen.append(await name_of(rest, school.tenant))

    async def fail() -> None:
        raise RuntimeError("the bus is away")

    async with rest.database.unit(school.tenant) as unit:
        unit.after_commit(fail)
        unit.after_commit(look)
        await rename(unit, "Committed")
    assert seen == ["Committed"]


async def test_a_cancelled_request_changes_nothing(rest: Rest, school: School) -> None:
    started = asyncio.Event()

    async def request() -> None:
        async with rest.database.unit(school.tenant) as unit:
            await rename(unit, "Half done")
            started.set()
            await asyncio.Event().wait()

    task = asyncio.ensure_future(request())
    await started.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await name_of(rest, school.tenant) == f"The {school.tenant}"


async def test_a_pooled_connection_that_died_is_replaced_unnoticed(rest: Rest, school: School, pg_dsn: str) -> None:
    async with rest.database.unit(school.tenant) as unit:
        pid = await unit.session.scalar(text("SELECT pg_backend_pid()"))
    killer = await asyncpg.connect(pg_dsn)
    try:
        assert await killer.fetchval("SELECT pg_terminate_backend($1, 5000)", pid)
    finally:
        await killer.close()
    for _ in range(3):
        assert await name_of(rest, school.tenant)


async def test_audit_entries_of_concurrent_units_form_one_chain(rest: Rest, school: School) -> None:
    async def one(number: int) -> None:
        async with rest.database.unit(school.tenant) as unit:
            audit(unit, None, "test", f"number:{number}", person=UUID(int=number))
            audit(unit, None, "test", f"number:{number}", person=UUID(int=number))

    await asyncio.gather(*(one(number) for number in range(10)))
    async with rest.database.unit(school.tenant) as unit:
        seqs = (await unit.session.scalars(text("SELECT seq FROM audit ORDER BY seq"))).all()
    assert list(seqs) == list(range(1, 21))
