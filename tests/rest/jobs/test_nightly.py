"""The nightly tasks on the real queue."""

import asyncio

import asyncpg

from rest.jobs import nightly
from rest.jobs.worker import Tools, make_app
from tests.rest.world import Rest, School


async def test_the_nightly_tasks_are_due_by_the_clock_and_run_on_the_worker(own_rest: Rest) -> None:
    """What is deferred is worked off: a course that was deleted long ago is gone."""
    rest, school = own_rest, await School(own_rest, "north").found()
    dsn = rest.settings.database_url
    course = await school.course()
    await school.teacher.delete(f"/courses/{course}")
    rest.clock.advance(40 * 24 * 3600)
    tools = Tools(rest.database, rest.app.state.contents, rest.app.state.store)
    app = make_app(dsn, tools)
    due = {periodic.task.name: periodic.cron for periodic in app.periodic_registry.periodic_tasks.values()}
    assert due == {nightly.FIT: nightly.FIT_AT, nightly.SWEEP: nightly.SWEEP_AT}
    async with asyncio.timeout(60), app.open_async():
        for task in (nightly.FIT, nightly.SWEEP):
            await app.configure_task(task).defer_async(timestamp=0)
        await app.run_worker_async(queues=[nightly.QUEUE], wait=False, install_signal_handlers=False)
    connection = await asyncpg.connect(dsn)
    try:
        done = await connection.fetch("SELECT task_name, status FROM procrastinate_jobs WHERE queue_name = 'nightly'")
        assert {(row["task_name"], row["status"]) for row in done} == {
            (nightly.FIT, "succeeded"),
            (nightly.SWEEP, "succeeded"),
        }
        assert await connection.fetchval("SELECT count(*) FROM courses WHERE tenant = $1", school.tenant) == 0
    finally:
        await connection.close()
