"""A whole live class in the test's own process: a gateway on a real port, a room worker, a log that outlives both."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from random import Random

import uvicorn

from gateway.gateway import Gateway
from realtime.bus.bus_memory import MemoryBus
from realtime.clock import SystemClock
from realtime.grants import Grant, mint, verify_for
from realtime.leases.leases_memory import MemoryLeases
from realtime.limits import Limits
from realtime.registry.registry_memory import MemoryRegistry
from realtime.roles import Role
from rooms.log_memory import MemoryLog
from rooms.worker import RoomWorker

SECRET = "a secret for tests only"


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class LiveClass:
    """Started and stopped as often as a test likes, always on the same port and the same log."""

    def __init__(self, log: MemoryLog | None = None, limits: Limits | None = None) -> None:
        self.log = log or MemoryLog()
        self.limits = limits or Limits()
        self.clock = SystemClock()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=4096)
        self.port: int = self._listener.getsockname()[1]
        self.base = f"ws://127.0.0.1:{self.port}"
        self._stack: AsyncExitStack | None = None
        self._starts = 0
        self.gateway: Gateway
        self.worker: RoomWorker

    def token(self, room: str = "*", user: str = "ann", role: Role = Role.STUDENT, ttl: float = 3600.0) -> str:
        return mint(Grant(room, user, role), SECRET, self.clock.wall(), ttl)

    async def start(self) -> None:
        self._starts += 1
        stack = self._stack = AsyncExitStack()
        bus, leases, registry = MemoryBus(), MemoryLeases(self.clock), MemoryRegistry(self.clock)
        worker, limits, clock = f"w-{self._starts}", self.limits, self.clock
        self.worker = RoomWorker(worker, bus, leases, registry, self.log, limits, clock)
        await stack.enter_async_context(self.worker)
        random = Random(self._starts)
        self.gateway = Gateway(f"g-{self._starts}", bus, registry, leases, self._verify, limits, clock, random)
        await stack.enter_async_context(self.gateway)
        await stack.enter_async_context(self._serving(self.gateway.protocol_class))

    async def stop(self) -> None:
        """Gently: clients are moved, everything that was accepted is durable."""
        assert self._stack is not None
        await self.gateway.drain(0.5)
        await self.worker.drain()
        await self._stack.aclose()
        self._stack = None

    async def close(self) -> None:
        if self._stack is not None:
            await self._stack.aclose()
        self._listener.close()

    def _verify(self, token: str | None, room: str) -> Grant:
        return verify_for(token, room, SECRET, self.clock.wall())

    @asynccontextmanager
    async def _serving(self, websockets: type[asyncio.Protocol]) -> AsyncIterator[None]:
        async def nothing_but_websockets(scope: object, receive: object, send: object) -> None:
            raise AssertionError("no HTTP in these tests")

        config = uvicorn.Config(
            nothing_but_websockets,
            ws=websockets,
            http="httptools",
            lifespan="off",
            access_log=False,
            log_config=None,
            backlog=4096,
        )
        server = _Server(config)
        async with asyncio.TaskGroup() as group:
            group.create_task(server.serve([self._listener.dup()]))
            while not server.started:
                await asyncio.sleep(0.01)
            try:
                yield
            finally:
                server.should_exit = True


@asynccontextmanager
async def live_class(log: MemoryLog | None = None, limits: Limits | None = None) -> AsyncIterator[LiveClass]:
    running = LiveClass(log, limits)
    try:
        await running.start()
        yield running
    finally:
        await running.close()
