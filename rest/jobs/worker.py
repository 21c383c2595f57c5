"""The job worker: procrastinate on PostgreSQL, and what has to happen by the clock."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from uuid import UUID

import structlog
from procrastinate import App, RetryStrategy
from procrastinate.exceptions import ConnectorException

from realtime.clock import Clock, SystemClock
from rest.assessment.bank import Contents
from rest.assessment.jobs import GRADE, QUEUE
from rest.assessment.marking import grade_job
from rest.assessment.sittings import SWEEP, expire, next_end
from rest.courses.store import FileStore, open_store
from rest.db import Database
from rest.jobs import nightly
from rest.jobs.listening import AGAIN_SECONDS, INSERTED, Connector
from rest.parts import make_database
from rest.settings import RestSettings

CONCURRENCY = 4
IDLE_SECONDS = 15.0
"""Between two looks when nothing is known to be due. Jobs are announced by the database and begin at once; only those
tried again, and attempts that began with less than this left, wait for a look."""
HEARTBEAT_SECONDS = 5.0
DEAD_SECONDS = 15.0
"""Without a heartbeat for so long a worker counts as dead, and what it was doing is done by another one."""
STOP_SECONDS = 10.0
SWEEP_SECONDS = 1.0
"""At least, between two looks for attempts whose time is up."""
RESCUE_SECONDS = 10.0

_WAKE = "SELECT pg_notify('procrastinate_queue_v1#' || %(queue)s, %(notice)s)"

log = structlog.get_logger("rest.jobs")


@dataclass(frozen=True, slots=True)
class Tools:
    """What jobs work with."""

    database: Database
    contents: Contents
    store: FileStore


def make_app(dsn: str, tools: Tools) -> App:
    """The queue at ``dsn`` with every job there is; not connected yet."""
    app = App(connector=Connector(dsn, CONCURRENCY + 2))

    @app.task(name=GRADE, queue=QUEUE, retry=RetryStrategy(max_attempts=20, exponential_wait=2))
    async def grade(tenant: str, attempt: str) -> None:  # pyright: ignore[reportUnusedFunction]
        await grade_job(tools.database, tools.contents, tenant, UUID(attempt))

    nightly.register(app, tools.database, tools.store)
    return app


@asynccontextmanager
async def job_worker(settings: RestSettings, clock: Clock | None = None) -> AsyncIterator[None]:
    """Work off the queue while the body runs; what is being done at its end is finished first."""
    logging.getLogger("procrastinate").setLevel(logging.WARNING)
    tools = Tools(make_database(settings, clock or SystemClock()), Contents(), open_store(settings))
    try:
        async with asyncio.TaskGroup() as tasks:
            work = [
                tasks.create_task(_work_forever(settings.database_url, tools)),
                tasks.create_task(_again("attempts that end", lambda: expire_all(tools))),
            ]
            try:
                yield
            finally:
                for task in work:
                    task.cancel()
    finally:
        await tools.database.engine.dispose()


async def expire_all(tools: Tools) -> float:
    """End every attempt whose time is up; return in how many seconds to look again."""
    while await expire(tools.database, tools.contents) == SWEEP:
        pass
    due = await next_end(tools.database)
    left = IDLE_SECONDS if due is None else (due - tools.database.now()).total_seconds()
    return min(max(left, SWEEP_SECONDS), IDLE_SECONDS)


async def _work_forever(dsn: str, tools: Tools) -> None:
    """Run the worker; a database that goes away is waited for."""
    while True:
        try:
            async with make_app(dsn, tools).open_async() as app, asyncio.TaskGroup() as tasks:
                rescue = tasks.create_task(_again("jobs of the dead", lambda: _rescue(app)))
                try:
                    await _run(app)
                finally:
                    rescue.cancel()
        except* (ConnectorException, OSError) as errors:
            log.warning("queue away", kinds=sorted({type(error).__name__ for error in errors.exceptions}))
        await asyncio.sleep(AGAIN_SECONDS)


async def _run(app: App) -> None:
    await app.run_worker_async(
        queues=[QUEUE, nightly.QUEUE],
        concurrency=CONCURRENCY,
        fetch_job_polling_interval=IDLE_SECONDS,
        abort_job_polling_interval=IDLE_SECONDS,
        delete_jobs="successful",
        install_signal_handlers=False,
        update_heartbeat_interval=HEARTBEAT_SECONDS,
        stalled_worker_timeout=DEAD_SECONDS,
        shutdown_graceful_timeout=STOP_SECONDS,
    )


async def rescue_jobs(app: App) -> int:
    """Put back what workers were doing that have no heartbeat any more; return how many."""
    stalled = list(await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=DEAD_SECONDS))
    for job in stalled:
        with suppress(ConnectorException):  # another worker was first
            await app.job_manager.retry_job(job)
    for queue in {job.queue for job in stalled}:
        await app.connector.execute_query_async(_WAKE, queue=queue, notice=INSERTED)
    return len(stalled)


async def _rescue(app: App) -> float:
    await rescue_jobs(app)
    return RESCUE_SECONDS


async def _again(what: str, work: Callable[[], Awaitable[float]]) -> None:
    """Do ``work`` again after as many seconds as it says each time, until cancelled; what fails is logged."""
    while True:
        try:
            pause = await work()
        except Exception as error:
            log.warning("by the clock", what=what, error=type(error).__name__)
            pause = AGAIN_SECONDS
        await asyncio.sleep(pause)
