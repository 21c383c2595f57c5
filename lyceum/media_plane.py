"""A media node, and its WHIP and WHEP routes."""

import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from prometheus_client import REGISTRY
from starlette.applications import Starlette
from starlette.routing import BaseRoute

from lyceum.health import health
from lyceum.planes import Seams, fresh_id, redis_seams, verifier
from lyceum.ports import listen
from lyceum.server import serving
from lyceum.settings import Settings
from media.http import routes
from media.metrics import MediaCollector
from media.model import Who
from media.node import NodeConfig, default_hosts
from media.service import MediaService
from realtime.grants import Grant


@dataclass(frozen=True, slots=True)
class Entry:
    """What the door needs of a grant for one room."""

    room_key: str
    who: Who


@asynccontextmanager
async def media_plane(settings: Settings, seams: Seams, address: str = "") -> AsyncIterator[MediaService]:
    """A media node on this machine's addresses; on loopback too when the server itself listens there alone."""
    config = NodeConfig(hosts=default_hosts(loopback=settings.is_on_loopback))
    ident, secret = fresh_id("m"), settings.secret or ""
    async with MediaService(ident, seams.bus, seams.registry, config, address, secret=secret) as service:
        REGISTRY.register(MediaCollector(service.sfu))
        yield service


def door(service: MediaService, verify: Callable[[str | None, str], Grant]) -> list[BaseRoute]:
    """WHIP and WHEP for the holders of join tokens."""

    def enter(token: str, room: str) -> Entry:
        grant = verify(token, room)
        key = grant.key(room)
        return Entry(key, service.sfu.policy.enter(key, grant))

    return [*routes(service.sfu, enter)]


@asynccontextmanager
async def alone(settings: Settings) -> AsyncIterator[None]:
    """As a process of its own, with an HTTP address to which gateways pass WHIP and WHEP on."""
    with listen(settings.host, 0) as listener:
        address = http_address(listener)
        async with redis_seams(settings) as seams, media_plane(settings, seams, address) as media:
            app = Starlette(routes=door(media, verifier(settings, seams.clock)))
            async with serving(app, listener), health(settings, lambda: True):
                yield


def http_address(listener: socket.socket) -> str:
    """How other processes reach ``listener``; a wildcard address is announced as this machine's name."""
    host, port = listener.getsockname()[:2]
    if host in ("0.0.0.0", "::"):
        host = socket.getfqdn()
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
