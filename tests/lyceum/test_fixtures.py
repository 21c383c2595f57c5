"""The services other tests lean on are real."""

import asyncpg
import redis.asyncio

from tests.fixtures.services import FreshDatabase


async def test_pg_dsn_is_a_migrated_postgresql_18(pg_dsn: str) -> None:
    connection = await asyncpg.connect(pg_dsn)
    assert connection.get_server_version().major == 18
    assert await connection.fetchval("SELECT count(*) FROM alembic_version") == 1
    await connection.close()


async def test_each_test_has_a_database_of_its_own(pg: FreshDatabase, pg_dsn: str) -> None:
    assert pg.dsn != pg_dsn
    connection = await pg.connect()
    await connection.execute("CREATE TABLE left_behind (id int)")
    await connection.close()


async def test_a_database_does_not_see_what_another_test_left(pg: FreshDatabase) -> None:
    connection = await pg.connect()
    assert await connection.fetchval("SELECT to_regclass('left_behind')") is None
    await connection.close()


async def test_redis_url_is_a_real_server(redis_url: str) -> None:
    client = redis.asyncio.from_url(redis_url)
    async with client:
        assert (await client.info("server"))["redis_version"].startswith("6.")
        assert await client.set("fixture-check", "1", nx=True, px=1000)
