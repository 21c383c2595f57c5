"""Run by `test_workers` in the place of a plane: uses what it was told, and answers over the shared port.

``python plane.py gateway|rooms|media``
"""

import asyncio
import os
import signal
import sys

import asyncpg
import redis.asyncio

from lyceum.ports import listen
from lyceum.settings import Settings


async def main(plane: str) -> None:
    settings = Settings.from_env(os.environ)
    assert settings.database_url is not None
    assert settings.redis_url is not None
    connection = await asyncpg.connect(settings.database_url)
    version = await connection.fetchval("SELECT version_num FROM alembic_version")
    await connection.close()
    async with redis.asyncio.from_url(settings.redis_url) as client:
        await client.sadd("planes", settings.process)

    async def answer(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(f"{settings.process} {os.getpid()} {version}\n".encode())
        await writer.drain()
        writer.close()

    stopped = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
    if plane != "gateway":
        await stopped.wait()
        return
    server = await asyncio.start_server(answer, sock=listen(settings.host, settings.port, shared=True))
    async with server:
        await stopped.wait()


asyncio.run(main(sys.argv[1]))
