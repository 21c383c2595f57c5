# asyncpg comes without types
# pyright: basic
"""The log in PostgreSQL (tables of migration 0002_room_log).

The fence is a row a room. An append takes a share lock on it and compares the epoch in the very statement that writes;
an owner that opens the room updates it, and so waits for appends under way and turns away those that come after.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Any

import asyncpg
import msgspec

from realtime.ids import room_key, split_room_key
from realtime.position import Position
from rooms import sql
from rooms.errors import StaleEpoch, StorageAway, UnknownDocument
from rooms.log import DocumentRow, Entry, HistoryRow, Opening, Stored

ROLE = "lyceum_rooms"
CONNECT_SECONDS = 5
COMMAND_SECONDS = 60
"""For whatever is not an append: those the committer gives up itself (`rooms.committer.GIVE_UP_SECONDS`)."""
READERS = 4
"""Connections for loads and snapshots; appends have one of their own."""
KNOWN_DOCUMENTS = 50_000
"""Documents remembered as noted, so that not every append looks them up."""

_encode = msgspec.json.Encoder().encode
AWAY = (
    OSError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.TransactionRollbackError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.PostgresSystemError,
    asyncpg.InternalClientError,
    asyncpg.InvalidCachedStatementError,
)


class PostgresLog:
    """`RoomLog` at ``dsn``. Use as an async context manager; nothing is connected before it is needed."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._writer: asyncpg.Connection | None = None
        self._prepared: dict[str, Any] = {}
        """Statements of `_writer`."""
        self._pool: asyncpg.Pool | None = None
        self._connecting = asyncio.Lock()
        self._writing = asyncio.Lock()
        self._noted: set[tuple[str, str]] = set()

    async def __aenter__(self) -> "PostgresLog":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._writer is not None:
            self._writer.terminate()
        if self._pool is not None:
            self._pool.terminate()

    # reading

    async def open(self, room: str, owner: str) -> Opening:
        tenant, name = split_room_key(room)
        async with self._reader() as connection:
            epoch = await connection.fetchval(sql.OPEN, tenant, name, owner)
            # That is durable now and shuts lower epochs out, so what is read next holds all they wrote.
            rows = await connection.fetch(sql.OPENED, tenant, name)
        documents = [DocumentRow(row["doc"], row["quarantined"]) for row in rows if row["doc"]]
        return Opening(epoch, _stored(rows[: len(rows) - len(documents)]), documents)

    async def epochs(self, rooms: Sequence[str]) -> dict[str, int]:
        names = [split_room_key(room) for room in rooms]
        async with self._reader() as connection:
            rows = await connection.fetch(sql.EPOCHS, [tenant for tenant, _ in names], [room for _, room in names])
        return {room_key(row["tenant"], row["room"]): row["epoch"] for row in rows}

    async def load(self, room: str, doc: str) -> Stored:
        async with self._reader() as connection:
            return _stored(await connection.fetch(sql.LOAD, *split_room_key(room), doc))

    async def history(self, room: str, doc: str, after: Position = Position(), limit: int = 10_000) -> list[HistoryRow]:
        async with self._reader() as connection:
            rows = await connection.fetch(sql.HISTORY, *split_room_key(room), doc, after.epoch, after.seq, limit)
        return [
            HistoryRow(row["at"].timestamp(), Position(row["epoch"], row["seq"]), tuple(row["authors"]), row["body"])
            for row in rows
        ]

    # writing

    async def append(self, entries: Sequence[Entry]) -> set[str]:
        if not entries:
            return set()
        fresh = {(entry.room, entry.doc) for entry in entries} - self._noted
        rows = await self._write(sql.APPEND_AND_NOTE if fresh else sql.APPEND, _encode(entries))
        stale = {room_key(row["tenant"], row["room"]) for row in rows}
        if fresh:
            self._note({pair for pair in fresh if pair[0] not in stale})
        return stale

    async def compact(self, room: str, epoch: int, doc: str, snapshot: bytes, up_to: int) -> None:
        key = (*split_room_key(room), doc)
        async with self._fenced(room, epoch) as connection:
            await connection.execute(sql.SNAPSHOT, *key, epoch, up_to, snapshot)
            await connection.execute(sql.MOVE, *key, epoch, up_to)

    async def quarantine(self, room: str, epoch: int, doc: str, reason: str) -> None:
        async with self._fenced(room, epoch) as connection:
            await connection.execute(sql.QUARANTINE, *split_room_key(room), doc, reason)

    async def restore(self, room: str, doc: str, snapshot: bytes | None = None) -> None:
        tenant, name = split_room_key(room)
        async with self._reader() as connection, connection.transaction():
            epoch = await connection.fetchval(sql.RAISE, tenant, name)
            known = await connection.fetchval(sql.RELEASE, tenant, name, doc)
            if epoch is None or known is None:
                raise UnknownDocument(f"{room} holds no document {doc}")
            if snapshot is not None:
                await connection.execute(sql.SNAPSHOT, tenant, name, doc, epoch, 0, snapshot)
                await connection.execute(sql.MOVE, tenant, name, doc, epoch, 0)

    def _note(self, pairs: set[tuple[str, str]]) -> None:
        if len(self._noted) > KNOWN_DOCUMENTS:
            self._noted.clear()
        self._noted |= pairs

    # connections

    async def _write(self, statement: str, batch: bytes) -> list[Any]:
        """Run an append on the connection kept for appends, made anew when it is broken."""
        with _Away():
            async with self._writing:
                writer = self._writer
                if writer is None or writer.is_closed():
                    writer = await asyncpg.connect(self._dsn, timeout=CONNECT_SECONDS, server_settings={"role": ROLE})
                    self._writer, self._prepared = writer, {}
                try:
                    prepared = self._prepared.get(statement)
                    if prepared is None:
                        prepared = self._prepared[statement] = await writer.prepare(statement)
                    return await prepared.fetch(batch)
                except asyncio.CancelledError:
                    writer.terminate()
                    raise
                except asyncpg.InvalidCachedStatementError:
                    self._prepared.clear()
                    raise

    @asynccontextmanager
    async def _reader(self) -> AsyncIterator[Any]:
        with _Away():
            async with (await self._readers()).acquire() as connection:
                yield connection

    async def _readers(self) -> asyncpg.Pool:
        async with self._connecting:
            if self._pool is None:
                self._pool = await asyncpg.create_pool(
                    self._dsn,
                    min_size=0,
                    max_size=READERS,
                    timeout=CONNECT_SECONDS,
                    command_timeout=COMMAND_SECONDS,
                    server_settings={"role": ROLE},
                    reset=_nothing_to_reset,
                )
        return self._pool

    @asynccontextmanager
    async def _fenced(self, room: str, epoch: int) -> AsyncIterator[Any]:
        """A transaction in which the room's epoch is held at ``epoch``; raises `StaleEpoch` when it is another."""
        async with self._reader() as connection, connection.transaction():
            current = await connection.fetchval(sql.FENCE, *split_room_key(room))
            if current != epoch:
                raise StaleEpoch(f"{room} was opened again: epoch {current or 0}, not {epoch}")
            yield connection


async def _nothing_to_reset(connection: Any) -> None:
    """No settings, cursors or locks outlive a transaction here: the question after each use is saved."""


class _Away:
    """A block in which what time may mend becomes `StorageAway`."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        if isinstance(error, AWAY):
            raise StorageAway(f"PostgreSQL: {error or type(error).__name__}") from error
        # one that is a ValueError too is about a value that cannot be encoded, not about the connection
        if isinstance(error, asyncpg.InterfaceError) and not isinstance(error, ValueError):
            raise StorageAway(f"PostgreSQL: {error}") from error


def _stored(rows: Sequence[Any]) -> Stored:
    """Rows of `sql.LOAD` (or `sql.OPENED`, of the class): the snapshot, if any, stands first."""
    snapshot = rows[0]["body"] if rows and rows[0]["snapshot"] else None
    bodies = [row["body"] for row in rows[snapshot is not None :]]
    return Stored(snapshot, bodies, max((Position(row["epoch"], row["seq"]) for row in rows), default=Position()))
