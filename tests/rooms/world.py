"""Workers around one memory bus, in virtual time, with gateways that only record and a log that can be made to fail."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from typing import Any, TypeVar

from realtime.bus.bus_memory import MemoryBus
from realtime.envelopes import (
    Attach,
    Forward,
    FromRoom,
    Join,
    Kick,
    Message,
    RoomInput,
    ToRoom,
    inbox,
    outlet,
)
from realtime.frames.client import Answer, Awareness, CatchUp, Do, Open, Shut, Update
from realtime.frames.server import ServerFrame
from realtime.grants import Grant
from realtime.leases.leases_memory import MemoryLeases
from realtime.limits import Limits
from realtime.registry.registry_memory import MemoryRegistry
from realtime.roles import Role
from rooms.errors import StorageAway
from rooms.log import Entry, Stored
from rooms.log_memory import MemoryLog
from rooms.worker import RoomWorker
from tests.rooms.scene import NOTHING
from tests.simulation.virtual_time import VirtualLoop, run_virtual

F = TypeVar("F", bound=ServerFrame)
M = TypeVar("M", bound=Message)
ROOM = "school/math"


class BrittleLog(MemoryLog):
    """A `MemoryLog` that takes time, can be away, and can refuse for good."""

    def __init__(self) -> None:
        super().__init__()
        self.away = False
        self.takes = 0.0
        self.poison: Callable[[Entry], bool] = lambda _: False
        self.appends: list[list[Entry]] = []
        self.gate: asyncio.Event | None = None

    async def append(self, entries: Sequence[Entry]) -> set[str]:
        self._check()
        if self.gate is not None:
            await self.gate.wait()
        await asyncio.sleep(self.takes)
        self._check()
        if any(map(self.poison, entries)):
            raise ValueError("poison")
        self.appends.append(list(entries))
        return await super().append(entries)

    async def load(self, room: str, doc: str) -> Stored:
        self._check()
        return await super().load(room, doc)

    def _check(self) -> None:
        if self.away:
            raise StorageAway("as the test wishes")


class Gateway:
    """Sends numbered messages to a worker and records what comes."""

    def __init__(self, world: "World", name: str) -> None:
        self._world = world
        self.name = name
        self.worker = ""
        self.messages: list[Message] = []
        self._links: dict[str, int] = {}

    def attach(self, worker: str, room: str = ROOM, first: int = 1) -> None:
        self.worker = worker
        self._links[room] = first - 1
        self.post(Attach(self.name), room=room)

    def post(self, body: RoomInput, conn: str = "", room: str = ROOM) -> None:
        self._links[room] = self._links.get(room, 0) + 1
        self._world.bus.publish(inbox(self.worker), ToRoom(room, self.name, self._links[room], conn, body))

    def lose_one(self, room: str = ROOM) -> None:
        """A message of this link never arrives."""
        self._links[room] += 1

    def join(self, conn: str, role: Role = Role.STUDENT, room: str = ROOM, **more: Any) -> None:
        grant = Grant(room.partition("/")[2], f"user-{conn}", role, "school")
        self.post(Join(grant, more.pop("door", "native"), **more), conn, room)

    def send(
        self, conn: str, frame: Open | Shut | Update | Answer | Awareness | Do | CatchUp, room: str = ROOM
    ) -> None:
        self.post(Forward(frame), conn, room)

    def frames(self, kind: type[F], conn: str = "") -> list[F]:
        """Frames of a kind, to ``conn`` or to everybody."""
        return [
            it.frame
            for it in self.of(FromRoom)
            if isinstance(it.frame, kind) and (not conn or it.to is None or conn in it.to)
        ]

    def of(self, kind: type[M]) -> list[M]:
        return [message for message in self.messages if isinstance(message, kind)]

    def links(self, room: str = ROOM) -> list[int]:
        """The link numbers that came, in order."""
        return [it.link for it in self.messages if isinstance(it, FromRoom | Kick) and it.room == room]

    def clear(self) -> None:
        self.messages.clear()


class World:
    """The seams, the workers, the gateways."""

    def __init__(self, stack: AsyncExitStack, limits: Limits) -> None:
        self._stack = stack
        self.limits = limits
        loop = asyncio.get_running_loop()
        assert isinstance(loop, VirtualLoop)
        self.clock = loop
        self.bus = MemoryBus()
        self.leases = MemoryLeases(loop)
        self.registry = MemoryRegistry(loop)
        self.log = BrittleLog()
        self.load = 0.0

    async def worker(self, name: str = "w1", log: MemoryLog | None = None) -> RoomWorker:
        """A worker that stays until the scene ends."""
        return await self._stack.enter_async_context(self.passing_worker(name, log))

    def passing_worker(self, name: str, log: MemoryLog | None = None) -> RoomWorker:
        """A worker whose block the scene leaves; it has died then, without a word to anybody."""
        return RoomWorker(
            name, self.bus, self.leases, self.registry, log or self.log, self.limits, self.clock, lambda: self.load
        )

    async def gateway(self, name: str = "g1", worker: str = "w1", room: str = ROOM) -> Gateway:
        """A gateway attached to ``worker`` for ``room``."""
        gateway = Gateway(self, name)
        await self.bus.subscribe(outlet(name), gateway.messages.extend)
        gateway.attach(worker, room)
        return gateway


async def opened(world: World) -> tuple[RoomWorker, Gateway]:
    """A worker, a gateway, and a connection that has a document open."""
    worker = await world.worker()
    gateway = await world.gateway()
    gateway.join("g1.1")
    gateway.send("g1.1", Open("notes", NOTHING))
    await moment()
    return worker, gateway


def play(scene: Callable[[World], Awaitable[None]], limits: Limits | None = None) -> None:
    """Run a scene in a fresh world, in virtual time."""

    async def run() -> None:
        async with AsyncExitStack() as stack:
            await scene(World(stack, limits or Limits()))
        assert asyncio.all_tasks() == {asyncio.current_task()}, "a worker that has ended leaves no task"

    run_virtual(run())


async def turns(count: int = 10) -> None:
    """Let what is ready run, without moving time."""
    for _ in range(count):
        await asyncio.sleep(0)


async def moment() -> None:
    """Long enough for a room at ease to do everything it has to."""
    await asyncio.sleep(0.02)
