"""`lyceum.migrate` and the chain of revisions, on a real server."""

import asyncio

import asyncpg
import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory

from lyceum.embedded.cluster import Cluster
from lyceum.errors import MigrationFailed
from lyceum.migrate import SCRIPTS, migrate, migrate_down
from tests.fixtures.services import FreshDatabase, fresh_database


def _chain() -> list[str]:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    return [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()][::-1]


async def _version(database: FreshDatabase) -> str | None:
    connection = await database.connect()
    try:
        return await connection.fetchval("SELECT version_num FROM alembic_version")
    finally:
        await connection.close()


def test_revisions_are_one_chain_named_after_their_files() -> None:
    chain = _chain()
    files = sorted(path.stem for path in (SCRIPTS / "versions").glob("[0-9]*.py"))
    assert chain == files
    assert chain[0] == "0001_roles"


async def test_a_migrated_database_stays_as_it_is(pg: FreshDatabase) -> None:
    before = await _version(pg)
    await migrate(pg.dsn)
    assert await _version(pg) == before == _chain()[-1]


async def test_many_at_once_migrate_an_empty_database_once(pg_cluster: Cluster) -> None:
    with fresh_database(pg_cluster, template="template0") as empty:
        await asyncio.gather(*(migrate(empty.dsn) for _ in range(5)))
        assert await _version(empty) == _chain()[-1]


async def test_every_revision_goes_down_and_up_again(pg: FreshDatabase) -> None:
    for revision in reversed(["base", *_chain()[:-1]]):
        await migrate_down(pg.dsn, revision)
    await migrate(pg.dsn)
    assert await _version(pg) == _chain()[-1]


async def test_a_database_from_the_future_is_refused_and_untouched(pg: FreshDatabase) -> None:
    connection = await pg.connect()
    await connection.execute("UPDATE alembic_version SET version_num = '9999_future'")
    await connection.close()
    with pytest.raises(MigrationFailed, match="newer lyceum"):
        await migrate(pg.dsn)
    assert await _version(pg) == "9999_future"


async def test_no_server_is_one_clear_line(tmp_path: object) -> None:
    with pytest.raises(MigrationFailed, match="could not be migrated") as caught:
        await migrate(f"postgresql://lyceum@/lyceum?host={tmp_path}")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("role", ["lyceum_rest", "lyceum_rooms"])
async def test_the_connecting_user_steps_down_to_a_role_that_cannot_make_tables(pg: FreshDatabase, role: str) -> None:
    connection = await pg.connect()
    await connection.execute(f"SET ROLE {role}")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await connection.execute("CREATE TABLE mine (id int)")
    await connection.close()


async def test_the_tenant_is_unset_outside_its_transaction(pg: FreshDatabase) -> None:
    connection = await pg.connect()
    async with connection.transaction():
        await connection.execute("SET LOCAL lyceum.tenant = 'north'")
        assert await connection.fetchval("SELECT lyceum_tenant()") == "north"
    assert await connection.fetchval("SELECT lyceum_tenant()") is None
    await connection.close()


async def test_an_ordinary_database_user_may_migrate(pg_cluster: Cluster) -> None:
    with fresh_database(pg_cluster, template="template0") as empty:
        owner = await empty.connect()
        await owner.execute("CREATE ROLE ordinary LOGIN")
        await owner.execute("GRANT lyceum_rest, lyceum_rooms TO ordinary")
        await owner.execute("ALTER SCHEMA public OWNER TO ordinary")
        try:
            await migrate(empty.dsn.replace("lyceum@", "ordinary@"))
        finally:
            await owner.execute("REASSIGN OWNED BY ordinary TO lyceum; DROP OWNED BY ordinary; DROP ROLE ordinary")
            await owner.close()
        assert await _version(empty) == _chain()[-1]
