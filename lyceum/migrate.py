"""Bring a database to this version, or back: Alembic on asyncpg, in one transaction, one process at a time."""

from collections.abc import Callable
from pathlib import Path

import asyncpg
from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from lyceum.errors import MigrationFailed

SCRIPTS = Path(__file__).with_name("migrations")
LOCK_KEY = 0x4C59_4345_554D
"""Advisory lock of whoever migrates ("LYCEUM"); others wait, and then find nothing left to do."""


async def migrate(dsn: str, revision: str = "heads") -> None:
    """Bring the database at ``dsn`` (``postgresql://…``) up to ``revision``; raise `MigrationFailed`.

    Safe to repeat, and safe for several processes at once. All or nothing.
    """
    await _run(dsn, lambda config: command.upgrade(config, revision))


async def migrate_down(dsn: str, revision: str) -> None:
    """Bring the database back to ``revision`` (``base`` for before the first); what later ones stored is lost."""
    await _run(dsn, lambda config: command.downgrade(config, revision))


async def _run(dsn: str, step: Callable[[Config], None]) -> None:
    engine = create_async_engine(
        "postgresql+asyncpg://", async_creator=lambda: asyncpg.connect(dsn), poolclass=NullPool
    )
    try:
        async with engine.begin() as connection:
            await connection.run_sync(_locked, step)
    except CommandError as error:
        raise MigrationFailed(
            f"This lyceum does not know the database's version ({error}). If a newer lyceum migrated it, run that one."
        ) from error
    except (DBAPIError, asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError) as error:
        raise MigrationFailed(f"The database could not be migrated, and is as before: {_first_line(error)}") from error
    finally:
        await engine.dispose()


def _locked(connection: Connection, step: Callable[[Config], None]) -> None:
    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK_KEY})
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    step(config)


def _first_line(error: Exception) -> str:
    cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    return (str(cause) or type(cause).__name__).splitlines()[0]
