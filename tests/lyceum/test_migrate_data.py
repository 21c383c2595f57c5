"""Migrations on a database that is lived in: every revision down and up again loses nothing of those before it, twice
in a row, and by two processes at once."""

import asyncio
import json
import os
import sys
from pathlib import Path

import asyncpg
import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory

from lyceum.migrate import SCRIPTS, migrate, migrate_down
from tests.fixtures.services import FreshDatabase
from tests.rest.test_every_route import World
from tests.rest.test_every_route import world as build_world
from tests.rest.world import School, open_rest

Rows = dict[str, list[str]]
"""By table: all its rows as JSON, sorted."""
Columns = dict[str, set[str]]
BUILD = build_world.__wrapped__  # type: ignore[attr-defined]


async def lived_in(dsn: str, files: Path) -> World:
    """A school with one of everything."""
    async with open_rest(dsn, 1_780_000_000.0, files_dir=files) as rest:
        school = await School(rest, "north").found()
        return await BUILD(school)


async def rows_of(database: FreshDatabase) -> tuple[Rows, Columns]:
    """Everything there is, but for the version and the queue (whose tables are procrastinate's)."""
    connection = await database.connect()
    try:
        columns = await connection.fetch(
            "SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
            " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped"
            " AND c.relname <> 'alembic_version' AND c.relname NOT LIKE 'procrastinate%'"
        )
        named: Columns = {}
        for row in columns:
            named.setdefault(row["relname"], set()).add(row["attname"])
        read = {table: await connection.fetch(f"SELECT to_jsonb(t) AS row FROM {table} t") for table in named}
        return {table: sorted(row["row"] for row in rows) for table, rows in read.items()}, named
    finally:
        await connection.close()


def as_known(rows: Rows, columns: Columns) -> Rows:
    """``rows`` with the tables and columns that there are in an older revision."""

    def cut(row: str, names: set[str]) -> str:
        return json.dumps({name: value for name, value in json.loads(row).items() if name in names}, sort_keys=True)

    return {table: sorted(cut(row, names) for row in rows[table]) for table, names in columns.items()}


def chain() -> list[str]:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    return [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()][::-1]


def filled(rows: Rows) -> set[str]:
    return {table for table, those in rows.items() if those}


async def test_down_and_up_with_data_keeps_what_older_revisions_know(pg: FreshDatabase, tmp_path: Path) -> None:
    await lived_in(pg.dsn, tmp_path)
    whole, _ = await rows_of(pg)
    assert {"people", "courses", "classes", "audit", "attempts", "skills", "submissions"} <= filled(whole)
    left = whole
    for revision in reversed(["base", *chain()[:-1]]):
        await migrate_down(pg.dsn, revision)
        left, columns = await rows_of(pg)
        assert as_known(left, columns) == as_known(whole, columns), revision
    assert left == {}
    await migrate(pg.dsn)
    assert (await rows_of(pg))[0].keys() == whole.keys()


async def test_the_next_revision_comes_to_a_database_with_data_and_changes_none_of_it(
    pg: FreshDatabase, tmp_path: Path
) -> None:
    await lived_in(pg.dsn, tmp_path)
    for revision in reversed(chain()[2:-1]):
        await migrate_down(pg.dsn, revision)
        before, columns = await rows_of(pg)
        await migrate(pg.dsn)
        after, _ = await rows_of(pg)
        assert as_known(after, columns) == as_known(before, columns), revision
        assert filled(after) == filled(before)


@pytest.mark.slow
async def test_two_processes_migrate_a_lived_in_database_at_once(pg: FreshDatabase, tmp_path: Path) -> None:
    await lived_in(pg.dsn, tmp_path)
    await migrate_down(pg.dsn, "0012_courses")
    before, columns = await rows_of(pg)
    told = {name: value for name, value in os.environ.items() if not name.startswith("LYCEUM_")}
    told |= {"LYCEUM_DATABASE_URL": pg.dsn, "LYCEUM_DATA_DIR": str(tmp_path)}
    command = (sys.executable, "-m", "lyceum", "migrate")
    async with asyncio.timeout(60):
        both = [await asyncio.create_subprocess_exec(*command, env=told) for _ in range(2)]
        assert [await one.wait() for one in both] == [0, 0]
    after, _ = await rows_of(pg)
    assert as_known(after, columns) == as_known(before, columns)
    connection: asyncpg.Connection = await pg.connect()
    try:
        assert await connection.fetchval("SELECT version_num FROM alembic_version") == chain()[-1]
    finally:
        await connection.close()
