"""PostgreSQL and Redis for a whole deployment on one machine: the ones named by URL, else our own, migrated."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace

import structlog

from lyceum.embedded.postgres import EmbeddedPostgres
from lyceum.embedded.redis import EmbeddedRedis
from lyceum.migrate import migrate
from lyceum.secret import ensure_secret
from lyceum.settings import Settings

log = structlog.get_logger("lyceum.services")


@asynccontextmanager
async def services(settings: Settings, *, redis: bool) -> AsyncIterator[Settings]:
    """Yield ``settings`` with ``database_url``, ``secret`` and (when ``redis``) ``redis_url`` filled in.

    What the environment does not name is started in the data folder and stopped at the end, after the body: the
    planes that use it must have ended by then. The database has been migrated.
    """
    async with AsyncExitStack() as stack:
        ready = replace(settings, secret=settings.secret or ensure_secret(settings.data_dir))
        dsn = await stack.enter_async_context(database(ready))
        if redis and ready.redis_url is None:
            embedded = await stack.enter_async_context(EmbeddedRedis(settings.data_dir))
            ready = replace(ready, redis_url=embedded.url)
            log.info("embedded Redis is up", pid=embedded.pid)
        await migrate(dsn)
        yield replace(ready, database_url=dsn)


@asynccontextmanager
async def database(settings: Settings) -> AsyncIterator[str]:
    """Yield the DSN of the database named by URL, else of the data folder's own, started for the body. Not migrated."""
    if settings.database_url is not None:
        yield settings.database_url
        return
    async with EmbeddedPostgres(settings.data_dir) as postgres:
        log.info("embedded PostgreSQL is up", pid=postgres.pid, data_dir=str(settings.data_dir))
        yield postgres.dsn
