"""The connection of the bus: what it writes, how it signs in, what it does about nonsense."""

import asyncio
import ssl
from typing import Any
from urllib.parse import urlsplit

import pytest
from redis.exceptions import AuthenticationError

from realtime import redis_wire
from realtime.redis_link import connect
from realtime.redis_wire import RedisWire, command, dial


def test_a_command_is_an_array_of_bulk_strings() -> None:
    assert command(b"PUBLISH", b"a", b"\r\n") == b"*3\r\n$7\r\nPUBLISH\r\n$1\r\na\r\n$2\r\n\r\n\r\n"


async def test_replies_of_one_read_are_handed_over_together_whatever_is_cut_where(redis_url: str) -> None:
    heard: asyncio.Queue[list[Any]] = asyncio.Queue()
    wire = await dial(redis_url, heard.put_nowait)
    wire.write(command(b"PING") + command(b"ECHO", b"x" * 100_000) + command(b"NOSUCH"))
    replies: list[Any] = []
    async with asyncio.timeout(10):
        while len(replies) < 3:
            replies += await heard.get()
    assert replies[0] == b"PONG"
    assert replies[1] == b"x" * 100_000
    assert "unknown command" in str(replies[2])
    wire.abort()
    assert wire.ended.is_set()
    wire.write(command(b"PING"))  # is nothing any more


async def test_it_signs_in_with_the_name_and_the_password_of_the_address(redis_url: str) -> None:
    client: Any = connect(redis_url)
    await client.execute_command("ACL", "SETUSER", "bus", "on", ">s3cret", "+@all", "~*", "&*")
    path = urlsplit(redis_url).path
    heard: asyncio.Queue[list[Any]] = asyncio.Queue()
    try:
        wire = await dial(f"unix://bus:s3cret@{path}", heard.put_nowait)
        wire.write(command(b"ACL", b"WHOAMI"))
        assert await asyncio.wait_for(heard.get(), 10) == [b"bus"]
        wire.abort()
        with pytest.raises(AuthenticationError):
            await dial(f"unix://bus:wrong@{path}", heard.put_nowait)
    finally:
        await client.execute_command("ACL", "DELUSER", "bus")
        await client.aclose()


def test_nonsense_ends_the_connection() -> None:
    heard: list[Any] = []
    wire = RedisWire(heard.extend)
    wire.data_received(b"+OK\r\n!nonsense\r\n")
    assert wire.ended.is_set()


def test_rediss_asks_for_tls_and_checks_the_certificate() -> None:
    options: dict[str, Any] = dict(redis_wire.parse_url("rediss://redis.example:6380/0"))
    context = redis_wire._tls(options)  # pyright: ignore[reportPrivateUsage]
    assert isinstance(context, ssl.SSLContext)
    assert context.verify_mode is ssl.CERT_REQUIRED
    plain: dict[str, Any] = dict(redis_wire.parse_url("redis://redis.example/0"))
    assert redis_wire._tls(plain) is None  # pyright: ignore[reportPrivateUsage]
