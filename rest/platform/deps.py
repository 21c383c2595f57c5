"""The pieces a route may ask for, each by itself; `rest.app` puts them on the application."""

from typing import Annotated, Any

from fastapi import Depends, Request

from realtime.clock import Clock
from rest.live import Live
from rest.platform.ratelimit import Limiter
from rest.platform.vault import Vault
from rest.settings import RestSettings


def piece(name: str) -> Any:
    """Dependency: what stands under ``name`` on the application's state.

    A coroutine, like every dependency here: FastAPI has a thread answer what is a plain function."""

    async def get(request: Request) -> Any:
        return getattr(request.app.state, name)

    return Depends(get)


async def client_address(request: Request) -> str:
    """The caller's network address, as the HTTP server knows it."""
    return request.client.host if request.client else ""


Settings = Annotated[RestSettings, piece("settings")]
InVault = Annotated[Vault, piece("vault")]
InLimiter = Annotated[Limiter, piece("limiter")]
InClock = Annotated[Clock, piece("clock")]
InLive = Annotated[Live, piece("live")]
Address = Annotated[str, Depends(client_address)]
