"""The composition of planes into processes.

    run_up       everything in one process, or (``--workers N``) a supervised fleet of `run_plane` processes
    run_plane    one plane on the services that the environment names

The order of ending is the order of the blocks, from inside: people are moved, then the listener closes, then rooms are
handed over with nothing pending, then the services stop.

Each function imports what it composes: a room worker that died is up again in a quarter of the time that importing
every plane takes.
"""

import gc
import socket
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import structlog

from lyceum.planes import Seams, fresh_id, load_meter, memory_seams, randomness, redis_seams, verifier
from lyceum.ports import listen
from lyceum.settings import Settings
from lyceum.signals import stop_signals

if TYPE_CHECKING:
    from starlette.routing import BaseRoute

    from gateway.gateway import Gateway
    from lyceum.cli import UpOptions
    from rest.settings import RestSettings
    from rooms.worker import RoomWorker

log = structlog.get_logger("lyceum")


async def run_up(settings: Settings, options: "UpOptions") -> None:
    """Run everything on this machine until this process is asked to stop."""
    from lyceum.media_door import door, media_node
    from lyceum.services import services
    from lyceum.workers import run_workers

    if options.workers:
        await run_workers(settings, options.workers)
        return
    with stop_signals() as stop, listen(settings.host, settings.port) as listener:
        async with services(_with_port(settings, listener), redis=False) as ready, media_node(ready) as sfu:
            seams = memory_seams()
            routes = door(sfu, verifier(ready, seams.clock))
            async with rooms_plane(ready, seams), front_door(ready, seams, listener, routes):
                log.info("ready", url=ready.public_url)
                await stop.wait()
                log.info("stopping: moving people, saving rooms")


async def run_plane(name: str, settings: Settings) -> None:
    """Run one plane until this process is asked to stop."""
    with stop_signals() as stop:
        async with AsyncExitStack() as stack:
            if name == "rest":
                await stack.enter_async_context(_rest_alone(settings))
            elif name == "media":
                await stack.enter_async_context(_media_alone(settings))
            else:
                seams = await stack.enter_async_context(redis_seams(settings))
                await stack.enter_async_context(_PLANES[name](settings, seams))
            log.info("ready", plane=name)
            await stop.wait()
            log.info("draining", plane=name)


@asynccontextmanager
async def rooms_plane(settings: Settings, seams: Seams) -> AsyncIterator["RoomWorker"]:
    """A room worker with its log; leaving the block hands its rooms over."""
    from rooms.log_postgres import PostgresLog
    from rooms.worker import RoomWorker

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
        _settle_memory()
        yield worker
        await worker.drain()


@asynccontextmanager
async def front_door(
    settings: Settings, seams: Seams, listener: socket.socket, routes: Iterable["BaseRoute"] = ()
) -> AsyncIterator["Gateway"]:
    """A gateway with the REST tier, the site and health on one origin; leaving the block moves its people."""
    from prometheus_client import REGISTRY

    from gateway.gateway import Gateway
    from lyceum.app import create_app
    from lyceum.server import serving
    from rest.app import create_app as create_rest_app

    rest = create_rest_app(_rest_settings(settings))
    async with Gateway(
        fresh_id("g"),
        seams.bus,
        seams.registry,
        seams.leases,
        verifier(settings, seams.clock),
        settings.limits,
        seams.clock,
        randomness(),
    ) as gateway:
        REGISTRY.register(gateway.collector)
        app = create_app(rest, lambda: gateway.ready, routes)
        async with serving(app, listener, gateway.protocol_class):
            yield gateway
            await gateway.drain(settings.drain_seconds)


@asynccontextmanager
async def _gateway_alone(settings: Settings, seams: Seams) -> AsyncIterator[None]:
    with listen(settings.host, settings.port, shared=True) as listener:
        async with front_door(settings, seams, listener):
            yield


@asynccontextmanager
async def _rooms_alone(settings: Settings, seams: Seams) -> AsyncIterator[None]:
    async with rooms_plane(settings, seams):
        yield


@asynccontextmanager
async def _rest_alone(settings: Settings) -> AsyncIterator[None]:
    from lyceum.app import create_app
    from lyceum.server import serving
    from rest.app import create_app as create_rest_app

    with listen(settings.host, settings.port, shared=True) as listener:
        app = create_app(create_rest_app(_rest_settings(settings)), lambda: True)
        async with serving(app, listener):
            yield


@asynccontextmanager
async def _media_alone(settings: Settings) -> AsyncIterator[None]:
    yield


_PLANES = {"gateway": _gateway_alone, "rooms": _rooms_alone}


def _rest_settings(settings: Settings) -> "RestSettings":
    from rest.settings import RestSettings

    assert settings.secret is not None
    return RestSettings(settings.secret, settings.database_url or "", settings.demo, settings.public_url)


def _with_port(settings: Settings, listener: socket.socket) -> Settings:
    """The port that was really opened (0 lets the system choose)."""
    return replace(settings, port=listener.getsockname()[1])


def _settle_memory() -> None:
    """What was imported lives as long as the process: keep the collector from walking it again and again."""
    gc.collect()
    gc.freeze()
