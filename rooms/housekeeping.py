"""The loops of a worker: its heartbeat, the registry, ticks, pulses, snapshots, rebalancing, the drain."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from typing import Any, Protocol

from realtime.beat import beat
from realtime.bus.bus import Bus
from realtime.envelopes import Message, Pulse, outlet
from realtime.leases.leases import HEARTBEAT_SECONDS, LIVENESS_SECONDS, Leases
from realtime.limits import Limits
from realtime.placement import owner_of
from realtime.registry.registry import ANNOUNCE_SECONDS, Node, Registry
from rooms import compaction
from rooms.committer import Committer
from rooms.log import RoomLog
from rooms.ownership import Ownership
from rooms.room import Room
from rooms.shell import RoomShell
from rooms.wear import Wear

logger = logging.getLogger(__name__)

TICK_SECONDS = 1.0
CHECK_SECONDS = 10.0
"""Between two looks at the epochs of all rooms."""
TICK_SLICE = 25
"""Rooms ticked at once;"""
SPREAD_SECONDS = 0.5
"""all through this time, where there are more: a second's work in one go is a stall in every room. Well before the
next second: a loop that comes too near to it waits for the one after (`realtime.beat`)."""
GATEWAY_GRACE_SECONDS = 5.0
"""After a gateway was found unreachable, until its connections count as gone (unless the registry knows better)."""
CALM_SECONDS = 3.0
"""The set of workers must have stood so long before rooms are moved to even it out,"""
MOVES_A_ROUND = 3
"""and then so many rooms a second are."""
BUSY_SHARE = 0.85
"""Above this load only snapshots that cannot wait are made."""


class Host(Protocol):
    """What it needs of the worker (`rooms.worker`)."""

    worker: str
    bus: Bus
    leases: Leases
    registry: Registry
    log: RoomLog
    limits: Limits
    shells: dict[str, RoomShell]
    committer: Committer
    ownership: Ownership
    alive_until: float

    def monotonic(self) -> float: ...

    def load_share(self) -> float: ...

    def publish(self, channel: str, message: Message, /) -> None: ...

    def spawn(self, work: Coroutine[Any, Any, None]) -> None: ...

    def may_serve(self) -> bool: ...

    def resume(self) -> None: ...

    def give_up(self, shell: RoomShell, owner: str = "") -> None: ...

    def say_again(self) -> None: ...


class Housekeeping:
    """See the module's docstring."""

    def __init__(self, worker: Host) -> None:
        self._worker = worker
        self.draining = False
        self._lapses = 0
        """How often the liveness had lapsed,"""
        self._reclaimed = 0
        """and after how many of these the rooms have been asked for again."""
        self._suspects: dict[str, float] = {}
        self._peers: list[str] = []
        self._calm_since = 0.0

    async def first(self) -> None:
        """Before anything else: show a sign of life."""
        worker = self._worker
        before = worker.monotonic()
        await worker.leases.live(worker.worker)
        worker.alive_until = before + LIVENESS_SECONDS
        await worker.registry.announce(self._node())

    def loops(self) -> Iterable[Coroutine[Any, Any, None]]:
        yield self._every(HEARTBEAT_SECONDS, self._beat)
        yield self._every(HEARTBEAT_SECONDS, self._reclaim)
        yield self._every(ANNOUNCE_SECONDS, self._announce)
        yield self._every(TICK_SECONDS, self._rebalance)
        yield self._every(TICK_SECONDS, self._tick)
        yield self._every(TICK_SECONDS, self._compact)
        yield self._every(CHECK_SECONDS, self._check_epochs)

    async def _every(self, seconds: float, step: Callable[[], Awaitable[None]]) -> None:
        """Run ``step`` again and again; one that fails is logged."""
        while True:
            await beat(seconds)
            try:
                await step()
            except Exception as error:
                logger.warning("%s of the room worker failed: %r", getattr(step, "__name__", step), error)

    # leases

    async def _beat(self) -> None:
        """Renew the liveness. When it had lapsed, nothing is served before each room has been asked for again; the
        renewals go on meanwhile, or a slow database would make the next one lapse too."""
        worker = self._worker
        before = worker.monotonic()
        async with asyncio.timeout(LIVENESS_SECONDS):
            stood = await worker.leases.live(worker.worker)
        if not stood:
            logger.warning("the liveness of worker %s had lapsed", worker.worker)
            self._lapses += 1
        if self._reclaimed == self._lapses:
            self._serve_until(before + LIVENESS_SECONDS)

    def _serve_until(self, until: float) -> None:
        worker = self._worker
        had_lapsed = not worker.may_serve()
        worker.alive_until = until
        if had_lapsed:
            worker.resume()

    async def _reclaim(self) -> None:
        """After a lapse, until it has worked: the next sign of life will stand."""
        lapses = self._lapses
        if self._reclaimed != lapses:
            await self._claim_again()
            self._reclaimed = lapses

    async def _claim_again(self) -> None:
        """Ask for the lease of each room again. Somebody else may have had it meanwhile and be gone already, so having
        it back is not enough: the epoch must still be ours."""
        worker = self._worker
        for shell in list(worker.shells.values()):
            holder = await worker.leases.acquire(shell.key, worker.worker)
            if holder != worker.worker:
                worker.give_up(shell, holder)
        await self._check_epochs()

    async def _check_epochs(self) -> None:
        """Give up the rooms that have a newer owner. One that writes is told by its append; this is for those that do
        not. Raises `StorageAway`."""
        worker = self._worker
        serving = [shell for shell in worker.shells.values() if shell.room is not None]
        if not serving:
            return
        epochs = await worker.log.epochs([shell.key for shell in serving])
        for shell in serving:
            if shell.room is not None and epochs.get(shell.key) != shell.room.epoch:
                logger.warning("room %s has a newer owner than epoch %d", shell.key, shell.room.epoch)
                worker.give_up(shell)

    # the registry and the balance

    def _node(self) -> Node:
        return Node(self._worker.worker, "rooms", self.draining)

    async def _announce(self) -> None:
        await self._worker.registry.announce(self._node())
        await self._list_peers()

    async def _list_peers(self) -> None:
        worker = self._worker
        peers = [node.id for node in await worker.registry.nodes("rooms") if not node.draining]
        if peers != self._peers:
            self._peers, self._calm_since = peers, worker.monotonic()

    async def _rebalance(self) -> None:
        """Hand a few rooms to the workers that should own them."""
        if not self._others_rooms():
            return
        await self._list_peers()  # nothing is handed to a worker that has just been buried
        for shell in self._others_rooms()[:MOVES_A_ROUND]:
            owner = owner_of(shell.key, self._peers)
            if owner is not None and owner != self._worker.worker:
                await self._worker.ownership.hand_over(shell, owner)

    def _others_rooms(self) -> list[RoomShell]:
        """Rooms here that belong elsewhere; none while workers come and go."""
        me, peers = self._worker.worker, self._peers
        calm = self._worker.monotonic() - self._calm_since >= CALM_SECONDS
        if self.draining or not calm or me not in peers or len(peers) == 1:
            return []
        served = [shell for shell in self._worker.shells.values() if shell.room is not None]
        return [shell for shell in served if owner_of(shell.key, peers) != me]

    def successor(self, room: str) -> str:
        """Which other worker should own a room; empty when there is none."""
        return owner_of(room, (peer for peer in self._peers if peer != self._worker.worker)) or ""

    async def drain(self) -> None:
        """Hand over every room, then say goodbye. While Redis is away nobody can be told; what is accepted is made
        durable all the same."""
        worker = self._worker
        self.draining = True
        try:
            await worker.registry.announce(self._node())
            self._peers = [node.id for node in await worker.registry.nodes("rooms") if not node.draining]
        except Exception as error:
            logger.warning("the drain could not be announced: %r", error)
        while worker.shells:
            shell = next(iter(worker.shells.values()))
            if shell.room is None:
                worker.give_up(shell, self.successor(shell.key))
            else:
                await worker.ownership.hand_over(shell, self.successor(shell.key))
        try:
            await worker.registry.withdraw(self._node())
            await worker.leases.bury(worker.worker)
        except Exception as error:
            logger.warning("the end of the drain could not be told: %r", error)

    # gateways

    def unreachable(self, channel: str) -> None:
        """Nobody listens on ``channel``."""
        kind, _, gateway = channel.partition(":")
        if kind == "gateway":
            self._suspects.setdefault(gateway, self._worker.monotonic() + GATEWAY_GRACE_SECONDS)

    async def _bury_gateways(self) -> None:
        now = self._worker.monotonic()
        dead = [gateway for gateway, until in self._suspects.items() if until <= now]
        if not dead:
            return
        alive = {node.id for node in await self._worker.registry.nodes("gateway")}
        for gateway in dead:
            del self._suspects[gateway]
            if gateway not in alive:
                for shell in list(self._worker.shells.values()):
                    shell.gateway_gone(gateway)

    # ticks

    async def _tick(self) -> None:
        worker = self._worker
        await self._bury_gateways()
        shells = list(worker.shells.values())
        pause = SPREAD_SECONDS * TICK_SLICE / max(1, len(shells))
        for number, shell in enumerate(shells, 1):
            if number % TICK_SLICE == 0:
                await asyncio.sleep(pause)
            shell.tick()
            if self._is_idle(shell):
                shell.leaving = True
                worker.spawn(worker.ownership.let_go(shell))
        if worker.bus.lossy:
            self._pulse()
            worker.say_again()

    def _is_idle(self, shell: RoomShell) -> bool:
        room = shell.room
        if room is None or room.conns or shell.closed or shell.leaving:
            return False
        return self._worker.monotonic() - room.idle_since >= self._worker.limits.room_idle_seconds

    def _pulse(self) -> None:
        """Tell each gateway how far its links have come, so that the loss of a last message shows."""
        pulses: dict[str, dict[str, tuple[int, int, int]]] = {}
        for shell in self._worker.shells.values():
            for gateway, counts in shell.pulse().items():
                pulses.setdefault(gateway, {})[shell.key] = counts
        for gateway, rooms in pulses.items():
            self._worker.publish(outlet(gateway), Pulse(self._worker.worker, rooms))

    # snapshots

    async def _compact(self) -> None:
        """Make the snapshots that are due, one after the other, giving way to live traffic."""
        worker = self._worker
        for shell in list(worker.shells.values()):
            room = shell.room
            if room is None or shell.closed or shell.held or not worker.committer.ok:
                continue
            for doc, wear in room.wear().items():
                if self._wants_snapshot(room, doc, wear):
                    await worker.ownership.compact(shell, doc)
                    await asyncio.sleep(0)

    def _wants_snapshot(self, room: Room, doc: str, wear: Wear) -> bool:
        due = compaction.is_due(wear) or (room.is_idle(doc) and compaction.is_due_at_close(wear))
        return due and (self._worker.load_share() < BUSY_SHARE or compaction.is_overdue(wear))
