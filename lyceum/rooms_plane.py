"""A room worker with its log."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from prometheus_client import REGISTRY

from lyceum.attendance import attendance
from lyceum.health import health
from lyceum.planes import Seams, fresh_id, load_meter, redis_seams
from lyceum.settings import Settings
from rooms.collector import RoomsCollector
from rooms.log_postgres import PostgresLog
from rooms.worker import RoomWorker


@asynccontextmanager
async def rooms_plane(settings: Settings, seams: Seams) -> AsyncIterator[RoomWorker]:
    """A room worker while the body runs; leaving the block hands its rooms over."""
    assert settings.database_url is not None
    async with (
        PostgresLog(settings.database_url) as room_log,
        RoomWorker(
            fresh_id("w"),
            seams.bus,
            seams.leases,
            seams.registry,
            room_log,
            settings.limits,
            seams.clock,
            load_meter(seams.clock),
        ) as worker,
    ):
        REGISTRY.register(RoomsCollector(worker))
        async with attendance(settings.database_url, worker, seams.clock):
            yield worker
        await worker.drain()


@asynccontextmanager
async def alone(settings: Settings) -> AsyncIterator[None]:
    """As a process of its own."""
    async with (
        redis_seams(settings) as seams,
        rooms_plane(settings, seams) as worker,
        health(settings, worker.may_serve),
    ):
        yield
