"""The composition of planes into processes.

    run_up       everything in one process, or (``--workers N``) a supervised fleet of `run_plane` processes
    run_plane    one plane on the services that the environment names

The order of ending is the order of the blocks, from inside: people are moved, then the listener closes, then rooms are
handed over with nothing pending, then the services stop.

Planes are imported when they are run: a room worker that died is up again in a quarter of the time that importing
every plane takes.
"""

import socket
from contextlib import AsyncExitStack
from dataclasses import replace
from importlib import import_module

import structlog

from lyceum.cycles import collecting_when_calm
from lyceum.memory import give_back
from lyceum.planes import load_meter, memory_seams
from lyceum.ports import listen
from lyceum.settings import Settings
from lyceum.signals import stop_signals
from lyceum.threads import put_the_loop_first
from realtime.clock import SystemClock

log = structlog.get_logger("lyceum")

MODULES = {
    "gateway": "lyceum.front_door",
    "rooms": "lyceum.rooms_plane",
    "media": "lyceum.media_plane",
    "rest": "lyceum.rest_plane",
    "jobs": "lyceum.jobs_plane",
}
"""Each has ``alone(settings)``, an async context manager that is the plane as a process of its own."""


async def run_up(settings: Settings, workers: int = 0) -> None:
    """Run everything on this machine until this process is asked to stop: in this process, or with ``workers``
    gateways and as many room workers as processes of their own."""
    give_back()
    put_the_loop_first()
    if workers:
        from lyceum.workers import run_workers

        await run_workers(settings, workers)
    else:
        await _run_all(settings)


async def run_plane(name: str, settings: Settings) -> None:
    """Run one plane until this process is asked to stop."""
    give_back()
    put_the_loop_first()
    alone = import_module(MODULES[name]).alone
    with stop_signals() as stop:
        async with alone(settings), collecting_when_calm(load_meter(SystemClock())):
            log.info("ready", plane=name)
            await stop.wait()
            log.info("draining", plane=name)


async def _run_all(settings: Settings) -> None:
    """Every plane in this process."""
    from lyceum.front_door import front_door
    from lyceum.jobs_plane import jobs_plane
    from lyceum.media_plane import media_plane
    from lyceum.rooms_plane import rooms_plane
    from lyceum.services import services

    seams = memory_seams()
    async with AsyncExitStack() as stack:
        stop = stack.enter_context(stop_signals())
        listener = stack.enter_context(listen(settings.host, settings.port))
        ready = await stack.enter_async_context(services(_with_port(settings, listener), redis=False))
        media = await stack.enter_async_context(media_plane(ready, seams))
        await stack.enter_async_context(rooms_plane(ready, seams))
        await stack.enter_async_context(jobs_plane(ready))
        await stack.enter_async_context(front_door(ready, seams, listener, media.routes))
        await stack.enter_async_context(collecting_when_calm(load_meter(seams.clock)))
        log.info("ready", url=ready.public_url)
        await stop.wait()
        log.info("stopping: moving people, saving rooms")


def _with_port(settings: Settings, listener: socket.socket) -> Settings:
    """The port that was really opened (0 lets the system choose)."""
    return replace(settings, port=listener.getsockname()[1])
