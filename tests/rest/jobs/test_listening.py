"""Jobs are announced: at once, over a lost connection too."""

import asyncio

import asyncpg
import pytest

from rest.jobs import listening
from rest.jobs.listening import INSERTED, Connector

CHANNEL = "procrastinate_queue_v1#nobody"


async def test_a_notice_is_passed_on_also_after_the_connection_was_cut(
    pg_dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listening, "AGAIN_SECONDS", 0.01)
    told: asyncio.Queue[tuple[str, str]] = asyncio.Queue()

    async def on_notification(*, channel: str, payload: str) -> None:
        told.put_nowait((channel, payload))

    connection = await asyncpg.connect(pg_dsn)
    async with asyncio.timeout(30), asyncio.TaskGroup() as tasks:
        listener = tasks.create_task(Connector(pg_dsn, 1).listen_notify(on_notification, [CHANNEL]))
        try:
            for _ in range(2):
                assert await told.get() == (CHANNEL, INSERTED)  # it listens now: what was missed is looked for
                await connection.execute("SELECT pg_notify($1, 'anything')", CHANNEL)
                assert await told.get() == (CHANNEL, INSERTED)
                await connection.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'lyceum-jobs'"
                )
            assert await told.get() == (CHANNEL, INSERTED)
        finally:
            listener.cancel()
            await connection.close()
