"""One contract over every implementation of the seams between processes: bus, leases, registry."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from realtime.bus.bus import Bus
from realtime.bus.bus_memory import MemoryBus
from realtime.bus.bus_redis import RedisBus
from realtime.clock import SystemClock
from realtime.envelopes import Message, Moved, NotOwner
from realtime.leases.leases import Leases
from realtime.leases.leases_memory import MemoryLeases
from realtime.leases.leases_redis import RedisLeases
from realtime.redis_link import connect
from realtime.registry.registry import Node, Registry
from realtime.registry.registry_memory import MemoryRegistry
from realtime.registry.registry_redis import RedisRegistry
from tests.chaos.link import Link, dial_unix, on_socket


@dataclass
class Seams:
    sender: Bus
    receiver: Bus
    leases: Leases
    registry: Registry


@pytest.fixture(params=["memory", "redis"])
async def seams(request: pytest.FixtureRequest) -> AsyncIterator[Seams]:
    if request.param == "memory":
        bus, clock = MemoryBus(), SystemClock()
        yield Seams(bus, bus, MemoryLeases(clock), MemoryRegistry(clock))
        return
    url: str = request.getfixturevalue("redis_url")
    async with AsyncExitStack() as stack:
        sender = await stack.enter_async_context(RedisBus(url, 1 << 20))
        receiver = await stack.enter_async_context(RedisBus(url, 1 << 20))
        client: Any = connect(url)
        stack.push_async_callback(client.aclose)
        await client.flushall()
        yield Seams(sender, receiver, RedisLeases(client), RedisRegistry(client))


class Inbox:
    """Collects what a handler gets, and lets a test wait for a number of messages."""

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.batches = 0
        self._more = asyncio.Event()

    def __call__(self, batch: list[Message]) -> None:
        self.messages += batch
        self.batches += 1
        self._more.set()

    async def wait_for(self, count: int) -> list[Message]:
        async with asyncio.timeout(10):
            while len(self.messages) < count:
                self._more.clear()
                await self._more.wait()
        return self.messages


async def test_bus_1_messages_arrive_in_order_and_in_batches(seams: Seams) -> None:
    inbox = Inbox()
    await seams.receiver.subscribe("here", inbox)
    sent: list[Message] = [NotOwner(f"t/room{i}", "w") for i in range(100)]
    for message in sent:
        seams.sender.publish("here", message)
    assert inbox.messages == [], "a handler never runs inside publish"
    assert await inbox.wait_for(100) == sent
    assert inbox.batches < 100


async def test_bus_1_channels_are_apart(seams: Seams) -> None:
    one, two = Inbox(), Inbox()
    await seams.receiver.subscribe("one", one)
    await seams.receiver.subscribe("two", two)
    seams.sender.publish("one", Moved("t/a", 1))
    seams.sender.publish("two", Moved("t/b", 1))
    assert await one.wait_for(1) == [Moved("t/a", 1)]
    assert await two.wait_for(1) == [Moved("t/b", 1)]


async def test_bus_2_a_channel_without_receiver_is_told(seams: Seams) -> None:
    told: asyncio.Queue[str] = asyncio.Queue()
    seams.sender.on_unreachable(told.put_nowait)
    inbox = Inbox()
    await seams.receiver.subscribe("alive", inbox)
    seams.sender.publish("alive", Moved("t/a", 1))
    seams.sender.publish("nobody", Moved("t/a", 1))
    assert await asyncio.wait_for(told.get(), 10) == "nobody"
    await inbox.wait_for(1)  # what comes after the end of a subscription is for nobody
    await seams.receiver.unsubscribe("alive")
    seams.sender.publish("alive", Moved("t/a", 2))
    assert await asyncio.wait_for(told.get(), 10) == "alive"


async def test_bus_4_redis_may_be_away_when_a_bus_starts_and_when_it_listens_to_nothing(
    redis_url: str, tmp_path: Path
) -> None:
    link, near = Link("bus>redis", dial_unix(Path(urlsplit(redis_url).path))), tmp_path / "near"
    inbox = Inbox()
    link.cut()
    async with on_socket(link, near), RedisBus(redis_url, 1 << 20) as sender, AsyncExitStack() as stack:
        bus = await stack.enter_async_context(RedisBus(f"unix://{near}", 1 << 20))
        healed = asyncio.Event()
        bus.on_reset(healed.set)
        async with asyncio.timeout(20), asyncio.TaskGroup() as tasks:
            tasks.create_task(bus.subscribe("here", inbox))
            await link.refused.wait()
            link.open()
            await healed.wait()
        sender.publish("here", Moved("t/a", 1))
        assert await inbox.wait_for(1) == [Moved("t/a", 1)]
        await bus.unsubscribe("here")
        link.refused.clear()
        link.cut()
        async with asyncio.timeout(20):
            later = asyncio.create_task(bus.subscribe("there", inbox))
            await link.refused.wait()
            link.open()
            await later
        sender.publish("there", Moved("t/b", 1))
        assert (await inbox.wait_for(2))[1:] == [Moved("t/b", 1)]


async def test_lease_1_a_room_has_one_live_owner(seams: Seams) -> None:
    leases = seams.leases
    assert not await leases.live("w1"), "the first sign of life is a lapse: there is nothing to rely on"
    assert await leases.live("w1")
    await leases.live("w2")
    assert await leases.acquire("t/a", "w1") == "w1"
    assert await leases.acquire("t/a", "w2") == "w1"
    assert await leases.acquire("t/a", "w1") == "w1"
    assert await leases.holder("t/a") == "w1"
    await leases.release("t/a", "w2")
    assert await leases.holder("t/a") == "w1", "only the owner gives up"
    await leases.release("t/a", "w1")
    assert await leases.holder("t/a") is None
    assert await leases.acquire("t/a", "w2") == "w2"


async def test_lease_2_the_rooms_of_a_buried_worker_are_free_at_once(seams: Seams) -> None:
    leases = seams.leases
    await leases.live("w1")
    await leases.live("w2")
    await leases.acquire("t/a", "w1")
    await leases.bury("w1")
    assert await leases.holder("t/a") is None
    assert await leases.acquire("t/a", "w2") == "w2"
    assert not await leases.live("w1"), "the buried one learns that it had lapsed"
    assert await leases.acquire("t/a", "w1") == "w2"


async def test_registry_lists_live_nodes_of_a_kind(seams: Seams) -> None:
    registry = seams.registry
    one, two = Node("w1", "rooms"), Node("w2", "rooms", draining=True, address="x")
    await registry.announce(two)
    await registry.announce(one)
    await registry.announce(Node("g1", "gateway"))
    assert await registry.nodes("rooms") == [one, two]
    await registry.withdraw(one)
    assert await registry.nodes("rooms") == [two]
