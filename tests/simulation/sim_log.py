"""The log of the simulation: a `MemoryLog` that fails like a database, and a judge of what is durable.

Faults: away (nothing works), slow, and an append that went through although its caller was told that it did not.
"""

import asyncio
from collections.abc import Sequence
from random import Random

from crdt.document import Document
from realtime.limits import Limits
from rooms.classroom.classroom import Classroom
from rooms.classroom.records import decode_records
from rooms.errors import StorageAway
from rooms.log import CLASS, Entry, Opening, Stored
from rooms.log_memory import MemoryLog


class SimLog(MemoryLog):
    """One database for all workers."""

    def __init__(self, random: Random) -> None:
        super().__init__()
        self._random = random
        self.away = False
        self.slowest = 0.002
        self.liar = 0.0
        """How often an append is written and then reported as failed."""
        self.durable: dict[tuple[str, str], Document] = {}
        self.classes: dict[str, Classroom] = {}
        self._seen: set[tuple[str, int, int]] = set()
        self.astray: list[str] = []
        """Documents with a snapshot that held what no entry tells."""

    async def _network(self) -> None:
        await asyncio.sleep(self._random.uniform(0.0001, self.slowest))
        if self.away:
            raise StorageAway("simulated")

    async def append(self, entries: Sequence[Entry]) -> set[str]:
        await self._network()
        stale = await super().append(entries)
        for entry in entries:
            key = entry.room, entry.epoch, entry.seq
            if entry.room not in stale and key not in self._seen:
                self._seen.add(key)
                self._judge(entry)
        if self._random.random() < self.liar:
            raise StorageAway("simulated: the answer was lost")
        await self._network()
        return stale

    def _judge(self, entry: Entry) -> None:
        """Keep what the log comes to beside it, by the plainest way."""
        if entry.doc == CLASS:
            classroom = self.classes.setdefault(entry.room, Classroom(Limits()))
            for record in decode_records(entry.body):
                classroom.apply_record(record)
        else:
            self.durable.setdefault((entry.room, entry.doc), Document()).apply(entry.body)

    def holds(self, room: str, doc: str, update: bytes) -> bool:
        """Whether everything in ``update`` is durable. While the log has a gap that cannot be told; once the story is
        over there is none, and every promise is looked at again."""
        document = self.durable.setdefault((room, doc), Document())
        return document.has_pending or not document.apply(update)

    async def open(self, room: str, owner: str) -> Opening:
        await self._network()
        return await super().open(room, owner)

    async def epochs(self, rooms: Sequence[str]) -> dict[str, int]:
        await self._network()
        return await super().epochs(rooms)

    async def load(self, room: str, doc: str) -> Stored:
        await self._network()
        return await super().load(room, doc)

    async def compact(self, room: str, epoch: int, doc: str, snapshot: bytes, up_to: int) -> None:
        await self._network()
        await super().compact(room, epoch, doc, snapshot, up_to)
        if doc != CLASS and self.durable.setdefault((room, doc), Document()).apply(snapshot):
            self.astray.append(f"{doc} of {room}")
