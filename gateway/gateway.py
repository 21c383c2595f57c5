"""One gateway: everything of this package together, and the few tasks that it owns.

::

    async with Gateway("g-1", bus, registry, leases, verify, limits, clock, random) as gateway:
        config = uvicorn.Config(app, ws=gateway.protocol_class, …)
        …
        await gateway.drain(10.0)      # before uvicorn's own shutdown
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Iterable
from random import Random
from types import TracebackType
from typing import Any, cast

from redis.exceptions import RedisError

from gateway.address import Proxies
from gateway.census import Census
from gateway.counts import Counts
from gateway.drain import steps
from gateway.edge import Edge, OnSignal, Verify
from gateway.hub import Hub
from gateway.metrics import GatewayCollector
from gateway.wheel import Wheel
from gateway.ws_handshake import Request
from gateway.ws_protocol import Connection
from realtime.beat import beat_or
from realtime.bus.bus import Bus
from realtime.clock import Clock
from realtime.close_codes import CloseCode
from realtime.endings import end
from realtime.envelopes import outlet
from realtime.leases.leases import Leases
from realtime.limits import Limits
from realtime.registry.registry import ANNOUNCE_SECONDS, Node, Registry

TICK_SECONDS = 0.1
"""While something is put off or has to be tried again;"""
CALM_SECONDS = 0.5
"""else."""
LOOK_AT_ONCE, LOOK_SHARE, LOOK_SECONDS = 50, 0.1, 0.05
"""Of the connections that are to be looked at, so many at once, or this share, so often: a second's work in one go is a
stall for everybody."""
AWAY_SECONDS = 5.0
"""Without an answer from the registry for so long a gateway that shares a bus is not ready."""

log = logging.getLogger("lyceum.gateway")


class Gateway:
    """An async context manager. ``verify(token, room)`` returns a grant or raises `realtime.grants.TokenRefused`;
    ``trusted_proxies`` are the networks whose ``X-Forwarded-For`` is believed."""

    def __init__(
        self,
        gateway_id: str,
        bus: Bus,
        registry: Registry,
        leases: Leases,
        verify: Verify,
        limits: Limits,
        clock: Clock,
        random: Random,
        trusted_proxies: Iterable[str] | None = None,
    ) -> None:
        self.id = gateway_id
        self.draining = False
        self.counts = Counts()
        self.census = Census(limits)
        self.hub = Hub(gateway_id, bus, clock, self._bury, self.counts)
        self._hurry = asyncio.Event()
        self.hub.on_restless = self._hurry.set
        self.edge = Edge(gateway_id, self.hub, verify, limits, clock, self.census, self.counts)
        self.collector = GatewayCollector(self.counts, self.hub, self._queue_bytes)
        self._bus = bus
        self._registry = registry
        self._leases = leases
        self._clock = clock
        self._random = random
        self._proxies = Proxies() if trusted_proxies is None else Proxies(trusted_proxies)
        self.connections: set[Connection] = set()
        self._empty = asyncio.Event()
        self._empty.set()
        self._wheel: Wheel[Connection] = Wheel(clock.monotonic())
        self._due: deque[Connection] = deque()
        """To be looked at now."""
        self._at_once = LOOK_AT_ONCE
        self._tasks = asyncio.TaskGroup()
        self._running: list[asyncio.Task[None]] = []
        self._heard_at = float("-inf")

    async def __aenter__(self) -> "Gateway":
        self._loop = asyncio.get_running_loop()
        await self._tasks.__aenter__()
        await self._bus.subscribe(outlet(self.id), self.hub.take)
        await self._refresh()
        self._running = [self._tasks.create_task(self._tick()), self._tasks.create_task(self._keep_in_touch())]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for connection in list(self.connections):
            connection.close(CloseCode.DRAINING)
        await end(self._running)
        await self._tasks.__aexit__(None, None, None)
        await self._bus.unsubscribe(outlet(self.id))
        await self._try(self._registry.withdraw(self._node))

    # for whoever starts it

    @property
    def protocol_class(self) -> type[asyncio.Protocol]:
        """To be given to uvicorn as ``ws``: called for each upgraded connection."""
        return cast(type[asyncio.Protocol], self._protocol)

    def _protocol(self, config: Any, server_state: Any, app_state: Any, _loop: Any = None) -> asyncio.Protocol:
        """What uvicorn calls."""
        return Connection(self)

    @property
    def ready(self) -> bool:
        """Whether new clients should be sent here."""
        return not self.draining and self._clock.monotonic() - self._heard_at < AWAY_SECONDS

    def on_signal(self, handler: OnSignal) -> None:
        """Have media signalling handed to ``handler(conn, grant, room key, frame)``; it must not wait for anything."""
        self.edge.on_signal = handler

    async def drain(self, deadline: float) -> None:
        """Turn unready and move every client elsewhere within ``deadline`` seconds, in jittered steps.

        Native clients are told to come back at once (others take their place slowly), stock clients see 1012."""
        self.draining = True
        await self._try(self._registry.announce(self._node))
        for pause, batch in steps(list(self.connections), deadline, self._random):
            await asyncio.sleep(pause)
            for connection in batch:
                connection.close(CloseCode.DRAINING, after=self._random.uniform(0.0, 1.0))
        try:
            await asyncio.wait_for(self._empty.wait(), max(1.0, deadline))
        except TimeoutError:
            log.warning("%d connections did not close in time", len(self.connections))

    # for connections (gateway.ws_protocol.Owner)

    def opened(self, connection: Connection) -> bool:
        self.connections.add(connection)
        self._empty.clear()
        self.counts.connections[connection.door] += 1
        connection.admitted = self.census.open(connection.address)
        self._wheel.put(connection, self._clock.monotonic() + self._first_look())
        return connection.admitted and not self.draining

    def closing(self, connection: Connection, by: float) -> None:
        self._wheel.put(connection, by)

    def closed(self, connection: Connection) -> None:
        if connection not in self.connections:
            return
        self.connections.discard(connection)
        if not self.connections:
            self._empty.set()
        self.counts.connections[connection.door] -= 1
        if connection.admitted:
            self.census.close(connection.address)

    def call_later(self, seconds: float, callback: Callable[[], None]) -> None:
        self._loop.call_later(seconds, callback)

    def address_of(self, peer: str, request: Request) -> str:
        return self._proxies.client(peer, request.headers.get("x-forwarded-for", ""))

    def _first_look(self) -> float:
        """When a new connection is first looked at: spread, so that who came together is not pinged together."""
        limits = self.edge.limits
        return min(limits.hello_seconds, self._random.uniform(0.5, 1.0) * limits.ping_seconds)

    # tasks

    async def _tick(self) -> None:
        while True:
            if self._due:
                await asyncio.sleep(LOOK_SECONDS)
            elif self.hub.is_restless:
                await asyncio.sleep(TICK_SECONDS)
            else:
                await beat_or(CALM_SECONDS, self._hurry)
            self.hub.tick()
            self.look_after_connections()

    def look_after_connections(self) -> None:
        """Ping, close, forget: whatever time asks for, some at a time."""
        now = self._clock.monotonic()
        due = self._due
        if turned := self._wheel.turn(now):
            due.extend(turned)
            self._at_once = max(LOOK_AT_ONCE, int(LOOK_SHARE * len(due)))
        for _ in range(min(self._at_once, len(due))):
            connection = due.popleft()
            again = connection.check(now)
            if again is not None:
                self._wheel.put(connection, again)

    async def _keep_in_touch(self) -> None:
        """Say that we live, and hear who does."""
        while True:
            await asyncio.sleep(ANNOUNCE_SECONDS * self._random.uniform(0.9, 1.1))
            await self._refresh()

    async def _refresh(self) -> None:
        if await self._try(self._registry.announce(self._node)):
            await self._try(self._list_workers())

    async def _list_workers(self) -> None:
        self.hub.set_workers(await self._registry.nodes("rooms"))
        self._heard_at = self._clock.monotonic()

    def _bury(self, worker: str) -> None:
        self._tasks.create_task(self._end_lease(worker))

    async def _end_lease(self, worker: str) -> None:
        log.warning("room worker %s does not answer; its rooms move", worker)
        await self._try(self._leases.bury(worker))
        await self._try(self._registry.withdraw(Node(worker, "rooms")))
        self.hub.buried(worker)

    async def _try(self, call: Any) -> bool:
        """A call to a service that may be away for a while."""
        try:
            await call
        except (OSError, TimeoutError, RedisError) as error:
            log.warning("a shared service is away: %s", type(error).__name__)
            return False
        return True

    @property
    def _node(self) -> Node:
        return Node(self.id, "gateway", self.draining)

    def _queue_bytes(self) -> int:
        return sum(connection.unsent for connection in self.connections)
