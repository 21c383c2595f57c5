"""The REST tier, inside a front door or as a process of its own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.types import ASGIApp

from lyceum.app import create_app
from lyceum.ports import listen
from lyceum.server import serving
from lyceum.settings import Settings
from rest.app import create_app as create_rest_app
from rest.settings import RestSettings


@asynccontextmanager
async def rest_plane(settings: Settings) -> AsyncIterator[ASGIApp]:
    """The application, to be mounted under ``/api``, while the body runs."""
    assert settings.secret is not None
    yield create_rest_app(
        RestSettings(settings.secret, settings.database_url or "", settings.demo, settings.public_url)
    )


@asynccontextmanager
async def alone(settings: Settings) -> AsyncIterator[None]:
    """As a process of its own."""
    with listen(settings.host, settings.port, shared=True) as listener:
        async with rest_plane(settings) as rest, serving(create_app(rest, lambda: True), listener):
            yield
