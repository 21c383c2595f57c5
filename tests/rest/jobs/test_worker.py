"""The job worker on the real queue: it grades what waits, ends what is over, and loses nothing when it is killed."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from rest.jobs.worker import IDLE_SECONDS, Tools, expire_all, job_worker, make_app, rescue_jobs
from tests.rest.assessment.quiz_world import CHOSEN, SINGLE, QuizWorld, make_quiz, save, submit
from tests.rest.world import School

PATIENCE = 60


async def hand_in(world: QuizWorld, count: int) -> None:
    """So many attempts of one student, each answered rightly and waiting for the worker."""
    for _ in range(count):
        world.school.rest.app.state.limiter._buckets.clear()
        attempt = await world.start(world.school.student)
        await submit(world.school.student, attempt, save(world.items[0], 1, CHOSEN))


async def graded(world: QuizWorld) -> list[Any]:
    mine = await world.school.student.get(f"{world.path}/attempts/mine")
    return [one["score"] for one in mine if one["status"] == "graded"]


async def until_graded(world: QuizWorld, count: int) -> None:
    """Wait until so many are; asked of the database, since the machine is the worker's to use."""
    query = "SELECT count(*) FROM attempts WHERE tenant = $1 AND status = 'graded'"
    async with connected(world.school.rest.settings.database_url) as connection, asyncio.timeout(PATIENCE):
        while await connection.fetchval(query, world.school.tenant) < count:
            await asyncio.sleep(0.05)


@asynccontextmanager
async def connected(dsn: str) -> AsyncIterator[Any]:
    connection = await asyncpg.connect(dsn)
    try:
        yield connection
    finally:
        await connection.close()


async def waiting(dsn: str) -> int:
    async with connected(dsn) as connection:
        return await connection.fetchval("SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing')")


async def long_dead(dsn: str) -> None:
    """As if the time after which silent workers count as dead had passed."""
    async with connected(dsn) as connection:
        await connection.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 hour'")


@asynccontextmanager
async def worker_process(dsn: str, secret: str, folder: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """``lyceum jobs`` as people run it."""
    told = {"LYCEUM_DATABASE_URL": dsn, "LYCEUM_SECRET": secret, "LYCEUM_DATA_DIR": str(folder)}
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "lyceum", "jobs", env={**os.environ, **told})
    try:
        yield process
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        await process.wait()


async def test_what_was_handed_in_is_graded_and_leaves_the_queue(school: School, pg_dsn: str) -> None:
    world = await make_quiz(school, SINGLE, attempts=0, release="closed")
    await hand_in(world, 3)
    assert await graded(world) == []
    async with job_worker(school.rest.settings, school.rest.clock):
        await until_graded(world, 3)
    assert await waiting(pg_dsn) == 0
    await world.edit(release="submitted")
    assert await graded(world) == [2.0] * 3


async def test_time_that_is_up_ends_an_attempt_by_itself(school: School) -> None:
    world = await make_quiz(school, SINGLE, minutes=5)
    await world.start(school.student)
    school.rest.clock.advance(400)
    async with job_worker(school.rest.settings, school.rest.clock):
        await until_graded(world, 1)


async def test_jobs_of_a_dead_worker_go_back_to_the_queue_and_are_announced(school: School, pg_dsn: str) -> None:
    world = await make_quiz(school, SINGLE, attempts=0, release="closed")
    await hand_in(world, 2)
    tools = Tools(school.rest.database, school.rest.app.state.contents, school.rest.app.state.store)
    heard = asyncio.Event()
    async with connected(pg_dsn) as connection:
        dead = "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour') RETURNING id"
        worker = await connection.fetchval(dead)
        await connection.execute(
            "UPDATE procrastinate_jobs SET status = 'doing', worker_id = $1 WHERE status = 'todo'", worker
        )
        await connection.add_listener("procrastinate_queue_v1#grading", lambda *_: heard.set())
        async with make_app(pg_dsn, tools).open_async() as app:
            assert await rescue_jobs(app) == 2
            assert await rescue_jobs(app) == 0
        async with asyncio.timeout(PATIENCE):
            await heard.wait()
    async with job_worker(school.rest.settings, school.rest.clock):
        await until_graded(world, 2)


async def test_the_next_look_is_when_the_first_attempt_ends(school: School, pg_dsn: str) -> None:
    tools = Tools(school.rest.database, school.rest.app.state.contents, school.rest.app.state.store)
    async with connected(pg_dsn) as connection:  # of other tests
        await connection.execute("UPDATE attempts SET ends_at = NULL WHERE status = 'running'")
    assert await expire_all(tools) == IDLE_SECONDS
    world = await make_quiz(school, SINGLE, minutes=5)
    await world.start(school.student)
    assert await expire_all(tools) == IDLE_SECONDS
    school.rest.clock.advance(300)
    assert 9.9 < await expire_all(tools) < 10.1
    school.rest.clock.advance(11)
    assert await expire_all(tools) == IDLE_SECONDS
    assert await graded(world) == [0.0]


@pytest.mark.chaos
@pytest.mark.slow
async def test_a_worker_killed_in_the_middle_loses_nothing(school: School, pg_dsn: str, tmp_path: Path) -> None:
    world = await make_quiz(school, SINGLE, attempts=0, release="closed")
    count = 25
    await hand_in(world, count)
    secret = school.rest.settings.secret
    async with worker_process(pg_dsn, secret, tmp_path) as first:
        await until_graded(world, 5)
        first.kill()
        await first.wait()
    await long_dead(pg_dsn)
    async with worker_process(pg_dsn, secret, tmp_path):
        await until_graded(world, count)
        async with asyncio.timeout(PATIENCE):
            while await waiting(pg_dsn):
                await asyncio.sleep(0.1)
    await world.edit(release="submitted")
    assert await graded(world) == [2.0] * count
