"""The log and the leases as one worker sees them: behind a door that is shut while the worker is paused or cut off."""

import asyncio
from collections.abc import Sequence

from realtime.leases.leases import Leases
from realtime.position import Position
from realtime.registry.registry import Kind, Node, Registry
from rooms.log import Entry, HistoryRow, Opening, RoomLog, Stored


class Door:
    """Shut: whoever asks waits; whoever got an answer waits with it."""

    def __init__(self) -> None:
        self._open = asyncio.Event()
        self._open.set()

    def shut(self) -> None:
        self._open.clear()

    def open(self) -> None:
        self._open.set()

    async def through(self) -> None:
        await self._open.wait()


class DoorLog:
    """`RoomLog` behind a door."""

    def __init__(self, log: RoomLog, door: Door) -> None:
        self._log = log
        self._door = door

    async def open(self, room: str, owner: str) -> Opening:
        await self._door.through()
        opening = await self._log.open(room, owner)
        await self._door.through()
        return opening

    async def epochs(self, rooms: Sequence[str]) -> dict[str, int]:
        await self._door.through()
        epochs = await self._log.epochs(rooms)
        await self._door.through()
        return epochs

    async def load(self, room: str, doc: str) -> Stored:
        await self._door.through()
        stored = await self._log.load(room, doc)
        await self._door.through()
        return stored

    async def append(self, entries: Sequence[Entry]) -> set[str]:
        await self._door.through()
        stale = await self._log.append(entries)
        await self._door.through()
        return stale

    async def compact(self, room: str, epoch: int, doc: str, snapshot: bytes, up_to: int) -> None:
        await self._door.through()
        await self._log.compact(room, epoch, doc, snapshot, up_to)
        await self._door.through()

    async def history(self, room: str, doc: str, after: Position = Position(), limit: int = 10_000) -> list[HistoryRow]:
        return await self._log.history(room, doc, after, limit)

    async def quarantine(self, room: str, epoch: int, doc: str, reason: str) -> None:
        await self._door.through()
        await self._log.quarantine(room, epoch, doc, reason)

    async def restore(self, room: str, doc: str, snapshot: bytes | None = None) -> None:
        await self._log.restore(room, doc, snapshot)


class DoorRegistry:
    """`Registry` behind a door."""

    def __init__(self, registry: Registry, door: Door) -> None:
        self._registry = registry
        self._door = door

    async def announce(self, node: Node) -> None:
        await self._door.through()
        await self._registry.announce(node)

    async def withdraw(self, node: Node) -> None:
        await self._door.through()
        await self._registry.withdraw(node)

    async def nodes(self, kind: Kind) -> list[Node]:
        await self._door.through()
        return await self._registry.nodes(kind)


class DoorLeases:
    """`Leases` behind a door."""

    def __init__(self, leases: Leases, door: Door) -> None:
        self._leases = leases
        self._door = door

    async def live(self, worker: str) -> bool:
        await self._door.through()
        stood = await self._leases.live(worker)
        await self._door.through()
        return stood

    async def acquire(self, room: str, worker: str) -> str:
        await self._door.through()
        holder = await self._leases.acquire(room, worker)
        await self._door.through()
        return holder

    async def release(self, room: str, worker: str) -> None:
        await self._door.through()
        await self._leases.release(room, worker)

    async def holder(self, room: str) -> str | None:
        return await self._leases.holder(room)

    async def bury(self, worker: str) -> None:
        await self._door.through()
        await self._leases.bury(worker)


class Redis:
    """Leases that can be exchanged for empty ones, as a restart without its data does."""

    def __init__(self, inner: Leases) -> None:
        self.inner = inner

    async def live(self, worker: str) -> bool:
        return await self.inner.live(worker)

    async def acquire(self, room: str, worker: str) -> str:
        return await self.inner.acquire(room, worker)

    async def release(self, room: str, worker: str) -> None:
        await self.inner.release(room, worker)

    async def holder(self, room: str) -> str | None:
        return await self.inner.holder(room)

    async def bury(self, worker: str) -> None:
        await self.inner.bury(worker)
