"""What rooms keep of a person: handed out, and forgotten, through the log a room worker writes and loads."""

from uuid import UUID

from lyceum.room_people import RoomPeople, forget
from realtime.frames.state import ChatMessage, RaisedHand
from rooms.classroom.records import HandUp, Record, Said, Voted, decode_records, encode_records
from rooms.log import CLASS, Entry
from rooms.log_postgres import PostgresLog
from tests.fixtures.services import FreshDatabase

ANA, BEN = UUID(int=1), UUID(int=2)
WORDS = "My secret words"


def said(id: int, who: UUID, text: str) -> Record:
    return Record("c", id, Said(ChatMessage(id, str(who), f"Name of {who.int}", "student", 1.0, text)))


def entry(epoch: int, seq: int, doc: str, body: bytes, *authors: UUID) -> Entry:
    return Entry("north/lesson", epoch, seq, doc, body, tuple(map(str, authors)), 1_800_000_000.0 + seq)


async def lesson(log: PostgresLog) -> int:
    """Two people chat, vote and write; the epoch of its owner."""
    opening = await log.open("north/lesson", "w1")
    talk = [said(1, ANA, WORDS), said(2, BEN, "Ben's words"), Record("c", 3, Voted(1, str(ANA), [0]))]
    hands = [Record("c", 4, HandUp(RaisedHand(str(ANA), "Name of 1", 2.0)))]
    await log.append(
        [
            entry(opening.epoch, 1, CLASS, encode_records(talk), ANA, BEN),
            entry(opening.epoch, 2, "notes", b"by both", ANA, BEN),
            entry(opening.epoch, 3, "notes", b"by Ben", BEN),
            entry(opening.epoch, 4, CLASS, encode_records(hands), ANA),
        ]
    )
    return opening.epoch


async def test_an_export_has_what_is_theirs_and_nothing_of_others(pg: FreshDatabase) -> None:
    async with PostgresLog(pg.dsn) as log:
        await lesson(log)
    found = [one async for one in RoomPeople(pg.dsn).export("north", ANA, [])]
    assert [one["kind"] for one in found] == ["chat", "vote", "edit"]
    assert found[0]["text"] == WORDS
    assert "Ben's words" not in str(found)
    assert [one async for one in RoomPeople(pg.dsn).export("south", ANA, ["lesson"])] == []


async def test_an_erasure_leaves_no_word_no_vote_and_no_name_and_turns_the_owner_away(pg: FreshDatabase) -> None:
    async with PostgresLog(pg.dsn) as log:
        epoch = await lesson(log)
        people = RoomPeople(pg.dsn)
        await people.erase("north", ANA, ["lesson"])
        await people.erase("north", ANA, ["lesson"])
        assert await log.append([entry(epoch, 5, "notes", b"late", BEN)]) == {"north/lesson"}
        opening = await log.open("north/lesson", "w2")
        records = [record.kept for body in opening.classroom.rows for record in decode_records(body)]
        assert [type(kept).__name__ for kept in records] == ["Said", "Said"]
        assert WORDS not in str(records)
        assert str(ANA) not in str(records)
        assert "Name of 1" not in str(records)
        assert "Ben's words" in str(records)
        assert (await log.load("north/lesson", "notes")).rows == [b"by both", b"by Ben"]
    assert [one async for one in people.export("north", ANA, ["lesson"])] == []
    assert len([one async for one in people.export("north", BEN, ["lesson"])]) == 3


def test_a_snapshot_forgets_one_person_alone() -> None:
    from rooms.classroom.records import Snapshot

    chat = [said(1, ANA, WORDS).kept.message, said(2, BEN, "Hi").kept.message]  # type: ignore[union-attr]
    roles = {str(ANA): "teacher", str(BEN): "student"}
    left = forget(Snapshot(chat=chat, roles=roles, leader=str(ANA)), str(ANA))
    assert (left.chat[0].text, left.chat[0].name, left.chat[1]) == ("", "—", chat[1])
    assert (left.roles, left.leader) == ({str(BEN): "student"}, "")
