"""What rooms keep of people, as the REST tier's exports and erasures see it (`rest.live.PersonHolder`): what they said
in the chat, how they voted, which edits of documents and boards are theirs.

An erasure takes the room over for a moment (a new epoch: whoever owns it is turned away and loads it again) and
rewrites its stored class without their words, votes, hands and name; of the edits it takes out whose they were. What
they wrote into documents that others wrote on too stays there, and says nothing about who wrote it.
"""

import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
from msgspec.structs import replace

from realtime.frames.state import ChatMessage
from rooms import sql
from rooms.classroom.records import (
    HandUp,
    Kept,
    Said,
    Snapshot,
    Voted,
    decode_records,
    decode_snapshot,
    encode_records,
    encode_snapshot,
)

OWNER = "erasure"
GONE = "erased"
NAMELESS = "—"
SECONDS = 50.0

_THEIRS = """
SELECT room, doc, at, body FROM (
  SELECT room, doc, epoch, seq, at, body, authors FROM room_history WHERE tenant = $1
  UNION ALL SELECT room, doc, epoch, seq, at, body, authors FROM room_log WHERE tenant = $1
) e WHERE $2 = ANY(authors) ORDER BY room, doc, epoch, seq
"""
_ROOMS = """
SELECT room FROM room_history WHERE tenant = $1 AND $2 = ANY(authors)
UNION SELECT room FROM room_log WHERE tenant = $1 AND $2 = ANY(authors)
UNION SELECT room FROM room_epochs WHERE tenant = $1 AND room = ANY($3)
"""


class RoomPeople:
    """On the database at ``dsn``."""

    name = "rooms"

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn

    async def export(self, tenant: str, person: UUID, rooms: list[str]) -> AsyncIterator[dict[str, object]]:
        """Messages, votes and edits of theirs, in every room of the institution."""
        user = str(person)
        async with self._work() as connection:
            async for row in connection.cursor(_THEIRS, tenant, user):
                about = {"room": row["room"], "at": row["at"].isoformat()}
                if row["doc"]:
                    update = base64.b64encode(row["body"]).decode()
                    yield {"kind": "edit", "document": row["doc"], **about, "update": update}
                    continue
                for record in decode_records(row["body"]):
                    told = _told(record.kept, user)
                    if told is not None:
                        yield {**told, **about}

    async def erase(self, tenant: str, person: UUID, rooms: list[str]) -> None:
        """Room by room, each in a transaction of its own; may be repeated."""
        user = str(person)
        async with self._work() as connection:
            found = [row["room"] for row in await connection.fetch(_ROOMS, tenant, user, rooms)]
        for room in sorted(found):
            async with self._work() as connection:
                await connection.fetchval(sql.OPEN, tenant, room, OWNER)
                for table in ("room_log", "room_history"):
                    await _rewrite(connection, table, tenant, room, user)
                await _rewrite_snapshot(connection, tenant, room, user)

    @asynccontextmanager
    async def _work(self) -> AsyncIterator[Any]:
        """A transaction as the rooms' role."""
        connection = await asyncpg.connect(self._dsn, timeout=10, command_timeout=SECONDS)
        try:
            async with connection.transaction():
                await connection.execute("SET LOCAL ROLE lyceum_rooms")
                yield connection
        finally:
            await connection.close()


def _told(kept: Kept, user: str) -> dict[str, object] | None:
    """What a fact says of somebody, for them to read."""
    match kept:
        case Said(message=message) if message.user == user:
            return {"kind": "chat", "text": message.text}
        case Voted(poll=poll, user=voter, choices=choices) if voter == user:
            return {"kind": "vote", "poll": poll, "choices": list(choices)}
        case _:
            return None


async def _rewrite(connection: Any, table: str, tenant: str, room: str, user: str) -> None:
    here = "tenant = $1 AND room = $2"
    query = f"SELECT epoch, seq, body FROM {table} WHERE {here} AND doc = ''"  # noqa: S608 - names of our own tables
    for row in await connection.fetch(query, tenant, room):
        body = without(row["body"], user)
        if body != row["body"]:
            change = f"UPDATE {table} SET body = $5 WHERE {here} AND doc = '' AND epoch = $3 AND seq = $4"  # noqa: S608
            await connection.execute(change, tenant, room, row["epoch"], row["seq"], body)
    taken = f"UPDATE {table} SET authors = array_remove(authors, $3) WHERE {here} AND $3 = ANY(authors)"  # noqa: S608
    await connection.execute(taken, tenant, room, user)


async def _rewrite_snapshot(connection: Any, tenant: str, room: str, user: str) -> None:
    here = "tenant = $1 AND room = $2 AND doc = ''"
    body = await connection.fetchval(f"SELECT body FROM room_snapshots WHERE {here}", tenant, room)  # noqa: S608
    if body is not None:
        forgotten = encode_snapshot(forget(decode_snapshot(body), user))
        await connection.execute(f"UPDATE room_snapshots SET body = $3 WHERE {here}", tenant, room, forgotten)  # noqa: S608


def without(body: bytes, user: str) -> bytes:
    """The body of a class entry without somebody; what cannot be read stays as it is (it is in quarantine)."""
    try:
        records = decode_records(body)
    except msgspec.MsgspecError:
        return body
    kept = [replace(record, kept=changed) for record in records if (changed := _changed(record.kept, user)) is not None]
    return encode_records(kept)


def _changed(kept: Kept, user: str) -> Kept | None:
    match kept:
        case Said(message=message) if message.user == user:
            return Said(_silent(message))
        case HandUp(hand=hand) if hand.user == user:
            return None
        case Voted(user=voter) if voter == user:
            return None
        case _:
            return kept


def _silent(message: ChatMessage) -> ChatMessage:
    return replace(message, user=GONE, name=NAMELESS, text="", deleted=True)


def forget(snapshot: Snapshot, user: str) -> Snapshot:
    """The class without somebody's words, hand, votes and role. That they were sent out, or their grants withdrawn,
    stays: it keeps a door closed, and has no name."""
    polls = [replace(poll, votes={who: v for who, v in poll.votes.items() if who != user}) for poll in snapshot.polls]
    return replace(
        snapshot,
        chat=[_silent(message) if message.user == user else message for message in snapshot.chat],
        hands=[hand for hand in snapshot.hands if hand.user != user],
        polls=polls,
        roles={who: role for who, role in snapshot.roles.items() if who != user},
        leader="" if snapshot.leader == user else snapshot.leader,
        admitted=[who for who in snapshot.admitted if who != user],
    )
