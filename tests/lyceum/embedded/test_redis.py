"""The embedded Redis: empty after it dies, full after a restart that keeps its data."""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import redis.asyncio
from redis.asyncio.client import PubSub

from lyceum.embedded.redis import EmbeddedRedis
from lyceum.errors import DataFolderInUse
from tests.lyceum.conftest import wait_for_end


async def _get(url: str, key: str) -> bytes | str | None:
    async with redis.asyncio.from_url(url) as client:
        return await client.get(key)


async def _set(url: str, key: str) -> None:
    async with redis.asyncio.from_url(url) as client:
        await client.set(key, "held")


@pytest.mark.parametrize(("keep_data", "left"), [(True, b"held"), (False, None)])
async def test_restart(tmp_path: Path, keep_data: bool, left: bytes | None) -> None:
    async with EmbeddedRedis(tmp_path) as server:
        await _set(server.url, "lease")
        before = server.pid
        await server.restart(keep_data=keep_data)
        assert server.pid not in (0, before)
        assert await _get(server.url, "lease") == left


async def test_a_killed_server_does_not_bring_an_old_snapshot_back(tmp_path: Path) -> None:
    async with EmbeddedRedis(tmp_path) as server:
        await _set(server.url, "lease")
        await server.restart(keep_data=True)
        await server.restart(keep_data=False)
        assert await _get(server.url, "lease") is None


async def test_it_ends_with_the_block_and_leaves_nothing(tmp_path: Path) -> None:
    async with EmbeddedRedis(tmp_path) as server:
        pid = server.pid
        assert os.getsid(pid) == pid
        with pytest.raises(DataFolderInUse):
            await EmbeddedRedis(tmp_path).__aenter__()
    wait_for_end(pid)
    assert list((tmp_path / "run").iterdir()) == []


async def test_a_path_with_spaces(tmp_path: Path) -> None:
    async with EmbeddedRedis(tmp_path / "my class, 2026") as server:
        await _set(server.url, "x")
        assert await _get(server.url, "x") == b"held"


async def test_a_listener_that_reads_late_is_not_cut_off(tmp_path: Path) -> None:
    """As a gateway whose readers of a large document all ask again at once; Redis' own bound is 32 MB."""
    large = b"x" * (16 << 20)
    async with EmbeddedRedis(tmp_path) as server, redis.asyncio.from_url(server.url) as client:
        async with client.pubsub(ignore_subscribe_messages=True) as listener:
            await listener.subscribe("gateway")
            await listener.get_message(timeout=5)
            for _ in range(4):
                assert await client.publish("gateway", large) == 1
            heard = [message async for message in _messages(listener, 4)]
    assert [len(message["data"]) for message in heard] == [len(large)] * 4


async def _messages(listener: PubSub, count: int) -> AsyncIterator[dict[str, bytes]]:
    async with asyncio.timeout(20):
        while count:
            message = await listener.get_message(timeout=1)
            if message is not None:
                count -= 1
                yield message
