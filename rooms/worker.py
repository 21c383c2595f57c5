"""A room worker: one process' rooms between the bus, the leases and the log.

    bus ──▶ mailboxes ──▶ turns of rooms ──▶ effects ──▶ bus, committer
                                   leases: may I?   log: what was there   committer: what is durable

The turn is the hot path and never awaits. Everything that waits runs as a task of the worker's own group: opening a
room and handing it over (`rooms.ownership`), and the loops of `rooms.housekeeping`.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Coroutine
from types import TracebackType
from typing import Any

from realtime.bus.bus import Bus
from realtime.clock import Clock
from realtime.endings import end
from realtime.envelopes import (
    Attach,
    Detach,
    Message,
    Moved,
    Noted,
    NotOwner,
    StageAsk,
    StageSet,
    ToRoom,
    inbox,
    outlet,
)
from realtime.leases.leases import Leases
from realtime.limits import Limits
from realtime.registry.registry import Registry
from rooms.committer import Committer
from rooms.farewells import Farewells
from rooms.housekeeping import Housekeeping
from rooms.log import Entry, RoomLog
from rooms.metrics import FENCED
from rooms.ownership import Ownership
from rooms.shell import RoomShell, Timer
from rooms.stages import Stages
from rooms.window import commit_window, flush_window

logger = logging.getLogger(__name__)

TURN_SECONDS = 0.005
"""How long rooms are worked on before the loop has its turn."""
WINDOW_SECONDS = 0.005
"""How long a look at the load is good for."""


class RoomWorker:
    """Use as an async context manager; leaving it ends everything at once, `drain` before that gently.

    ``load`` gives the share of time the process was busy lately (0 to 1); windows widen by it."""

    def __init__(
        self,
        worker: str,
        bus: Bus,
        leases: Leases,
        registry: Registry,
        log: RoomLog,
        limits: Limits,
        clock: Clock,
        load: Callable[[], float] = lambda: 0.0,
    ) -> None:
        self.worker = worker
        self.bus = bus
        self.leases = leases
        self.registry = registry
        self.log = log
        self.limits = limits
        self.clock = clock
        self.monotonic, self.wall, self.publish = clock.monotonic, clock.wall, bus.publish
        self.load_share = load
        self.shells: dict[str, RoomShell] = {}
        self.alive_until = float("-inf")
        """Until when this worker may count on its leases (monotonic seconds)."""
        self.farewells = Farewells()
        self.committer = Committer(log, limits, self, self._commit_pace)
        self.ownership = Ownership(self)
        self.housekeeping = Housekeeping(self)
        self.stages = Stages(bus, registry)
        self._group = asyncio.TaskGroup()
        self._tasks: set[asyncio.Task[None]] = set()
        self._ready: deque[RoomShell] = deque()
        self._turn_planned = False
        self._window, self._window_until = 0.0, float("-inf")

    async def __aenter__(self) -> "RoomWorker":
        self._loop = asyncio.get_running_loop()
        await self._group.__aenter__()
        await self.housekeeping.first()
        self.spawn(self.committer.run())
        for loop in self.housekeeping.loops():
            self.spawn(loop)
        self.spawn(self.stages.keep_up())
        self.bus.on_unreachable(self.housekeeping.unreachable)
        self.bus.on_reset(self._bus_reset)
        await self.bus.subscribe(inbox(self.worker), self._received)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.bus.unsubscribe(inbox(self.worker))
        for shell in list(self.shells.values()):
            self.drop(shell)
        await end(self._tasks.copy())
        await self._group.__aexit__(None, None, None)

    async def drain(self) -> None:
        """Take no new rooms, hand over those there are, one by one, with nothing pending; then leave the registry."""
        await self.housekeeping.drain()

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Run ``work`` in the worker's group; an error in it is logged and ends nothing else. What was not begun when
        the worker ends is put away."""
        guarded = _guarded(work)
        try:
            task = self._group.create_task(guarded)
        except RuntimeError:  # the group is shutting down
            guarded.close()
            work.close()
            return
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(lambda _: work.close())  # cancelled before its first step, nobody has awaited it

    # mail and turns

    def _received(self, batch: list[Message]) -> None:
        self._turn_planned = True  # it follows at once, whatever happens
        try:
            self._take(batch, self.monotonic())
        finally:
            self._turn()

    def _take(self, batch: list[Message], now: float) -> None:
        for message in batch:
            if type(message) is ToRoom:
                shell = self.shells.get(message.room)
                if shell is None:
                    shell = self._begin(message)
                if shell is not None:
                    if type(message.body) is Attach:
                        self.farewells.back(message.room, message.gateway)
                    shell.post(message, now)
                    self.ready(shell)
            elif type(message) is StageAsk:
                self._asked(message)

    def _asked(self, message: StageAsk) -> None:
        """A media node asks what holds in a room; it asks again when the room has to be opened first."""
        if not self.stages.answer(message.room, message.node) and message.room not in self.shells:
            self._begin(ToRoom(message.room, "", 0, "", Detach("")))

    def _begin(self, message: ToRoom) -> RoomShell | None:
        """The first message for a room: try to become its owner, unless it, or this worker, is on the way out."""
        owner = self.ownership.moved_to(message.room, attaches=type(message.body) is Attach)
        if owner is None and self.housekeeping.draining:
            owner = self.housekeeping.successor(message.room)
        if owner is not None:
            if message.gateway:
                self.bus.publish(outlet(message.gateway), NotOwner(message.room, self.worker, owner))
            elif owner:
                self.bus.publish(inbox(owner), message)
            return None
        shell = self.shells[message.room] = RoomShell(message.room, self)
        self.spawn(self.ownership.open(shell))
        return shell

    def ready(self, shell: RoomShell) -> None:
        """Give a room its turn if it has mail."""
        if not shell.queued:
            shell.queued = True
            self._ready.append(shell)
            if not self._turn_planned:
                self._turn_planned = True
                self._loop.call_soon(self._turn)

    def _turn(self) -> None:
        """Work on rooms round robin, for a moment."""
        self._turn_planned = False
        if not self._ready or not self.may_serve():
            return
        ready = self._ready
        until = 0.0
        while ready:
            shell = ready.popleft()
            shell.queued = False
            if shell.work():
                shell.queued = True
                ready.append(shell)
            if ready:
                now = self.monotonic()
                until = until or now + TURN_SECONDS
                if now >= until:
                    break
        if ready:
            self._turn_planned = True
            self._loop.call_soon(self._turn)

    def resume(self) -> None:
        """The worker's liveness stands (again): go on with what waited."""
        for shell in self.shells.values():
            if shell.room is not None and shell.room.dirty:
                shell.flush()
        self._turn()

    def _bus_reset(self) -> None:
        for shell in self.shells.values():
            shell.links_reset()
        self.say_again(all=True)

    # what shells need (rooms.shell.Host)

    def append(self, entry: Entry, awaited: bool) -> None:
        self.committer.add(entry, awaited or self.housekeeping.draining)

    def hurry(self) -> None:
        self.committer.hurry()

    def load(self, shell: RoomShell, doc: str) -> None:
        self.spawn(self.ownership.load(shell, doc))

    def quarantine(self, shell: RoomShell, doc: str, reason: str) -> None:
        logger.error("document %s of room %s could not be loaded: %s", doc or "(class)", shell.key, reason)
        self.spawn(self.ownership.quarantine(shell, doc, reason))

    def tell_media(self, stage: StageSet) -> None:
        self.stages.tell(stage)

    def note(self, noted: Noted) -> None:
        self.stages.note(noted)

    def call_later(self, seconds: float, callback: Callable[[], None]) -> Timer:
        return self._loop.call_later(seconds, callback)

    def window(self, now: float) -> float:
        if now >= self._window_until:
            limits = self.limits
            widest, least = limits.flush_window_seconds, limits.flush_window_least_seconds
            self._window = flush_window(self.load_share(), widest, least)
            self._window_until = now + WINDOW_SECONDS
        return self._window

    def may_serve(self) -> bool:
        return self.monotonic() < self.alive_until

    def broken(self, shell: RoomShell, error: Exception) -> None:
        logger.error("room %s broke and is opened again", shell.key, exc_info=error)
        self.ownership.broke(shell.key)
        self.give_up(shell)

    # what the committer tells (rooms.committer.CommitListener)

    def committed(self, room: str, epoch: int, seq: int) -> None:
        shell = self._serving(room, epoch)
        if shell is not None:
            shell.committed(seq)

    def fenced(self, room: str, epoch: int) -> None:
        shell = self._serving(room, epoch)
        if shell is not None:
            logger.warning("room %s has a newer owner than epoch %d", room, epoch)
            FENCED.inc()
            self.give_up(shell)

    def unwritable(self, room: str, epoch: int, error: Exception) -> None:
        shell = self._serving(room, epoch)
        if shell is not None:
            self.broken(shell, error)

    def storage(self, *, ok: bool, full: bool) -> None:
        for shell in self.shells.values():
            shell.storage(ok=ok, full=full)

    def _serving(self, room: str, epoch: int) -> RoomShell | None:
        shell = self.shells.get(room)
        return shell if shell is not None and shell.room is not None and shell.room.epoch == epoch else None

    def _commit_pace(self) -> float:
        return commit_window(self.load_share(), self.limits.flush_window_seconds)

    # ends of rooms

    def drop(self, shell: RoomShell, message: NotOwner | Moved | None = None) -> list[ToRoom]:
        """Stop serving a room and tell its gateways ``message``; returns the mail that was not handled."""
        if self.shells.get(shell.key) is shell:
            del self.shells[shell.key]
            self.stages.forget(shell.key)
        mail = shell.close()
        if message is not None:
            gateways = list(shell.links.links)
            for gateway in gateways:
                self.bus.publish(outlet(gateway), message)
            if self.bus.lossy:
                self.farewells.say(message, gateways, self.monotonic())
        return mail

    def say_again(self, *, all: bool = False) -> None:
        """Repeat what the gateways of rooms that went may have missed."""
        for gateway, message in self.farewells.due(self.monotonic(), all=all):
            self.bus.publish(outlet(gateway), message)

    def give_up(self, shell: RoomShell, owner: str = "") -> None:
        """Stop serving a room at once; whoever is to own it, its gateways go and ask."""
        if not shell.closed:
            self.drop(shell, NotOwner(shell.key, self.worker, owner))
            self.ownership.release(shell.key)


async def _guarded(work: Coroutine[Any, Any, None]) -> None:
    try:
        await work
    except Exception:
        logger.exception("a background task of the room worker failed")
