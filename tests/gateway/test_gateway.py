"""One gateway with its tasks, on seams in memory."""

import asyncio
from random import Random

from gateway.gateway import Gateway
from realtime.bus.bus_memory import MemoryBus
from realtime.clock import SystemClock
from realtime.envelopes import Detach, ToRoom, inbox
from realtime.grants import Grant
from realtime.leases.leases_memory import MemoryLeases
from realtime.limits import Limits
from realtime.registry.registry import Node
from realtime.registry.registry_memory import MemoryRegistry


def _nobody(_token: str | None, room: str) -> Grant:
    raise AssertionError(room)


async def test_lease_2_a_worker_that_nobody_hears_is_buried_and_taken_off_the_list() -> None:
    clock = SystemClock()
    bus, leases, registry = MemoryBus(), MemoryLeases(clock), MemoryRegistry(clock)
    for worker in ("w-dead", "w-live"):
        await leases.live(worker)
        await registry.announce(Node(worker, "rooms"))
    await leases.acquire("school/math", "w-dead")
    await bus.subscribe(inbox("w-live"), lambda _: None)
    async with Gateway("g-1", bus, registry, leases, _nobody, Limits(), clock, Random(1)):
        bus.publish(inbox("w-dead"), ToRoom("school/math", "g-1", 1, "", Detach("g-1")))
        async with asyncio.timeout(10):
            while await leases.holder("school/math") is not None or len(await registry.nodes("rooms")) > 1:
                await asyncio.sleep(0)
        assert [node.id for node in await registry.nodes("rooms")] == ["w-live"]
