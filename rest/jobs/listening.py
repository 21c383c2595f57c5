"""How a worker hears of jobs: PostgreSQL says so (LISTEN), on a connection that costs nothing while nothing is said."""

import asyncio
from collections.abc import Iterable

import asyncpg
import structlog
from procrastinate import PsycopgConnector
from procrastinate.connector import Notify

AGAIN_SECONDS = 3.0
INSERTED = '{"type": "job_inserted", "job_id": 0}'
"""What a worker is told: look. Which job it is it finds out itself."""

log = structlog.get_logger("rest.jobs")


class Connector(PsycopgConnector):
    """Procrastinate's, but what it waits for comes over asyncpg, whose sockets are not looked at ten times a second.

    Any number of notices between two turns of the loop are one; requests to abort are not listened for (they are asked
    for by the clock, while jobs run)."""

    def __init__(self, dsn: str, max_size: int) -> None:
        super().__init__(conninfo=dsn, min_size=1, max_size=max_size, kwargs={"application_name": "lyceum-jobs"})
        self._dsn = dsn

    async def listen_notify(self, on_notification: Notify, channels: Iterable[str]) -> None:
        """Pass on notices until cancelled; also once whenever it begins to listen, for what was missed until then."""
        names = list(channels)
        while True:
            try:
                await self._listen(on_notification, names)
            except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                log.warning("not listening for jobs", error=type(error).__name__)
            await asyncio.sleep(AGAIN_SECONDS)

    async def _listen(self, on_notification: Notify, channels: list[str]) -> None:
        """Until the connection ends."""
        connection = await asyncpg.connect(self._dsn, timeout=10, server_settings={"application_name": "lyceum-jobs"})
        news = asyncio.Event()
        connection.add_termination_listener(lambda _: news.set())
        try:
            for channel in channels:
                await connection.add_listener(channel, lambda *_: news.set())
            news.set()
            while await news.wait() and not connection.is_closed():
                news.clear()
                await on_notification(channel=channels[0], payload=INSERTED)
        finally:
            connection.terminate()
