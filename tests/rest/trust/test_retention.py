"""What an institution keeps no longer than it says."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from rest.institutions.schemas import Retention
from rest.trust.retention import RULES, sweep, sweep_every_institution
from tests.rest.world import Rest, School

DAY = 24 * 3600


@asynccontextmanager
async def counting(dsn: str) -> AsyncIterator[Any]:
    connection = await asyncpg.connect(dsn)

    async def count(table: str, tenant: str) -> int:
        return await connection.fetchval(f"SELECT count(*) FROM {table} WHERE tenant = $1", tenant)

    try:
        yield count
    finally:
        await connection.close()


@pytest.fixture
async def rows(pg_dsn: str) -> AsyncIterator[Any]:
    async with counting(pg_dsn) as count:
        yield count


def objects(rest: Rest) -> list[Path]:
    folder = rest.settings.files_dir
    return sorted(path for path in folder.rglob("*") if path.is_file()) if folder.exists() else []


async def upload(school: School, course: str, name: str, content: bytes) -> str:
    return (await school.teacher("POST", f"/courses/{course}/files?name={name}", content=content)).json()["id"]


async def test_what_was_deleted_goes_after_its_time_and_not_before(rest: Rest, school: School, rows: Any) -> None:
    course, other = await school.course(), await school.course("Kept")
    module = await school.teacher.post(f"/courses/{course}/modules", {"title": "M"})
    await school.teacher.post(f"/courses/{course}/modules/{module['id']}/pages", {"title": "P"})
    await school.teacher.delete(f"/courses/{course}")
    rest.clock.advance(29 * DAY)
    assert await sweep(rest.database, rest.app.state.store, school.tenant) == {}
    rest.clock.advance(2 * DAY)
    gone = await sweep(rest.database, rest.app.state.store, school.tenant)
    assert gone["courses"] == 1
    assert await rows("modules", school.tenant) == await rows("pages", school.tenant) == 0
    assert await rows("courses", school.tenant) == 1
    assert await sweep(rest.database, rest.app.state.store, school.tenant) == {}
    assert other


async def test_the_bytes_of_a_file_go_with_its_last_row(rest: Rest, school: School) -> None:
    course = await school.course()
    first = await upload(school, course, "a.txt", b"the same words")
    second = await upload(school, course, "b.txt", b"the same words")
    assert len(objects(rest)) == 1
    await school.teacher.delete(f"/courses/{course}/files/{first}")
    school.teacher.tokens = await signed_in_later(rest, school, 31 * DAY)
    assert await sweep(rest.database, rest.app.state.store, school.tenant) == {"files": 1}
    assert len(objects(rest)) == 1
    await school.teacher.delete(f"/courses/{course}/files/{second}")
    rest.clock.advance(31 * DAY)
    assert "files" in await sweep(rest.database, rest.app.state.store, school.tenant)
    assert objects(rest) == []


async def signed_in_later(rest: Rest, school: School, seconds: float) -> Any:
    from rest.identity import sessions
    from tests.rest.world import SECRET

    rest.clock.advance(seconds)
    async with rest.database.unit(school.tenant) as unit:
        return await sessions.begin(unit, SECRET, school.teacher.id, "bearer", "tests")


async def test_an_object_that_was_just_written_stays(rest: Rest, school: School) -> None:
    """Somebody else uploads the same bytes while the sweep runs: their row is not there yet."""
    course = await school.course()
    await upload(school, course, "a.txt", b"words")
    (path,) = objects(rest)
    digest = bytes.fromhex(path.name)
    now = rest.database.now()
    assert not await rest.app.state.store.delete(school.tenant, digest, now - timedelta(hours=2))
    assert objects(rest) == [path]
    assert await rest.app.state.store.delete(school.tenant, digest, now + timedelta(hours=2))
    assert not await rest.app.state.store.delete(school.tenant, digest, now + timedelta(hours=2))


async def test_each_institution_says_for_itself(own_rest: Rest) -> None:
    school, other = await School(own_rest, "brief").found(), await School(own_rest, "usual").found()
    own = await school.administrator.get("/institution")
    settings = own["settings"] | {"retention": own["settings"]["retention"] | {"sessions": 1}}
    await school.administrator.patch("/institution", own["version"], {"settings": settings})
    own_rest.clock.advance(32 * DAY)
    await sweep_every_institution(own_rest.database, own_rest.app.state.store)
    async with counting(own_rest.settings.database_url) as rows:
        assert await rows("sessions", school.tenant) == 0
        assert await rows("sessions", other.tenant) > 0


async def test_attendance_is_forgotten_and_the_log_says_so(rest: Rest, school: School, rows: Any) -> None:
    course = await school.course()
    lesson = await school.teacher.post(f"/courses/{course}/classes", {"title": "L", "starts_at": "2026-09-07T09:00"})
    meeting = await school.teacher.post(f"/classes/{lesson['id']}/open")
    path = f"/classes/{lesson['id']}/meetings/{meeting['id']}/attendance/{school.student.id}"
    await school.teacher.put(path, {"status": "present"})
    await school.teacher.post(f"/classes/{lesson['id']}/end")
    rest.clock.advance(1_101 * DAY)
    gone = await sweep(rest.database, rest.app.state.store, school.tenant)
    assert (gone["meetings"], gone["attendance_marks"]) == (1, 1)
    async with rest.database.unit(school.tenant) as unit:
        connection = await unit.session.connection()
        last = await connection.exec_driver_sql("SELECT action FROM audit ORDER BY seq DESC LIMIT 1")
        assert last.scalar() == "retention.swept"


def test_every_rule_is_one_of_the_institutions_settings() -> None:
    assert {rule.keep for rule in RULES} == set(Retention.model_fields)
