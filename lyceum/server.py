"""The HTTP server: uvicorn on a socket of ours, with the gateway's protocol class for WebSockets.

Signals are not uvicorn's here: it closes every WebSocket with 1012 before anything else could be done about them, so
the owner of a `serving` block drains the gateway first and only then leaves the block.
"""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager

import uvicorn
from starlette.types import ASGIApp

from lyceum.ports import BACKLOG
from realtime.beat import beat_or

LOCAL = ("127.0.0.0/8", "::1/128")
KEEP_ALIVE_SECONDS = 75
"""A connection without a request is closed after that: later than what browsers and proxies count on, and than the
pauses of an exam's autosave, which would connect anew each time."""
DATE_SECONDS = 1.0
"""The clock of the ``Date`` header."""
GRACE_SECONDS = 5
"""For requests under way when the server stops."""


class _Server(uvicorn.Server):
    """Told to stop, it stops; uvicorn's looks ten times a second whether it was told."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._told = asyncio.Event()

    def stop(self) -> None:
        self.should_exit = True
        self._told.set()

    async def main_loop(self) -> None:
        while not await self.on_tick(0):
            await beat_or(DATE_SECONDS, self._told)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def serving(
    app: ASGIApp,
    listener: socket.socket,
    websockets: type[asyncio.Protocol] | None = None,
    trusted_proxies: Sequence[str] = (),
) -> AsyncIterator[None]:
    """Serve on ``listener`` while the body runs; then close it and let what is under way finish (`GRACE_SECONDS`).

    ``trusted_proxies`` are the networks whose ``X-Forwarded-For`` and ``-Proto`` are believed; none: this machine's."""
    config = uvicorn.Config(
        app,
        http="httptools",
        ws=websockets or "none",
        lifespan="off",
        access_log=False,
        log_config=None,
        log_level="warning",
        server_header=False,
        forwarded_allow_ips=",".join(trusted_proxies or LOCAL),
        date_header=True,
        backlog=BACKLOG,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    server = _Server(config)
    async with asyncio.TaskGroup() as group:
        group.create_task(server.serve([listener]))
        try:
            yield
        finally:
            server.stop()
