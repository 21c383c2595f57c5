"""Each plane, made from settings and the seams it stands on."""

import secrets
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from random import Random

from lyceum.load import LoadMeter
from lyceum.settings import Settings
from realtime.bus.bus import Bus
from realtime.bus.bus_memory import MemoryBus
from realtime.bus.bus_redis import RedisBus
from realtime.clock import Clock, SystemClock
from realtime.grants import Grant, verify_for
from realtime.ids import new_id
from realtime.leases.leases import Leases
from realtime.leases.leases_memory import MemoryLeases
from realtime.leases.leases_redis import RedisLeases
from realtime.redis_link import connect
from realtime.registry.registry import Registry
from realtime.registry.registry_memory import MemoryRegistry
from realtime.registry.registry_redis import RedisRegistry


@dataclass(frozen=True, slots=True)
class Seams:
    """What planes meet on."""

    bus: Bus
    leases: Leases
    registry: Registry
    clock: Clock


def memory_seams() -> Seams:
    """For one process: nothing is lost, nothing is encoded."""
    clock = SystemClock()
    return Seams(MemoryBus(), MemoryLeases(clock), MemoryRegistry(clock), clock)


@asynccontextmanager
async def redis_seams(settings: Settings) -> AsyncIterator[Seams]:
    """For many processes."""
    assert settings.redis_url is not None
    async with AsyncExitStack() as stack:
        bus = await stack.enter_async_context(RedisBus(settings.redis_url, settings.limits.bus_bytes))
        client = connect(settings.redis_url)
        stack.push_async_callback(client.aclose)
        yield Seams(bus, RedisLeases(client), RedisRegistry(client), SystemClock())


def verifier(settings: Settings, clock: Clock) -> Callable[[str | None, str], Grant]:
    """``(token, room) -> grant``; raises `realtime.grants.TokenRefused`."""
    secret = settings.secret or ""

    def verify(token: str | None, room: str) -> Grant:
        return verify_for(token, room, secret, clock.wall())

    return verify


def fresh_id(prefix: str) -> str:
    """An id for a node of this process."""
    return new_id(prefix, secrets.token_bytes)


def load_meter(clock: Clock) -> LoadMeter:
    """How busy this thread, which runs the loop, is: what others compute does not hurry it."""
    return LoadMeter(time.thread_time, clock.monotonic)


def randomness() -> Random:
    """For jitter: nobody else's seed."""
    return Random(secrets.randbits(64))
