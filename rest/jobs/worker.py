"""The job worker: procrastinate on PostgreSQL, and what has to happen by the clock."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import UUID

import structlog
from procrastinate import App, PsycopgConnector, RetryStrategy
from procrastinate.exceptions import ConnectorException

from realtime.clock import Clock, SystemClock
from rest.app import make_database
from rest.assessment.bank import Contents
from rest.assessment.jobs import GRADE, QUEUE
from rest.assessment.marking import grade_job
from rest.assessment.sittings import SWEEP, expire
from rest.courses.store import FileStore, open_store
from rest.db import Database
from rest.jobs import nightly
from rest.settings import RestSettings

CONCURRENCY = 4
HEARTBEAT_SECONDS = 2.0
DEAD_SECONDS = 8.0
"""Without a heartbeat for so long a worker counts as dead, and what it was doing is done by another one."""
STOP_SECONDS = 10.0
SWEEP_SECONDS = 1.0
RESCUE_SECONDS = 3.0
AGAIN_SECONDS = 3.0

log = structlog.get_logger("rest.jobs")


@dataclass(frozen=True, slots=True)
class Tools:
    """What jobs work with."""

    database: Database
    contents: Contents
    store: FileStore


def make_app(dsn: str, tools: Tools) -> App:
    """The queue at ``dsn`` with every job there is; not connected yet."""
    connector = PsycopgConnector(
        conninfo=dsn, min_size=1, max_size=CONCURRENCY + 2, kwargs={"application_name": "lyceum-jobs"}
    )
    app = App(connector=connector)

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
                tasks.create_task(_every(SWEEP_SECONDS, "attempts that end", lambda: expire_all(tools))),
            ]
            try:
                yield
            finally:
                for task in work:
                    task.cancel()
    finally:
        await tools.database.engine.dispose()


async def expire_all(tools: Tools) -> None:
    """End every attempt whose time is up."""
    while await expire(tools.database, tools.contents) == SWEEP:
        pass


async def _work_forever(dsn: str, tools: Tools) -> None:
    """Run the worker; a database that goes away is waited for."""
    while True:
        try:
            async with make_app(dsn, tools).open_async() as app, asyncio.TaskGroup() as tasks:
                rescue = tasks.create_task(_every(RESCUE_SECONDS, "jobs of the dead", lambda: rescue_jobs(app)))
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
        try:
            await app.job_manager.retry_job(job)
        except ConnectorException:
            continue  # another worker was first
    return len(stalled)


async def _every(seconds: float, what: str, work: Callable[[], Awaitable[object]]) -> None:
    """Do ``work`` again and again, until cancelled; what fails is logged and tried again."""
    while True:
        try:
            await work()
        except Exception as error:
            log.warning("by the clock", what=what, error=type(error).__name__)
        await asyncio.sleep(seconds)
