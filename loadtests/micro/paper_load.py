"""How long a document takes to load after its whole life was typed into a room, against loading it as one update.

.venv/bin/python loadtests/micro/paper_load.py FOLDER [--edits N]

FOLDER holds the editing trace (``automerge-paper.json.gz``, and its Yjs update ``automerge-paper.yjs``). One person
types it key by key into a real `Room`; each keystroke is an entry of a real log on embedded PostgreSQL; snapshots are
made when `rooms.compaction` says so. Then the log is read and loaded as a new owner of the room would. Only one line of
the report is a promise: after compaction, within 20 % of the single update. Exit code 1: it was not kept.
"""

import argparse
import asyncio
import gc
import gzip
import json
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))

import pycrdt

from crdt.document import Document
from lyceum.embedded.folder import make_private
from lyceum.embedded.postgres import EmbeddedPostgres
from lyceum.migrate import migrate
from realtime.envelopes import Forward, Join, RoomInput, ToRoom
from realtime.frames.client import Open, Update
from realtime.grants import Grant
from realtime.limits import Limits
from realtime.roles import Role
from rooms import compaction
from rooms.bodies import document_limits, load_body
from rooms.effects import Append, LoadDocument
from rooms.log import CLASS, Entry
from rooms.log_postgres import PostgresLog
from rooms.room import Room

ROOM, WHOLE, DOC, CONN = "default/typed", "default/whole", "paper", "g.1"
LIMITS = Limits()
COMMIT_EVERY = 500
LOOK_EVERY = 50
"""Keystrokes between two looks whether a snapshot is due; a worker looks once a second."""
LOADS = 31
MOST = 1.2


def keystrokes(trace: Path, most: int) -> Iterator[tuple[int, int, str]]:
    """Position, characters deleted there, text inserted there."""
    with gzip.open(trace) as packed:
        transactions = json.load(packed)["txns"]
    patches = (tuple(patch) for transaction in transactions for patch in transaction["patches"])
    for patch, _ in zip(patches, range(most), strict=False):
        yield patch


class Typist:
    """One client: `press` gives the update of one keystroke."""

    def __init__(self) -> None:
        self.doc: pycrdt.Doc[Any] = pycrdt.Doc()
        self._text = self.doc.get("t", type=pycrdt.Text)
        self._made: list[bytes] = []
        self.doc.observe(lambda event: self._made.append(event.update))

    def press(self, at: int, gone: int, text: str) -> bytes:
        with self.doc.transaction():
            if gone:
                del self._text[at : at + gone]
            if text:
                self._text.insert(at, text)
        return self._made.pop()


class Class:
    """A room with one person in it, and its log."""

    def __init__(self, log: PostgresLog) -> None:
        self._log = log
        self._unwritten: list[Entry] = []
        self.rows = self.snapshots = self._n = 0

    async def enter(self) -> None:
        self._room = Room(ROOM, await self._log.open(ROOM, "bench"), LIMITS, 0.0)
        self._put(Join(Grant("typed", "ada", Role.TEACHER), "native"))
        self._put(Forward(Open(DOC, b"\x00")))
        await self.write()

    def press(self, update: bytes) -> None:
        self._n += 1
        self._put(Forward(Update(DOC, self._n, update)))

    def _put(self, body: RoomInput) -> None:
        self._room.handle(ToRoom(ROOM, "g", 0, CONN, body), 0.0, 0.0)
        self._room.flush(0.0, 0.0)
        for effect in self._room.take():
            if isinstance(effect, Append):
                self._unwritten.append(effect.entry)
            elif isinstance(effect, LoadDocument):
                self._loads = effect.doc

    async def write(self) -> None:
        """Commit what was typed; answer for the document when it was asked for."""
        if DOC not in self._room.documents.live:
            self._room.document_loaded(DOC, await self._log.load(ROOM, DOC), 0.0)
        if self._unwritten:
            await self._log.append(self._unwritten)
            self.rows += sum(entry.doc != CLASS for entry in self._unwritten)
            self._unwritten = []
            self._room.saved(self._room.seq)
            self._room.take()

    async def compact(self, *, closing: bool = False) -> None:
        wear = self._room.wear()[DOC]
        if compaction.is_due(wear) or (closing and compaction.is_due_at_close(wear)):
            await self.write()
            rows, size, blob = wear.rows, wear.rows_bytes, self._room.snapshot(DOC)
            await self._log.compact(ROOM, self._room.epoch, DOC, blob, wear.last_seq)
            wear.compacted(rows, size, len(blob))
            self.snapshots += 1


async def type_all(log: PostgresLog, strokes: Iterator[tuple[int, int, str]]) -> tuple[Class, Typist]:
    typist, made = Typist(), Class(log)
    await made.enter()
    for number, stroke in enumerate(strokes, 1):
        made.press(typist.press(*stroke))
        if number % LOOK_EVERY == 0:
            await made.compact()
        if number % COMMIT_EVERY == 0:
            await made.write()
    await made.write()
    return made, typist


async def load_times(log: PostgresLog, rooms: Sequence[str]) -> dict[str, float]:
    """The median of several loads of each room's document, in turns: from asking the log to a document that serves."""
    limits = document_limits(LIMITS)
    times: dict[str, list[float]] = {room: [] for room in rooms}
    for _ in range(LOADS):
        for room in rooms:
            gc.collect()
            began = time.perf_counter()
            load_body(DOC, await log.load(room, DOC), limits)
            times[room].append(time.perf_counter() - began)
    return {room: sorted(taken)[LOADS // 2] for room, taken in times.items()}


async def store_whole(log: PostgresLog, room: str, update: bytes) -> None:
    epoch = (await log.open(room, "bench")).epoch
    await log.compact(room, epoch, DOC, update, 0)


async def bench(folder: Path, edits: int) -> float:
    """Print the table; the ratio that is promised."""
    with tempfile.TemporaryDirectory(prefix="ly-") as scratch:
        data = Path(scratch)
        data.chmod(0o711)
        async with EmbeddedPostgres(make_private(data / "data")) as postgres:
            await migrate(postgres.dsn)
            async with PostgresLog(postgres.dsn) as log:
                return await _bench(log, folder, edits)


async def _bench(log: PostgresLog, folder: Path, edits: int) -> float:
    began = time.perf_counter()
    made, typist = await type_all(log, keystrokes(folder / "automerge-paper.json.gz", edits))
    print(f"{made.rows:,} keystrokes, an entry each; {made.snapshots} snapshots; {time.perf_counter() - began:.0f} s")
    single = typist.doc.get_update()
    await store_whole(log, WHOLE, single)
    await _line(log, "as it is after the last keystroke", ROOM)
    await made.compact(closing=True)
    ratio = await _line(log, "after the compaction at the room's end", ROOM)
    loaded = Document.load((await log.load(ROOM, DOC)).blobs())
    assert str(loaded.doc.get("t", type=pycrdt.Text)) == str(typist.doc.get("t", type=pycrdt.Text))
    stock = folder / "automerge-paper.yjs"
    if stock.exists():
        await store_whole(log, f"{WHOLE}-yjs", stock.read_bytes())
        await _line(log, "the update that Yjs itself wrote", f"{WHOLE}-yjs")
    return ratio


async def _line(log: PostgresLog, what: str, room: str) -> float:
    stored = await log.load(room, DOC)
    size = sum(map(len, stored.blobs()))
    times = await load_times(log, [room, WHOLE])
    ratio = times[room] / times[WHOLE]
    print(
        f"{what:<42} {size:>9,} bytes in {len(stored.rows)} rows and a snapshot: load {times[room] * 1e3:6.2f} ms, "
        f"single update {times[WHOLE] * 1e3:6.2f} ms, ratio {ratio:.3f}"
    )
    return ratio


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--edits", type=int, default=10**9, help="only so many keystrokes")
    options = parser.parse_args()
    ratio = asyncio.run(bench(options.folder, options.edits))
    print(
        f"after compaction {(ratio - 1) * 100:+.1f} % of loading the single update: {'ok' if ratio <= MOST else 'NO'}"
    )
    return 0 if ratio <= MOST else 1


if __name__ == "__main__":
    sys.exit(main())
