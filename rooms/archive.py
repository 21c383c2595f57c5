# asyncpg comes without types
# pyright: basic
"""Reading the log across rooms, for operators: which documents are quarantined, and what is stored of one.

Only reads; a room that is open is not disturbed. Entries come with their positions, which `rooms.log` leaves out
because a load has no use for them.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import asyncpg

from realtime.ids import room_key, split_room_key
from realtime.position import Position
from rooms.errors import StorageAway, UnknownDocument
from rooms.log_postgres import AWAY, COMMAND_SECONDS, CONNECT_SECONDS, ROLE

_DOCUMENTS = """
SELECT d.tenant, d.room, d.doc, d.quarantined, coalesce(e.epoch, 0) AS epoch, coalesce(e.owner, '') AS owner,
  (SELECT count(*) FROM room_log l WHERE (l.tenant, l.room, l.doc) = (d.tenant, d.room, d.doc)) AS entries,
  (SELECT coalesce(sum(length(body)), 0) FROM room_log l
    WHERE (l.tenant, l.room, l.doc) = (d.tenant, d.room, d.doc)) AS entry_bytes,
  (SELECT length(body) FROM room_snapshots s
    WHERE (s.tenant, s.room, s.doc) = (d.tenant, d.room, d.doc)) AS snapshot_bytes,
  (SELECT count(*) FROM room_history h WHERE (h.tenant, h.room, h.doc) = (d.tenant, d.room, d.doc)) AS history
FROM room_documents d LEFT JOIN room_epochs e USING (tenant, room)
"""
_QUARANTINED = _DOCUMENTS + "WHERE d.quarantined <> '' ORDER BY d.tenant, d.room, d.doc"
_ONE = _DOCUMENTS + "WHERE (d.tenant, d.room, d.doc) = ($1, $2, $3)"
_ENTRIES = """
SELECT 'snapshot' AS kind, epoch, seq, at, '{}'::text[] AS authors, body FROM room_snapshots
WHERE tenant = $1 AND room = $2 AND doc = $3
UNION ALL
SELECT 'entry', epoch, seq, at, authors, body FROM room_log WHERE tenant = $1 AND room = $2 AND doc = $3
UNION ALL
SELECT 'history', epoch, seq, at, authors, body FROM room_history WHERE tenant = $1 AND room = $2 AND doc = $3
ORDER BY kind DESC, epoch, seq
"""


@dataclass(frozen=True, slots=True)
class DocumentFacts:
    """A document as stored; sizes in bytes. ``snapshot_bytes`` is None when there is no snapshot."""

    room: str
    """The room key, ``tenant/room``."""
    doc: str
    quarantined: str
    """Why it could not be loaded, or empty."""
    epoch: int
    owner: str
    """The worker that opened the room last; it may be gone."""
    entries: int
    entry_bytes: int
    snapshot_bytes: int | None
    history: int
    """Entries that a snapshot stands for, or that a repair has set aside."""


@dataclass(frozen=True, slots=True)
class StoredUpdate:
    """One update as stored. ``kind`` is ``snapshot``, ``entry`` (read at load) or ``history``; ``at`` Unix seconds."""

    kind: str
    position: Position
    at: float
    authors: tuple[str, ...]
    body: bytes


class Archive:
    """On one connection; made by `archive`."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    async def quarantined(self) -> list[DocumentFacts]:
        """Every quarantined document of the deployment; ``doc`` is empty where the class itself could not be read."""
        return [_facts(row) for row in await self._connection.fetch(_QUARANTINED)]

    async def facts(self, room: str, doc: str) -> DocumentFacts:
        """One document; raises `UnknownDocument`."""
        row = await self._connection.fetchrow(_ONE, *split_room_key(room), doc)
        if row is None:
            raise UnknownDocument(f"{room} holds no document {doc}")
        return _facts(row)

    async def updates(self, room: str, doc: str) -> AsyncIterator[StoredUpdate]:
        """All that is stored of one document, one at a time: the snapshot, the history, the entries, by position."""
        async with self._connection.transaction(readonly=True):
            async for row in self._connection.cursor(_ENTRIES, *split_room_key(room), doc, prefetch=50):
                position = Position(row["epoch"], row["seq"])
                yield StoredUpdate(row["kind"], position, row["at"].timestamp(), tuple(row["authors"]), row["body"])


@asynccontextmanager
async def archive(dsn: str) -> AsyncIterator[Archive]:
    """Raises `StorageAway` when the database does not answer, or has not been migrated."""
    try:
        connection = await asyncpg.connect(
            dsn, timeout=CONNECT_SECONDS, command_timeout=COMMAND_SECONDS, server_settings={"role": ROLE}
        )
    except (*AWAY, asyncpg.PostgresError, ValueError) as error:
        raise StorageAway(f"PostgreSQL: {error or type(error).__name__}") from error
    try:
        yield Archive(connection)
    except asyncpg.UndefinedTableError as error:
        raise StorageAway("The database has no tables of this version: run `lyceum migrate`.") from error
    except AWAY as error:
        raise StorageAway(f"PostgreSQL: {error or type(error).__name__}") from error
    finally:
        connection.terminate()


def _facts(row: Any) -> DocumentFacts:
    return DocumentFacts(
        room_key(row["tenant"], row["room"]),
        row["doc"],
        row["quarantined"],
        row["epoch"],
        row["owner"],
        row["entries"],
        int(row["entry_bytes"]),
        row["snapshot_bytes"],
        row["history"],
    )
