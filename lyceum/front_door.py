"""One origin: a gateway with the REST tier, the site, WHIP and WHEP, health and metrics."""

import socket
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager

import httpx
from prometheus_client import REGISTRY
from starlette.routing import BaseRoute

from gateway.gateway import Gateway
from lyceum.app import create_app
from lyceum.media_nodes import TIMEOUT_SECONDS, Passage, media_nodes
from lyceum.planes import Seams, fresh_id, randomness, redis_seams, verifier
from lyceum.ports import listen
from lyceum.rest_plane import rest_plane
from lyceum.server import serving
from lyceum.settings import Settings


@asynccontextmanager
async def front_door(
    settings: Settings, seams: Seams, listener: socket.socket, routes: Iterable[BaseRoute] | None = None
) -> AsyncIterator[Gateway]:
    """Serve ``listener`` while the body runs; leaving the block moves its people first.

    ``routes`` are WHIP and WHEP of a media node in this process; without them requests are passed on to other nodes."""
    ident = fresh_id("g")
    verify = verifier(settings, seams.clock)
    async with AsyncExitStack() as stack:
        rest = await stack.enter_async_context(rest_plane(settings, seams))
        gateway = await stack.enter_async_context(
            Gateway(
                ident,
                seams.bus,
                seams.registry,
                seams.leases,
                verify,
                settings.limits,
                seams.clock,
                randomness(),
                settings.trusted_proxies or None,
            )
        )
        REGISTRY.register(gateway.collector)
        media = await stack.enter_async_context(media_nodes(ident, seams))
        gateway.on_signal(media.signal)
        if routes is None:
            client = await stack.enter_async_context(httpx.AsyncClient(timeout=TIMEOUT_SECONDS))
            routes = Passage(media, verify, client).routes()
        app = create_app(rest, lambda: gateway.ready, routes)
        await stack.enter_async_context(serving(app, listener, gateway.protocol_class, settings.trusted_proxies))
        yield gateway
        await gateway.drain(settings.drain_seconds)


@asynccontextmanager
async def alone(settings: Settings) -> AsyncIterator[None]:
    """As a process of its own: ``lyceum gateway``."""
    with listen(settings.host, settings.port, shared=True) as listener:
        async with redis_seams(settings) as seams, front_door(settings, seams, listener):
            yield
