"""Reads PostgreSQL past every link and every process: was each promise kept at the moment it was given?

A client that lives on would hand a lost edit in again, and nobody would notice the loss. So what clients were told to
be saved is compared with what the log holds right then, again and again, and at the end with what an owner would load.
"""

import asyncio
import time
from collections.abc import Callable, Iterable
from typing import Any

import pycrdt

from realtime.ids import room_key
from realtime.position import Position
from rooms.errors import StorageAway
from rooms.log_postgres import PostgresLog
from tests.chaos.ledger import Ledger

EVERY_SECONDS = 1.0


class Replica:
    """One document as its log tells it."""

    def __init__(self) -> None:
        self.at = Position()
        self.held: dict[str, set[int]] = {}
        self.doc: pycrdt.Doc[Any] = pycrdt.Doc()
        self._log = self.doc.get("log", type=pycrdt.Array)
        self._log.observe(self._observe)

    def apply(self, body: bytes) -> None:
        self.doc.apply_update(body)

    def _observe(self, event: Any) -> None:
        for part in event.delta:
            for name in part.get("insert", ()):
                author, _, number = str(name).partition(":")
                self.held.setdefault(author, set()).add(int(number))

    def lacks(self, promised: dict[str, int]) -> list[str]:
        """Edits that were promised and are not here."""
        return [
            f"{author}:{number}"
            for author, watermark in promised.items()
            for number in range(1, watermark + 1)
            if number not in self.held.get(author, ())
        ]


class Auditor:
    """``run`` until cancelled; ``lost`` gathers broken promises, ``evidence`` what ``story(author)`` and the log told
    at that moment."""

    def __init__(
        self,
        log: PostgresLog,
        ledger: Ledger,
        tenant: str,
        places: list[str],
        story: Callable[[str], Iterable[str]] = lambda author: (),
    ) -> None:
        self.lost: list[str] = []
        self.evidence: list[str] = []
        self.audits = 0
        self._story = story
        self._log = log
        self._ledger = ledger
        self._tenant = tenant
        self._replicas = {place: Replica() for place in places}

    async def run(self) -> None:
        while True:
            await asyncio.sleep(EVERY_SECONDS)
            for place in self._replicas:
                try:
                    await self.audit(place)
                except (StorageAway, OSError):
                    continue  # PostgreSQL is being restarted: ask again later

    async def audit(self, place: str) -> None:
        """Compare what was promised until now with what the log holds a moment later."""
        promised = self._ledger.promised(place, time.monotonic())
        replica = self._replicas[place]
        room, _, doc = place.partition("/")
        rows = await self._log.history(room_key(self._tenant, room), doc, replica.at, 100_000)
        for row in rows:
            replica.apply(row.body)
            replica.at = row.position
        missing = replica.lacks(promised)
        if missing:
            self.lost += [f"{edit} in {place} at {time.monotonic():.3f}" for edit in missing]
            self.evidence += [f"log of {place}: {row.position}, {row.at:.3f}, {row.authors}" for row in rows]
            for author in {edit.partition(":")[0] for edit in missing}:
                self.evidence += self._story(author)
        self.audits += 1

    async def stored(self, place: str) -> Replica:
        """What a fresh owner would load."""
        replica = Replica()
        room, _, doc = place.partition("/")
        stored = await self._log.load(room_key(self._tenant, room), doc)
        for body in stored.blobs():
            replica.apply(body)
        return replica
