"""The front door's ASGI application: one origin for the browser client, the REST tier, media ingest and health.

WebSockets do not pass here: the gateway's own protocol class takes them from the HTTP server (`gateway.ws_protocol`).
"""

from collections.abc import Callable, Iterable
from pathlib import Path

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp

from lyceum.health import unready_status
from lyceum.site import SecurityHeaders, Site

WEB_DIST = Path(__file__).resolve().parent.parent / "web" / "dist"


def create_app(rest: ASGIApp, ready: Callable[[], bool], routes: Iterable[BaseRoute] = ()) -> Starlette:
    """``rest`` under ``/api``, ``routes`` of other planes (WHIP, WHEP), health, metrics, and the site for the rest.

    ``ready`` says whether this process takes new people (false while it drains or waits for a service)."""

    async def readyz(request: Request) -> Response:
        if ready():
            return PlainTextResponse("ready\n")
        return PlainTextResponse("not ready\n", unready_status(request.query_params.get("else")))

    return Starlette(
        routes=[
            Route("/healthz", _healthz),
            Route("/readyz", readyz),
            Route("/metrics", _metrics),
            Mount("/api", app=rest),
            *routes,
            Mount("/", app=Site(WEB_DIST)),
        ],
        middleware=[Middleware(SecurityHeaders), Middleware(GZipMiddleware, minimum_size=1000)],
    )


async def _healthz(_request: Request) -> Response:
    return PlainTextResponse("alive\n")


async def _metrics(_request: Request) -> Response:
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
