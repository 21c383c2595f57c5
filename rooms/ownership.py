"""Becoming the owner of a room, and giving it up: the steps that wait for the leases and the log."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Protocol, TypeVar

from realtime.envelopes import Message, Moved, NotOwner, ToRoom, inbox
from realtime.leases.leases import Leases
from realtime.limits import Limits
from rooms import compaction
from rooms.committer import Committer
from rooms.errors import StaleEpoch, StorageAway
from rooms.log import CLASS, RoomLog
from rooms.metrics import OPENED
from rooms.room import Room
from rooms.shell import RoomShell

logger = logging.getLogger(__name__)
T = TypeVar("T")

RETRY_FIRST_SECONDS, RETRY_MOST_SECONDS = 0.1, 2.0
BROKEN_SECONDS, BROKEN_MOST_SECONDS = 0.25, 30.0
"""How long a room that broke stays shut; doubled each time it breaks again soon."""
BROKEN_FORGOTTEN_SECONDS = 120.0
SETTLE_ROUNDS = 3
SETTLE_SECONDS = 5.0
"""How long a handover waits for the log; what is not durable then was never called saved, and the clients hold it."""
MOVED_SECONDS = 2.0
"""So long after a handover a room is not opened here again by what was still under way,"""
STRAY_SECONDS = 0.3
"""and so long not by a gateway that attaches: later it comes because the new owner is gone, or it would ask there."""
PENDING_ROWS = 5_000
"""A document that waits for a lost update keeps its raw entries, unless there are so many."""


class Host(Protocol):
    """What it needs of the worker (`rooms.worker`)."""

    worker: str
    leases: Leases
    log: RoomLog
    limits: Limits
    shells: dict[str, RoomShell]
    committer: Committer

    def monotonic(self) -> float: ...

    def publish(self, channel: str, message: Message, /) -> None: ...

    def spawn(self, work: Coroutine[Any, Any, None]) -> None: ...

    def ready(self, shell: RoomShell) -> None: ...

    def hurry(self) -> None: ...

    def fenced(self, room: str, epoch: int) -> None: ...

    def drop(self, shell: RoomShell, message: NotOwner | Moved | None = None) -> list[ToRoom]: ...


class Ownership:
    """The ways of one worker's rooms in and out."""

    def __init__(self, worker: Host) -> None:
        self._worker = worker
        self._breaks: dict[str, tuple[int, float]] = {}
        self._moved: dict[str, tuple[str, float]] = {}
        self._releases: dict[str, asyncio.Event] = {}

    # in

    async def open(self, shell: RoomShell) -> None:
        """Take the lease, raise the epoch, read the class, serve. While a service is away the mail waits."""
        worker, key = self._worker, shell.key
        await self._cool_down(key)
        while key in self._releases:
            await self._releases[key].wait()
        holder = await self._persist(shell, lambda: worker.leases.acquire(key, worker.worker))
        if holder is not None and holder != worker.worker:
            worker.drop(shell, NotOwner(key, worker.worker, holder))
            return
        opening = await self._persist(shell, lambda: worker.log.open(key, worker.worker))
        # The lease may have lapsed while the log was asked: then somebody else has begun, and may go on.
        holder = await self._persist(shell, lambda: worker.leases.acquire(key, worker.worker))
        if opening is None or holder is None:
            if key not in worker.shells:
                self.release(key)
            return
        if holder != worker.worker:
            worker.drop(shell, NotOwner(key, worker.worker, holder))
            return
        room = Room(key, opening, worker.limits, worker.monotonic())
        room.storage(ok=worker.committer.ok, full=worker.committer.full)
        OPENED.inc()
        shell.serve(room)
        worker.ready(shell)

    async def _persist(self, shell: RoomShell, step: Callable[[], Awaitable[T]]) -> T | None:
        """Try until it works, or until the room is given up (None): what fails here is a service that is away."""
        wait = RETRY_FIRST_SECONDS
        while not shell.closed:
            try:
                done = await step()
            except (StorageAway, OSError) as error:
                logger.warning("a service is away, trying again: %s", error)
            except Exception:
                logger.exception("a step for room %s failed, trying again", shell.key)
            else:
                return None if shell.closed else done
            await asyncio.sleep(wait)
            wait = min(2 * wait, RETRY_MOST_SECONDS)
        return None

    async def load(self, shell: RoomShell, doc: str) -> None:
        """Read a document for the room that asked."""
        room = shell.room
        stored = await self._persist(shell, lambda: self._worker.log.load(shell.key, doc))
        if room is not None and stored is not None:
            shell.document_loaded(room, doc, stored)

    async def quarantine(self, shell: RoomShell, doc: str, reason: str) -> None:
        room = shell.room
        if room is None:
            return
        try:
            await self._worker.log.quarantine(shell.key, room.epoch, doc, reason)
        except StaleEpoch:
            self._worker.fenced(shell.key, room.epoch)
        except StorageAway as error:
            logger.warning("could not note the quarantine of %s in %s: %s", doc, shell.key, error)

    def broke(self, key: str) -> None:
        """Remember that a room broke, so that one that breaks at once does not spin."""
        count, _ = self._breaks.get(key, (0, 0.0))
        self._breaks[key] = count + 1, self._worker.monotonic()

    async def _cool_down(self, key: str) -> None:
        count, at = self._breaks.get(key, (0, 0.0))
        if not count:
            return
        since = self._worker.monotonic() - at
        if since > BROKEN_FORGOTTEN_SECONDS:
            del self._breaks[key]
            return
        pause = min(BROKEN_SECONDS * 2.0 ** (count - 1), BROKEN_MOST_SECONDS) - since
        await asyncio.sleep(max(0.0, pause))

    # out

    def moved_to(self, key: str, *, attaches: bool) -> str | None:
        """Where a room went a moment ago: what is still under way to this worker must not open it here again."""
        owner, at = self._moved.get(key, ("", float("-inf")))
        if self._worker.monotonic() < at + (STRAY_SECONDS if attaches else MOVED_SECONDS):
            return owner
        self._moved.pop(key, None)
        return None

    def release(self, key: str) -> asyncio.Event:
        """Begin to give the lease back; the room is not opened here again before that is done."""
        done = self._releases[key] = asyncio.Event()
        self._worker.spawn(self._release(key, done))
        return done

    async def _release(self, key: str, done: asyncio.Event) -> None:
        """As well as it goes: a lease that is not given back ends with the worker's liveness."""
        try:
            await self._worker.leases.release(key, self._worker.worker)
        except Exception as error:
            logger.warning("could not release the lease of %s: %s", key, error)
        finally:
            if self._releases.get(key) is done:
                del self._releases[key]
            done.set()

    async def hand_over(self, shell: RoomShell, owner: str) -> None:
        """Let ``owner`` (empty: whoever the placement says) have the room, with nothing pending."""
        for _ in range(SETTLE_ROUNDS):
            if await self._settle(shell):
                break
        shell.held = True
        await self._settle(shell)
        await self._compact_all(shell)
        if shell.closed or shell.room is None:
            return
        await self.release(shell.key).wait()
        if shell.closed:
            return
        self._moved[shell.key] = owner, self._worker.monotonic()
        for message in self._worker.drop(shell, Moved(shell.key, shell.room.epoch, owner)):
            if not message.gateway and owner:
                self._worker.publish(inbox(owner), message)

    async def let_go(self, shell: RoomShell) -> None:
        """Unload a room that nobody is in; stay when somebody comes meanwhile."""
        await self._settle(shell)
        await self._compact_all(shell)
        room = shell.room
        if shell.closed or room is None or room.conns or len(shell.mailbox) or not room.is_settled:
            return
        self._worker.drop(shell)
        self.release(shell.key)

    async def _settle(self, shell: RoomShell) -> bool:
        """Flush, and wait until everything accepted is durable (or for `SETTLE_SECONDS`)."""
        room = shell.room
        if room is None or shell.closed:
            return True
        shell.flush()
        return await self._reach(shell, lambda: room.is_settled)

    async def _reach(self, shell: RoomShell, done: Callable[[], bool]) -> bool:
        """Have commits hurry until ``done`` (or the room is closed), for `SETTLE_SECONDS` at most; whether it is."""
        if done():
            return True
        self._worker.hurry()
        reached = asyncio.Event()

        def look() -> None:
            if done() or shell.closed:
                reached.set()

        shell.on_committed.add(look)
        try:
            async with asyncio.timeout(SETTLE_SECONDS):
                await reached.wait()
        except TimeoutError:
            return False
        finally:
            shell.on_committed.discard(look)
        return done()

    # snapshots

    async def _compact_all(self, shell: RoomShell) -> None:
        room = shell.room
        if room is None or shell.closed:
            return
        for doc in [doc for doc, wear in room.wear().items() if compaction.is_due_at_close(wear)]:
            await self.compact(shell, doc)

    async def compact(self, shell: RoomShell, doc: str) -> None:
        """Write a snapshot of a document in memory in the place of its entries.

        What it holds must be durable as entries: else a crash leaves in the snapshot what no entry tells, the author is
        not asked for it again, and the history lacks it for ever."""
        room = shell.room
        if room is None or shell.closed or (doc != CLASS and doc not in room.documents.live):
            return
        shell.flush()
        wear = room.wear()[doc]
        if room.waits_for_more(doc) and wear.rows < PENDING_ROWS:
            return
        rows, size, up_to, blob = wear.rows, wear.rows_bytes, wear.last_seq, room.snapshot(doc)
        if not await self._reach(shell, lambda: room.is_durable(up_to)) or shell.closed:
            return
        try:
            await self._worker.log.compact(shell.key, room.epoch, doc, blob, up_to)
        except StaleEpoch:
            self._worker.fenced(shell.key, room.epoch)
        except StorageAway as error:
            logger.warning("no snapshot of %s in %s for now: %s", doc or "the class", shell.key, error)
        else:
            wear.compacted(rows, size, len(blob))
