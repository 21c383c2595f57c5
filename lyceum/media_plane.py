"""A media node with its doors: WHIP and WHEP, HLS, recordings."""

import asyncio
import contextlib
import logging
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from prometheus_client import REGISTRY
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from lyceum.health import health
from lyceum.media_nodes import bearer
from lyceum.media_stage import asker
from lyceum.planes import Seams, fresh_id, redis_seams, verifier
from lyceum.ports import listen
from lyceum.server import serving
from lyceum.settings import Settings
from lyceum.tasks import background
from media import archive
from media.hls import Hls
from media.http import routes
from media.metrics import MediaCollector
from media.model import Who
from media.node import NodeConfig, default_hosts
from media.recordings import Recordings
from media.recordings_http import RecordingsDoor, Tickets
from media.service import MediaService
from media.turn import TurnServers
from realtime.beat import beat
from realtime.grants import Grant, TokenRefused

log = logging.getLogger(__name__)

RETENTION_SECONDS = 3600.0
"""Between two looks for recordings that are too old."""
DAY = 86400.0


@dataclass(frozen=True, slots=True)
class Entry:
    """What the door needs of a grant for one room."""

    room_key: str
    who: Who


@dataclass(frozen=True, slots=True)
class MediaPlane:
    """A node that runs, and what people reach of it over HTTP."""

    service: MediaService
    routes: list[BaseRoute]


@asynccontextmanager
async def media_plane(settings: Settings, seams: Seams, address: str = "") -> AsyncIterator[MediaPlane]:
    """A media node on this machine's addresses; on loopback too when the server itself listens there alone."""
    hosts = default_hosts(loopback=settings.is_on_loopback)
    config = NodeConfig(hosts=hosts, port=_port(settings), announced=settings.media_announced)
    ident, secret = fresh_id("m"), settings.secret or ""
    turn = TurnServers(settings.turn_urls, settings.turn_secret or "")
    async with (
        MediaService(
            ident, seams.bus, seams.registry, config, address, secret=secret, ask_owner=asker(seams, ident)
        ) as service,
        Recordings(service.sfu, settings.recordings_dir, time.time) as recordings,
    ):
        service.signalling.ice_servers = lambda user: turn.ice_servers(user, seams.clock.wall())
        service.on_stage.append(recordings.on_stage)
        service.on_note.append(recordings.on_note)
        REGISTRY.register(MediaCollector(service.sfu))
        verify = _entries(service, verifier(settings, seams.clock))
        hls = Hls(service.sfu, verify)
        kept = RecordingsDoor(settings.recordings_dir, verify, Tickets(secret), recordings.runs)
        told = _told_first(service, verifier(settings, seams.clock))
        doors: list[BaseRoute] = [told(it) for it in (*routes(service.sfu, verify), *hls.routes(), *kept.routes())]
        try:
            async with background(_every_second(hls, recordings), _retention(settings)):
                yield MediaPlane(service, doors)
        finally:
            hls.close()


def _port(settings: Settings) -> int:
    """Nodes of one fleet (``media-1``, ``media-2``, …) listen on ports that follow each other."""
    number = settings.process.rpartition("-")[2]
    return settings.media_port + int(number) - 1 if settings.media_port and number.isdigit() else settings.media_port


def _entries(service: MediaService, verify: Callable[[str | None, str], Grant]) -> Callable[[str, str], Entry]:
    """Join tokens to entries, as the room has these people now."""

    def enter(token: str, room: str) -> Entry:
        grant = verify(token, room)
        key = grant.key(room)
        return Entry(key, service.sfu.policy.enter(key, grant))

    return enter


def _told_first(service: MediaService, verify: Callable[[str | None, str], Grant]) -> Callable[[Route], Route]:
    """What is asked over HTTP about a room waits, like signalling, until its owner has said what holds there."""

    def wrap(route: Route) -> Route:
        inner: Callable[[Request], Awaitable[Response]] = route.endpoint

        async def endpoint(request: Request) -> Response:
            room: str = request.path_params["room"]
            token = bearer(request)
            if token:
                with contextlib.suppress(TokenRefused):  # the door itself says so
                    await service.told(verify(token, room).key(room))
            return await inner(request)

        return Route(route.path, endpoint, methods=sorted(route.methods or ()))

    return wrap


async def _every_second(hls: Hls, recordings: Recordings) -> None:
    while True:
        await beat(1.0)
        hls.tick(hls.sfu.node.clock())
        recordings.tick()


async def _retention(settings: Settings) -> None:
    """Delete recordings that are older than they may be."""
    if settings.recordings_days is None:
        return
    while True:
        before = time.time() - settings.recordings_days * DAY
        try:
            gone = await asyncio.to_thread(archive.purge, settings.recordings_dir, before)
        except OSError as problem:
            log.warning("old recordings could not be deleted: %s", problem)
        else:
            if gone:
                log.info("%d recordings past their %d days were deleted", gone, settings.recordings_days)
        await asyncio.sleep(RETENTION_SECONDS)


@asynccontextmanager
async def alone(settings: Settings) -> AsyncIterator[None]:
    """As a process of its own, with an HTTP address to which gateways pass what concerns its rooms."""
    with listen(settings.host, 0) as listener:
        address = http_address(listener)
        async with redis_seams(settings) as seams, media_plane(settings, seams, address) as media:
            app = Starlette(routes=media.routes)
            async with serving(app, listener), health(settings, lambda: True):
                yield


def http_address(listener: socket.socket) -> str:
    """How other processes reach ``listener``; a wildcard address is announced as this machine's name."""
    host, port = listener.getsockname()[:2]
    if host in ("0.0.0.0", "::"):
        host = socket.getfqdn()
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
