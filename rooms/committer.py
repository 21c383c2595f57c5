"""Group commit: all rooms of a process share one queue to the log, and one task that empties it.

While nothing is under way an entry is committed at once; what comes in during a commit goes into the next one. Entries
whose authors have no word for saved wait longer for company than those that somebody is to be told about. When the log
is away the queue waits, bounded in bytes, and everything in it is written when the log is back. An entry the log
refuses for good costs its own room, never the others.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence
from typing import Protocol

from realtime.limits import Limits
from rooms.errors import StorageAway
from rooms.log import Entry, RoomLog
from rooms.metrics import COMMIT_FAILURES, COMMIT_SECONDS, COMMITTED

logger = logging.getLogger(__name__)

BATCH_BYTES = 8 * 1024 * 1024
BATCH_ENTRIES = 2_000
ENTRY_BYTES = 200
"""What an entry weighs besides its body."""
RETRY_FIRST_SECONDS, RETRY_MOST_SECONDS = 0.1, 2.0
UNHURRIED_SECONDS = 0.2
"""Between two commits of entries that nobody waits for: a crash costs none of them while an author or reader is there,
who gives it back. When one goes, or the room moves, they are not waited for (`Committer.hurry`)."""
PATIENCE_SECONDS = 5.0
"""How long a commit may take before storage is called away."""
GIVE_UP_SECONDS = 60.0
"""How long the commit is then still waited for before it is sent again."""


class CommitListener(Protocol):
    """Who is told what became of the entries."""

    def committed(self, room: str, epoch: int, seq: int) -> None:
        """Every entry of ``room`` under ``epoch`` up to ``seq`` is durable."""
        ...

    def fenced(self, room: str, epoch: int) -> None:
        """The room has a newer owner; nothing of it is written any more."""
        ...

    def unwritable(self, room: str, epoch: int, error: Exception) -> None:
        """The log refuses an entry of the room for a reason that time does not mend."""
        ...

    def storage(self, *, ok: bool, full: bool) -> None:
        """Storage went away or came back, or its budget for waiting entries is used up or free again."""
        ...


class Committer:
    """The queue and its task (`run`). ``pace`` gives the seconds to gather before a commit."""

    def __init__(
        self, log: RoomLog, limits: Limits, listener: CommitListener, pace: Callable[[], float] = lambda: 0.0
    ) -> None:
        self._log = log
        self._budget = limits.unsaved_bytes
        self._listener = listener
        self._pace = pace
        self._queue: deque[Entry] = deque()
        self._more = asyncio.Event()
        self._busy = True
        """Whether a commit is under way; true until `run` runs."""
        self._due = self._due_unhurried = float("-inf")
        """When the next commit may begin: for entries that somebody waits for, and for others."""
        self._hurry = False
        """Whether somebody waits for an entry in the queue."""
        self._timer: asyncio.TimerHandle | None = None
        self._since: float | None = None
        """When the append under way was begun."""
        self._watch: asyncio.TimerHandle | None = None
        self._gave_up = False
        self.ok = True
        self.full = False
        self.waiting_bytes = 0
        """Of entries that are not durable yet, those under way included."""

    def add(self, entry: Entry, awaited: bool = True) -> None:
        """Have ``entry`` made durable, soon when somebody is to be told."""
        sooner = not self._queue or (awaited and not self._hurry)
        self._hurry = self._hurry or awaited
        self._queue.append(entry)
        self.waiting_bytes += len(entry.body) + ENTRY_BYTES
        if sooner and not self._busy:
            self._plan()
        if not self.full and self.waiting_bytes > self._budget:
            self._say(self.ok, full=True)

    def hurry(self) -> None:
        """Commit what is in the queue as soon as if somebody were to be told."""
        if self._queue and not self._hurry:
            self._hurry = True
            if not self._busy:
                self._plan()

    async def run(self) -> None:
        """Commit for ever; cancel to end. After a pause the first commit is at once, then they are paced."""
        self._loop, self._task = asyncio.get_running_loop(), asyncio.current_task()
        self._rest()
        while True:
            await self._more.wait()
            self._more.clear()
            self._busy, self._hurry = True, False
            begun = self._loop.time()
            while self._queue:
                batch = self._batch()
                whole = not self._queue
                await self._commit(batch)
                if whole:
                    break
            self._due, self._due_unhurried = begun + self._pace(), begun + UNHURRIED_SECONDS
            self._rest()

    def _rest(self) -> None:
        """Nothing is under way; what came in meanwhile has its turn."""
        self._busy = False
        if self._queue:
            self._plan()

    def _plan(self) -> None:
        """Have the next commit begin now, or when it may."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        due = self._due if self._hurry else self._due_unhurried
        if due <= self._loop.time():
            self._more.set()
        else:
            self._timer = self._loop.call_at(due, self._more.set)

    def _batch(self) -> list[Entry]:
        """The oldest entries, never of two ownerships of one room (one of them is stale)."""
        batch: list[Entry] = []
        epochs: dict[str, int] = {}
        size = 0
        while self._queue and len(batch) < BATCH_ENTRIES and size < BATCH_BYTES:
            entry = self._queue[0]
            if epochs.setdefault(entry.room, entry.epoch) != entry.epoch:
                break
            size += len(entry.body)
            batch.append(self._queue.popleft())
        return batch

    async def _commit(self, batch: list[Entry]) -> None:
        try:
            await self._write(batch)
        except Exception as error:
            await self._write_apart(batch, error)
        self.waiting_bytes -= sum(len(entry.body) + ENTRY_BYTES for entry in batch)
        if self.full and self.waiting_bytes < self._budget // 2:
            self._say(self.ok, full=False)

    async def _write_apart(self, batch: list[Entry], error: Exception) -> None:
        """Something in the batch is refused for good: each room for itself, so that only its own pays."""
        rooms: dict[str, list[Entry]] = {}
        for entry in batch:
            rooms.setdefault(entry.room, []).append(entry)
        for room, entries in rooms.items():
            try:
                await self._write(entries)
            except Exception as own:
                logger.error("the log refuses entries of room %s: %r (first seen as %r)", room, own, error)
                self._listener.unwritable(room, entries[-1].epoch, own)

    async def _write(self, entries: list[Entry]) -> None:
        """Write until it is done; raises what time does not mend."""
        wait = RETRY_FIRST_SECONDS
        while True:
            try:
                begun = self._loop.time()
                stale = await self._append(entries)
                COMMIT_SECONDS.observe(self._loop.time() - begun)
                break
            except (StorageAway, TimeoutError) as error:
                COMMIT_FAILURES.inc()
                if self.ok:
                    logger.warning("storage is away, edits wait: %s", error)
                    self._say(ok=False, full=self.full)
                await asyncio.sleep(wait)
                wait = min(2 * wait, RETRY_MOST_SECONDS)
        if not self.ok:
            logger.warning("storage is back")
            self._say(ok=True, full=self.full)
        COMMITTED.inc(len(entries))
        self._tell(entries, stale)

    async def _append(self, entries: list[Entry]) -> set[str]:
        """One append; when it takes long, storage is called away meanwhile (`_look`)."""
        self._since = self._loop.time()
        if self._watch is None:
            self._watch = self._loop.call_later(PATIENCE_SECONDS, self._look)
        try:
            return await self._log.append(entries)
        except asyncio.CancelledError:
            if not self._gave_up:
                raise
            self._gave_up = False
            if self._task is None or self._task.uncancel() > 0:
                raise
            raise TimeoutError("no answer to a commit") from None
        finally:
            self._since = None

    def _look(self) -> None:
        """One timer every few seconds while there are commits, instead of two for each."""
        self._watch = None
        if self._since is None or self._task is None:
            return
        took = self._loop.time() - self._since
        if took >= GIVE_UP_SECONDS:
            self._gave_up = self._task.cancel()
            return
        if took >= PATIENCE_SECONDS:
            self._slow()
        wait = PATIENCE_SECONDS - took
        self._watch = self._loop.call_later(wait if wait > 0 else PATIENCE_SECONDS, self._look)

    def _slow(self) -> None:
        if self.ok:
            logger.warning("storage does not answer, edits wait")
            self._say(ok=False, full=self.full)

    def _tell(self, entries: Sequence[Entry], stale: set[str]) -> None:
        durable: dict[tuple[str, int], int] = {}
        for entry in entries:
            durable[entry.room, entry.epoch] = entry.seq
        for (room, epoch), seq in durable.items():
            if room in stale:
                self._listener.fenced(room, epoch)
            else:
                self._listener.committed(room, epoch, seq)

    def _say(self, ok: bool, *, full: bool) -> None:
        self.ok, self.full = ok, full
        self._listener.storage(ok=ok, full=full)
