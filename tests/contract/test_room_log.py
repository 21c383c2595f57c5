"""One contract over both forms of `rooms.log.RoomLog`."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import pytest
from msgspec.structs import replace

from realtime.position import Position
from rooms.errors import StaleEpoch, UnknownDocument
from rooms.log import CLASS, DocumentRow, Entry, RoomLog
from rooms.log_memory import MemoryLog
from rooms.log_postgres import PostgresLog

ROOM, OTHER = "school/math", "other/math"


Workers = Callable[[], Awaitable[RoomLog]]
"""A log as one more process has it, all on the same storage."""


@pytest.fixture(params=["memory", "postgres"])
async def workers(request: pytest.FixtureRequest) -> AsyncIterator[Workers]:
    memory = MemoryLog()
    async with AsyncExitStack() as stack:

        async def one_more() -> RoomLog:
            if request.param == "memory":
                return memory
            return await stack.enter_async_context(PostgresLog(request.getfixturevalue("pg").dsn))

        yield one_more


@pytest.fixture
async def log(workers: Workers) -> RoomLog:
    return await workers()


def entry(seq: int, body: bytes, epoch: int = 1, doc: str = "notes", room: str = ROOM) -> Entry:
    return Entry(room, epoch, seq, doc, body, ("ann", "Bö, c"), 1_700_000_000.25)


async def test_an_unknown_room_opens_empty_with_epoch_1_and_each_opening_raises_it(log: RoomLog) -> None:
    opening = await log.open(ROOM, "w1")
    assert (opening.epoch, opening.documents, opening.classroom.blobs()) == (1, [], [])
    assert (await log.open(ROOM, "w2")).epoch == 2
    assert (await log.open(OTHER, "w1")).epoch == 1
    assert (await log.load(ROOM, "nothing")).blobs() == []


async def test_epochs_are_told_of_many_rooms_at_once(log: RoomLog) -> None:
    await log.open(ROOM, "w1")
    await log.open(ROOM, "w1")
    await log.open(OTHER, "w1")
    assert await log.epochs([ROOM, OTHER, "school/never-opened"]) == {ROOM: 2, OTHER: 1}
    assert await log.epochs([]) == {}


async def test_what_was_appended_is_loaded_in_order(log: RoomLog) -> None:
    await log.open(ROOM, "w1")
    await log.open(OTHER, "w1")
    batch = [entry(1, b"a"), entry(1, b"theirs", room=OTHER), entry(2, b"class", doc=CLASS), entry(3, b"\x00\xff")]
    assert await log.append(batch) == set()
    stored = await log.load(ROOM, "notes")
    assert (stored.snapshot, stored.rows, stored.last) == (None, [b"a", b"\x00\xff"], Position(1, 3))
    assert (await log.load(OTHER, "notes")).rows == [b"theirs"]
    opening = await log.open(ROOM, "w2")
    assert opening.classroom.rows == [b"class"]
    assert opening.documents == [DocumentRow("notes")]
    assert await log.append([]) == set()


async def test_a_stale_epoch_writes_nothing_and_harms_no_other_room(log: RoomLog) -> None:
    await log.open(ROOM, "w1")
    await log.open(OTHER, "w1")
    await log.open(ROOM, "w2")
    stale = await log.append([entry(1, b"late"), entry(1, b"fine", room=OTHER), entry(2, b"later")])
    assert stale == {ROOM}
    assert (await log.load(ROOM, "notes")).rows == []
    assert (await log.load(OTHER, "notes")).rows == [b"fine"]
    assert await log.append([entry(1, b"new", epoch=2)]) == set()
    assert await log.append([entry(9, b"from nowhere", room="school/never-opened")]) == {"school/never-opened"}
    with pytest.raises(StaleEpoch):
        await log.compact(ROOM, 1, "notes", b"old", 5)
    with pytest.raises(StaleEpoch):
        await log.quarantine(ROOM, 1, "notes", "because")


async def test_an_append_sent_again_leaves_what_is_there(log: RoomLog) -> None:
    await log.open(ROOM, "w1")
    first = entry(1, b"once")
    await log.append([first])
    await log.append([replace(first, body=b"twice"), entry(2, b"next")])
    assert (await log.load(ROOM, "notes")).rows == [b"once", b"next"]


async def test_a_snapshot_stands_for_the_entries_before_it_and_history_keeps_them(log: RoomLog) -> None:
    await log.open(ROOM, "w1")
    await log.append([entry(1, b"a"), entry(2, b"b"), entry(3, b"elsewhere", doc="other")])
    await log.open(ROOM, "w1")
    await log.append([entry(1, b"c", epoch=2), entry(2, b"d", epoch=2)])
    await log.compact(ROOM, 2, "notes", b"abc", 1)
    stored = await log.load(ROOM, "notes")
    assert (stored.snapshot, stored.rows, stored.last) == (b"abc", [b"d"], Position(2, 2))
    assert (await log.load(ROOM, "other")).rows == [b"elsewhere"]
    history = await log.history(ROOM, "notes")
    assert [row.body for row in history] == [b"a", b"b", b"c", b"d"]
    assert history[0].authors == ("ann", "Bö, c")
    assert history[0].at == 1_700_000_000.25
    assert [row.body for row in await log.history(ROOM, "notes", Position(1, 2), 1)] == [b"c"]
    await log.compact(ROOM, 2, "notes", b"abcd", 2)
    stored = await log.load(ROOM, "notes")
    assert (stored.snapshot, stored.rows, stored.last) == (b"abcd", [], Position(2, 2))
    assert len(await log.history(ROOM, "notes")) == 4


async def test_an_entry_that_comes_after_the_snapshot_that_covers_it_is_history(log: RoomLog) -> None:
    await log.open(ROOM, "w1")
    await log.append([entry(1, b"a")])
    await log.compact(ROOM, 1, "notes", b"ab", 2)
    await log.append([entry(2, b"b")])
    stored = await log.load(ROOM, "notes")
    assert (stored.snapshot, stored.rows, stored.last) == (b"ab", [], Position(1, 2))
    assert [row.body for row in await log.history(ROOM, "notes")] == [b"a", b"b"]


async def test_an_older_snapshot_does_not_replace_a_newer_one(log: RoomLog) -> None:
    await log.open(ROOM, "w1")
    await log.append([entry(1, b"a"), entry(2, b"b")])
    await log.compact(ROOM, 1, "notes", b"ab", 2)
    await log.compact(ROOM, 1, "notes", b"a", 1)
    assert (await log.load(ROOM, "notes")).snapshot == b"ab"


async def test_the_class_has_its_snapshot_too(log: RoomLog) -> None:
    await log.open(ROOM, "w1")
    await log.append([entry(1, b"one", doc=CLASS), entry(2, b"two", doc=CLASS)])
    await log.compact(ROOM, 1, CLASS, b"class", 1)
    opening = await log.open(ROOM, "w2")
    assert opening.classroom.blobs() == [b"class", b"two"]
    assert opening.documents == []


async def test_a_quarantine_is_remembered_until_the_document_is_restored(log: RoomLog) -> None:
    await log.open(ROOM, "w1")
    await log.append([entry(1, b"broken"), entry(2, b"fine")])
    await log.quarantine(ROOM, 1, "notes", "bad-blob: it does not load")
    assert (await log.open(ROOM, "w1")).documents == [DocumentRow("notes", "bad-blob: it does not load")]
    assert (await log.load(ROOM, "notes")).rows == [b"broken", b"fine"]
    await log.restore(ROOM, "notes", b"mended")
    assert await log.append([entry(1, b"of the live owner", epoch=2)]) == {ROOM}, "the live owner has to open again"
    opening = await log.open(ROOM, "w1")
    assert opening.documents == [DocumentRow("notes")]
    assert (await log.load(ROOM, "notes")).blobs() == [b"mended"]
    assert [row.body for row in await log.history(ROOM, "notes")] == [b"broken", b"fine"]
    await log.append([entry(1, b"goes on", epoch=opening.epoch)])
    assert (await log.load(ROOM, "notes")).blobs() == [b"mended", b"goes on"]


async def test_a_restore_without_a_snapshot_only_ends_the_quarantine(log: RoomLog) -> None:
    await log.open(ROOM, "w1")
    await log.append([entry(1, b"fine after all")])
    await log.quarantine(ROOM, 1, "notes", "a bug, since mended")
    await log.restore(ROOM, "notes")
    assert (await log.open(ROOM, "w1")).documents == [DocumentRow("notes")]
    assert (await log.load(ROOM, "notes")).rows == [b"fine after all"]
    with pytest.raises(UnknownDocument):
        await log.restore(ROOM, "never-heard-of")
    with pytest.raises(UnknownDocument):
        await log.restore("school/never-opened", "notes")


async def test_an_entry_is_either_refused_or_part_of_what_every_later_owner_loads(workers: Workers) -> None:
    """The fence, raced by six owners."""
    accepted: list[tuple[int, int]] = []
    loaded: list[tuple[int, set[bytes]]] = []

    async def own() -> None:
        log = await workers()
        opening = await log.open(ROOM, "w")
        loaded.append((opening.epoch, set((await log.load(ROOM, "notes")).rows)))
        for seq in range(1, 30):
            if await log.append([entry(seq, f"{opening.epoch}.{seq}".encode(), opening.epoch)]):
                return
            accepted.append((opening.epoch, seq))

    await asyncio.gather(*(own() for _ in range(6)))
    assert sorted(epoch for epoch, _ in loaded) == [1, 2, 3, 4, 5, 6]
    for epoch, rows in loaded:
        lost = [it for it in accepted if it[0] < epoch and f"{it[0]}.{it[1]}".encode() not in rows]
        assert not lost
    everything = set((await (await workers()).load(ROOM, "notes")).rows)
    assert everything == {f"{epoch}.{seq}".encode() for epoch, seq in accepted}
