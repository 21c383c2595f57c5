"""A small cluster for real: PostgreSQL, Redis, gateways, room workers, and a link of ours between any two of them.

::

    people ── front ──┬─ link ─ gateway-1 ──┬─ link ─ Redis ─ link ── rooms-1 ── link ─ PostgreSQL
                      └─ link ─ gateway-2 ──┘         ...          └ rooms-2 ── link ─┘
"""

import asyncio
import secrets
import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from urllib.parse import parse_qs, urlsplit

import redis.asyncio

from lyceum.embedded.cluster import SOCKET_NAME
from lyceum.embedded.folder import make_private
from lyceum.embedded.postgres import EmbeddedPostgres
from lyceum.embedded.redis import EmbeddedRedis
from lyceum.migrate import migrate
from lyceum.ports import reserved
from realtime.grants import Grant, mint
from realtime.redis_link import PREFIX
from realtime.roles import Role
from tests.chaos.fleet import Fleet
from tests.chaos.link import Link, dial_tcp, dial_unix, on_socket

HOST = "127.0.0.1"
DRAIN_SECONDS = 5.0
READY_SECONDS = 1.0
TOKEN_SECONDS = 6 * 3600.0


@dataclass(slots=True)
class World:
    """What a scenario works with. ``port`` is where people come in, whichever gateway they get."""

    folder: Path
    postgres: EmbeddedPostgres
    redis: EmbeddedRedis
    fleet: Fleet
    links: Mapping[str, Link]
    """By name, such as ``gateway-1>redis``, ``rooms-2>postgres``, ``people>gateway-1``."""
    port: int
    ports: Mapping[str, int]
    """Straight to one gateway, through its link."""
    secret: str
    tenant: str = "default"
    _owners: "redis.asyncio.Redis" = field(init=False)

    def __post_init__(self) -> None:
        self._owners = redis.asyncio.from_url(self.redis.url, decode_responses=True)

    def token(self, room: str, user: str, role: Role = Role.STUDENT) -> str:
        return mint(Grant(room, user, role, self.tenant), self.secret, time.time(), TOKEN_SECONDS)

    async def owners(self, rooms: list[str]) -> dict[str, str]:
        """Room to the worker that holds its lease (asked of Redis itself, past every link)."""
        with suppress(redis.asyncio.RedisError, OSError):
            found = await self._owners.mget([f"{PREFIX}owner:{self.tenant}/{room}" for room in rooms])
            return {room: str(owner) for room, owner in zip(rooms, found, strict=True) if owner}
        return {}

    async def aclose(self) -> None:
        await self._owners.aclose()


@asynccontextmanager
async def world(gateways: int, workers: int, seed: int = 0, keep: Path | None = None) -> AsyncIterator[World]:
    """Everything up and ready. ``keep``: a folder that gets the logs, also when something goes wrong."""
    async with AsyncExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="ly-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        folder.chmod(0o711)
        logs = folder / "logs" if keep is None else keep
        logs.mkdir(parents=True, exist_ok=True)
        data = make_private(folder / "data")
        postgres = await stack.enter_async_context(EmbeddedPostgres(data))
        bus = await stack.enter_async_context(EmbeddedRedis(data))
        await migrate(postgres.dsn)
        names = [(f"gateway-{number}", "gateway") for number in range(1, gateways + 1)]
        names += [(f"rooms-{number}", "rooms") for number in range(1, workers + 1)]
        links: dict[str, Link] = {}
        addresses: dict[str, dict[str, str]] = {}
        for name, _ in names:
            addresses[name] = await _service_links(stack, folder, name, postgres, bus, links)
        secret = secrets.token_hex(16)
        inner = {name: stack.enter_context(reserved(HOST, 0)) for name, plane in names if plane == "gateway"}
        fleet = await stack.enter_async_context(
            Fleet(names, lambda name: _environment(name, addresses[name], inner, secret, folder), logs)
        )
        ports = {name: await _door(stack, name, port, links) for name, port in inner.items()}
        front = await _front(stack, inner, links, Random(seed))
        async with asyncio.timeout(120):
            await fleet.all_ready()
        made = World(folder, postgres, bus, fleet, links, front, ports, secret)
        stack.push_async_callback(made.aclose)
        yield made


async def _service_links(
    stack: AsyncExitStack,
    folder: Path,
    name: str,
    postgres: EmbeddedPostgres,
    bus: EmbeddedRedis,
    links: dict[str, Link],
) -> dict[str, str]:
    """Put this process between one member and the services; what the member is told instead of their addresses."""
    place = make_private(folder / name)
    to_redis = Link(f"{name}>redis", dial_unix(Path(urlsplit(bus.url).path)))
    sockets = parse_qs(urlsplit(postgres.dsn).query)["host"][0]
    to_postgres = Link(f"{name}>postgres", dial_unix(Path(sockets) / SOCKET_NAME))
    await stack.enter_async_context(on_socket(to_redis, place / "redis"))
    await stack.enter_async_context(on_socket(to_postgres, place / SOCKET_NAME))
    links |= {to_redis.name: to_redis, to_postgres.name: to_postgres}
    return {
        "LYCEUM_REDIS_URL": f"unix://{place / 'redis'}",
        "LYCEUM_DATABASE_URL": postgres.dsn.replace(sockets, str(place)),
    }


def _environment(
    name: str, addresses: Mapping[str, str], ports: Mapping[str, int], secret: str, folder: Path
) -> dict[str, str]:
    told = {
        **addresses,
        "LYCEUM_SECRET": secret,
        "LYCEUM_HOST": HOST,
        "LYCEUM_DATA_DIR": str(folder / "unused"),
        "LYCEUM_LOG_FORMAT": "json",
        "LYCEUM_DRAIN_SECONDS": str(DRAIN_SECONDS),
    }
    return told | ({"LYCEUM_PORT": str(ports[name])} if name in ports else {})


async def _door(stack: AsyncExitStack, name: str, port: int, links: dict[str, Link]) -> int:
    """A port that leads to one gateway."""
    link = links[f"people>{name}"] = Link(f"people>{name}", dial_tcp(HOST, port))
    server = await asyncio.start_server(link.carry, HOST, 0, backlog=1024)
    stack.callback(link.cut)
    stack.callback(server.close)
    return server.sockets[0].getsockname()[1]


async def _front(stack: AsyncExitStack, ports: Mapping[str, int], links: Mapping[str, Link], random: Random) -> int:
    """A port that leads to any gateway that is ready, as a load balancer would."""

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for name in random.sample(list(ports), len(ports)):
            link = links[f"people>{name}"]
            if not link.is_cut and await _is_ready(ports[name]):
                await link.carry(reader, writer)
                return
        writer.transport.abort()

    server = await asyncio.start_server(carry, HOST, 0, backlog=1024)
    stack.callback(server.close)
    return server.sockets[0].getsockname()[1]


async def _is_ready(port: int) -> bool:
    """What ``/readyz`` of a gateway says; one that does not answer soon is not ready."""
    try:
        async with asyncio.timeout(READY_SECONDS):
            reader, writer = await asyncio.open_connection(HOST, port)
            try:
                writer.write(b"GET /readyz HTTP/1.1\r\nHost: lyceum\r\nConnection: close\r\n\r\n")
                return (await reader.readline()).split()[1:2] == [b"200"]
            finally:
                writer.transport.abort()
    except (OSError, TimeoutError):
        return False
