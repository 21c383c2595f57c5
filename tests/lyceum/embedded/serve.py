"""Run by `test_postgres` as a process of its own: serve a folder, commit rows, and say each one that is committed.

``python serve.py FOLDER`` prints ``pid dsn`` and then 1, 2, 3, … until it is killed or its input ends.
"""

import asyncio
import sys
from pathlib import Path

import asyncpg

from lyceum.embedded.postgres import EmbeddedPostgres


async def serve(folder: Path) -> None:
    async with EmbeddedPostgres(folder) as pg:
        connection = await asyncpg.connect(pg.dsn)
        await connection.execute("CREATE TABLE IF NOT EXISTS rows (n int)")
        print(pg.pid, pg.dsn, flush=True)
        ended = asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
        number = 0
        while not ended.done():
            number += 1
            await connection.execute("INSERT INTO rows VALUES ($1)", number)
            print(number, flush=True)
        await connection.close()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1])))
