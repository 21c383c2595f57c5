"""The tables of the application and those of the migrations are the same."""

import asyncpg
import pytest
from sqlalchemy.dialects import postgresql

import rest.app
from rest.platform.tables import Base
from tests.rest.world import Rest

OTHERS = {"alembic_version"}
assert rest.app

ALIASES = {
    "timestamp with time zone": "TIMESTAMP WITH TIME ZONE",
    "timestamp without time zone": "TIMESTAMP WITHOUT TIME ZONE",
    "character varying": "VARCHAR",
}


async def test_every_column_is_there_with_its_type_and_nothing_more(pg_dsn: str) -> None:
    connection = await asyncpg.connect(pg_dsn)
    try:
        found = await connection.fetch(
            "SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod) AS type, a.attnotnull,"
            " a.attgenerated = '' AS plain FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
            " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped"
        )
    finally:
        await connection.close()
    here = {
        (row["relname"], row["attname"]): (str(ALIASES.get(row["type"], row["type"])).lower(), not row["attnotnull"])
        for row in found
        if row["plain"]
    }
    ours = {
        (table.name, column.name): (str(column.type.compile(postgresql.dialect())).lower(), bool(column.nullable))
        for table in Base.metadata.tables.values()
        for column in table.columns
    }
    mapped = {table for table, _ in ours}
    assert ours == {key: value for key, value in here.items() if key[0] in mapped}


async def test_every_table_of_tenants_is_held_by_row_level_security_for_its_owner_too(pg_dsn: str) -> None:
    connection = await asyncpg.connect(pg_dsn)
    try:
        open_tables = await connection.fetch(
            "SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'"
            " AND has_table_privilege('lyceum_rest', c.oid, 'SELECT')"
            " AND NOT (c.relrowsecurity AND (c.relforcerowsecurity OR NOT c.relname = ANY($1))"
            " AND EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid))",
            list(Base.metadata.tables),
        )
    finally:
        await connection.close()
    assert [row["relname"] for row in open_tables] == []


async def test_foreign_keys_between_tables_of_tenants_include_the_tenant(pg_dsn: str) -> None:
    connection = await asyncpg.connect(pg_dsn)
    try:
        loose = await connection.fetch(
            "SELECT k.conrelid::regclass::text AS t, k.conname FROM pg_constraint k"
            " JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attname = 'tenant'"
            " JOIN pg_attribute f ON f.attrelid = k.confrelid AND f.attname = 'tenant'"
            " WHERE k.contype = 'f' AND NOT a.attnum = ANY(k.conkey)"
        )
    finally:
        await connection.close()
    assert [tuple(row) for row in loose] == []


@pytest.mark.parametrize("statement", ["UPDATE audit SET entry = ''", "DELETE FROM audit", "TRUNCATE audit"])
async def test_the_audit_log_cannot_be_rewritten_even_by_its_owner(pg_dsn: str, rest: Rest, statement: str) -> None:
    connection = await asyncpg.connect(pg_dsn)
    try:
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="append-only"):
            await connection.execute(statement)
    finally:
        await connection.close()
