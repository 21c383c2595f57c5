"""Documents of a room: rules DOC-1 to DOC-5, DOC-8, DOC-9, GRANT-6, LINK-3."""

from typing import Any

import pycrdt

from crdt.document import Document
from crdt.limits import STORED_SCREEN
from crdt.screen import screen
from realtime.envelopes import Lagged
from realtime.frames import client, commands, events, server
from realtime.limits import Limits
from realtime.position import Position
from realtime.roles import Role
from rooms.live_document import SMALL_CIRCLE
from rooms.log import Entry
from tests.rooms.scene import EMPTY, NOTHING, ROOM, Pen, Scene


def two_writers() -> tuple[Scene, Pen, Pen]:
    scene = Scene()
    for conn in ("g1.1", "g2.1"):
        scene.join(conn)
        scene.open(conn, "notes")
    return scene, Pen(), Pen()


def test_doc_1_an_unknown_document_is_empty_only_after_the_log_said_so() -> None:
    scene = Scene()
    scene.auto_load = False
    scene.join("g1.1")
    scene.open("g1.1", "notes")
    scene.send("g1.1", client.Update("notes", 1, Pen().write("early")))
    scene.settle()
    assert scene.loads == ["notes"]
    assert not scene.frames("g1.1", server.Opened)
    assert scene.saved("g1.1") == 0
    scene.load("notes")
    scene.settle()
    assert scene.last("g1.1", server.Opened).update == EMPTY
    assert scene.saved("g1.1") == 1


def test_doc_1_a_known_document_is_served_from_the_log() -> None:
    pen, reader = Pen(), Pen()
    scene = Scene(entries=[Entry(ROOM, 1, 1, "notes", pen.write("from before"), ("u",), 0.0)], epoch=2)
    scene.join("g1.1")
    scene.open("g1.1", "notes")
    reader.take(scene.last("g1.1", server.Opened))
    assert str(reader) == "from before"


def test_doc_3_saved_waits_for_the_log_and_covers_what_came_before() -> None:
    scene, pen, _ = two_writers()
    scene.send("g1.1", client.Update("notes", 1, pen.write("a")))
    scene.send("g1.1", client.Update("notes", 2, pen.write("b")))
    scene.flush()
    assert scene.saved("g1.1") == 0
    first = scene.room.seq
    scene.send("g1.1", client.Update("notes", 3, pen.write("c")))
    scene.flush()
    scene.room.saved(first)
    scene._carry()
    assert scene.saved("g1.1") == 2
    scene.save()
    assert scene.saved("g1.1") == 3
    assert scene.saved("g2.1") == 0


def test_doc_3_each_door_that_has_a_word_for_saved_hears_it() -> None:
    scene = Scene()
    for number, door in enumerate(("native", "hocuspocus", "yjs"), start=1):
        scene.join(f"g1.{number}", door=door)
        scene.open(f"g1.{number}", "notes")
        scene.send(f"g1.{number}", client.Update("notes", 1, Pen().write("a")))
    scene.flush()
    scene.save()
    assert [scene.saved(f"g1.{number}") for number in (1, 2, 3)] == [1, 1, 0]
    assert scene.room.is_settled


def test_doc_3_saved_never_overtakes_an_edit_that_waits_for_its_document() -> None:
    scene = Scene()
    scene.join("g1.1")
    scene.open("g1.1", "ready")
    scene.auto_load = False
    scene.open("g1.1", "slow")
    scene.send("g1.1", client.Update("slow", 1, Pen().write("held")))
    scene.send("g1.1", client.Update("ready", 2, Pen().write("taken")))
    scene.settle()
    assert scene.saved("g1.1") == 0
    scene.load("slow")
    scene.settle()
    assert scene.saved("g1.1") == 2


def test_doc_3_a_duplicate_is_neither_sent_nor_logged_but_saved() -> None:
    scene, pen, _ = two_writers()
    update = pen.write("once")
    scene.send("g1.1", client.Update("notes", 1, update))
    scene.settle()
    logged, sent = len(scene.entries), len(scene.frames("g2.1", server.Update))
    scene.send("g2.1", client.Update("notes", 1, update))
    scene.flush()
    assert scene.saved("g2.1") == 1
    assert (len(scene.entries), len(scene.frames("g2.1", server.Update))) == (logged, sent)


def test_doc_4_a_window_is_one_entry_and_one_update_and_skips_its_only_author() -> None:
    scene, pen, other = two_writers()
    for n in range(1, 6):
        scene.send("g1.1", client.Update("notes", n, pen.write(str(n))))
    scene.flush()
    (update,) = scene.frames("g2.1", server.Update)
    other.take(update)
    assert str(other) == "12345"
    assert not scene.frames("g1.1", server.Update)
    (entry,) = [entry for entry in scene.entries if entry.doc == "notes"]
    assert entry.authors == ("user-g1.1",)


def test_doc_4_two_authors_get_each_others_edits() -> None:
    scene, pen, other = two_writers()
    scene.send("g1.1", client.Update("notes", 1, pen.write("x")))
    scene.send("g2.1", client.Update("notes", 1, other.write("y")))
    scene.flush()
    pen.take(*scene.frames("g1.1", server.Update))
    other.take(*scene.frames("g2.1", server.Update))
    assert str(pen) == str(other)
    assert sorted(str(pen)) == ["x", "y"]
    assert scene.entries[-1].authors == ("user-g1.1", "user-g2.1")


def written(update: server.Update) -> dict[int, int]:
    """What an update brings: client to how many clocks."""
    return {client: end - start for client, start, end in screen(update.update, STORED_SCREEN).ranges}


def test_doc_4_who_was_not_sent_an_own_edit_is_sent_none_from_then_on() -> None:
    scene, pen, other = two_writers()
    scene.send("g1.1", client.Update("notes", 1, pen.write("a")))
    scene.flush()
    scene.send("g1.1", client.Update("notes", 2, pen.write("b")))
    scene.send("g2.1", client.Update("notes", 1, other.write("x")))
    scene.flush()
    (got,) = scene.frames("g1.1", server.Update)
    assert written(got) == {other.doc.client_id: 1}
    _, both = scene.frames("g2.1", server.Update)
    assert written(both) == {pen.doc.client_id: 1, other.doc.client_id: 1}


def test_doc_4_in_a_large_circle_authors_are_sent_every_edit_of_their_own() -> None:
    scene, pen, other = two_writers()
    for number in range(SMALL_CIRCLE):
        scene.join(f"g3.{number}")
        scene.open(f"g3.{number}", "notes")
    scene.send("g1.1", client.Update("notes", 1, pen.write("a")))
    scene.flush()
    scene.send("g1.1", client.Update("notes", 2, pen.write("b")))
    scene.send("g2.1", client.Update("notes", 1, other.write("x")))
    scene.flush()
    assert [written(update)[pen.doc.client_id] for update in scene.frames("g1.1", server.Update)] == [1, 1]


def test_doc_2_a_malformed_update_is_refused_and_reaches_nobody() -> None:
    scene, _, _ = two_writers()
    scene.send("g1.1", client.Update("notes", 1, b"\xff\xff\xff"))
    scene.settle()
    assert scene.refusals("g1.1") == [(1, "malformed")]
    assert scene.saved("g1.1") == 0
    assert not scene.frames("g2.1", server.Update)


def test_grant_6_an_observers_edit_changes_nothing_and_is_refused() -> None:
    scene, pen, _ = two_writers()
    scene.send("g1.1", client.Update("notes", 1, pen.write("hello")))
    scene.send("g1.1", client.Update("notes", 2, pen.erase(0, 1)))
    scene.settle()
    scene.join("g1.9", Role.OBSERVER)
    scene.open("g1.9", "notes")
    opened = scene.last("g1.9", server.Opened)
    assert not opened.writable
    copy = Pen()
    copy.take(opened)
    scene.send("g1.9", client.Answer("notes", 1, copy.beyond(opened.state_vector)))
    scene.settle()
    assert scene.saved("g1.9") == 1, "an answer that only repeats known deletions is no edit"
    entries = len(scene.entries)
    scene.send("g1.9", client.Answer("notes", 2, copy.write("hidden")))
    scene.send("g1.9", client.Update("notes", 3, copy.erase(0, 1)))
    scene.settle()
    assert scene.refusals("g1.9") == [(2, "read-only"), (3, "read-only")]
    assert scene.saved("g1.9") == 1
    assert len(scene.entries) == entries


def test_doc_8_a_locked_document_refuses_students_and_not_staff() -> None:
    scene, pen, _ = two_writers()
    scene.teacher("g1.7")
    scene.open("g1.7", "notes")
    scene.do("g1.7", 1, commands.Lock("notes", True))
    scene.send("g1.1", client.Update("notes", 1, pen.write("no")))
    scene.send("g1.7", client.Update("notes", 2, Pen().write("yes")))
    scene.settle()
    assert scene.refusals("g1.1") == [(1, "locked")]
    assert scene.saved("g1.7") == 2
    scene.join("g1.8")
    scene.open("g1.8", "notes")
    assert not scene.last("g1.8", server.Opened).writable
    scene.do("g1.7", 3, commands.Lock("notes", False))
    scene.send("g1.1", client.Answer("notes", 2, pen.beyond(NOTHING)))
    scene.settle()
    assert scene.saved("g1.1") == 2


def test_doc_9_a_document_that_does_not_load_is_quarantined_and_the_room_goes_on() -> None:
    scene = Scene(entries=[Entry(ROOM, 1, 1, "notes", b"\xff not an update", ("u",), 0.0)], epoch=2)
    scene.teacher()
    scene.open("g1.1", "notes")
    scene.flush()
    assert scene.refusals("g1.1") == [(0, "quarantined")]
    assert [doc for doc, _ in scene.quarantined] == ["notes"]
    assert scene.events("g1.1", events.DocumentChanged)[-1].document.quarantined
    scene.open("g1.1", "notes")
    assert scene.refusals("g1.1") == [(0, "quarantined")] * 2
    scene.open("g1.1", "other")
    assert scene.last("g1.1", server.Opened).doc == "other"


def test_doc_5_a_drained_reader_gets_one_difference_from_where_it_stood() -> None:
    scene, pen, other = two_writers()
    stands_at = Position()
    for n in range(1, 100):
        scene.send("g1.1", client.Update("notes", n, pen.write(f"{n} ")))
        scene.flush()
        if n == 50:
            other.take(*scene.frames("g2.1", server.Update))
            stands_at = scene.positions["g2.1", "notes"]
    scene.clear()
    scene.put(Lagged("notes", stands_at), "g2.1")
    (difference,) = scene.frames("g2.1", server.Update)
    assert len(difference.update) < len(pen.beyond(NOTHING)) * 0.8
    other.take(difference)
    assert str(other) == str(pen)


def test_doc_5_a_reader_of_another_epoch_gets_what_it_lacks() -> None:
    pen, reader = Pen(), Pen()
    rows = [Entry(ROOM, 1, n, "notes", pen.write(f"{n} "), ("u",), 0.0) for n in range(1, 50)]
    scene = Scene(entries=rows, epoch=2)
    scene.join("g1.1", again=True, docs={"notes": Position(1, 49)})
    assert scene.last("g1.1", server.Update).update == EMPTY, "it had everything that was durable"
    scene.join("g1.2", again=True, docs={"notes": Position(1, 20)})
    reader.take(scene.last("g1.2", server.Update))
    assert str(reader) == str(pen)


def test_link_3_after_a_loss_nothing_is_saved_until_the_answer_is() -> None:
    scene, pen, _ = two_writers()
    pen.write("lost on the way")
    scene.readers["notes"].add("g1.1")
    scene.join("g1.1", again=True, docs={"notes": Position(1, 0)}, last_n=1)
    ask = scene.last("g1.1", server.Ask)
    scene.send("g1.1", client.Update("notes", 2, pen.write(", and this arrived")))
    scene.settle()
    assert scene.saved("g1.1") == 0
    scene.send("g1.1", client.Answer("notes", 3, pen.beyond(ask.state_vector)))
    scene.flush()
    assert scene.saved("g1.1") == 0
    scene.save()
    assert scene.saved("g1.1") == 3


def test_link_2_each_document_is_answered_by_one_update_and_one_ask() -> None:
    scene = Scene()
    scene.join("g1.1", again=True, docs={"a": Position(), "b": Position()}, last_n=4)
    kinds = [
        (type(frame).__name__, frame.doc)
        for frame in scene.got["g1.1"]
        if isinstance(frame, server.Update | server.Ask)
    ]
    assert sorted(kinds) == [("Ask", "a"), ("Ask", "b"), ("Update", "a"), ("Update", "b")]
    scene.send("g1.1", client.Answer("a", 5, EMPTY))
    scene.settle()
    assert scene.saved("g1.1") == 0
    scene.send("g1.1", client.Answer("b", 6, EMPTY))
    scene.settle()
    assert scene.saved("g1.1") == 6


def test_doc_3_storage_full_refuses_and_asks_when_it_is_back() -> None:
    scene, pen, _ = two_writers()
    scene.room.storage(ok=False, full=True)
    scene.send("g1.1", client.Update("notes", 1, pen.write("later")))
    scene.settle()
    assert scene.refusals("g1.1") == [(1, "storage-away")]
    assert scene.last("g2.1", server.Saving) == server.Saving(False)
    scene.room.storage(ok=True, full=False)
    scene.pass_time(1)
    ask = scene.last("g1.1", server.Ask)
    scene.send("g1.1", client.Answer("notes", 2, pen.beyond(ask.state_vector)))
    scene.settle()
    assert scene.saved("g1.1") == 2


def test_an_update_whose_predecessor_is_missing_makes_the_room_ask() -> None:
    scene, pen, other = two_writers()
    pen.write("never sent")
    scene.send("g1.1", client.Update("notes", 1, pen.write(" after")))
    scene.settle()
    assert scene.stored("notes").rows, "it is in the log"
    assert scene.saved("g1.1") == 0, "not called saved"
    assert not scene.frames("g2.1", server.Update), "and shown to nobody"
    scene.join("g3.1")
    scene.open("g3.1", "notes")
    assert scene.last("g3.1", server.Opened).update == EMPTY
    scene.pass_time(3)
    ask = scene.last("g1.1", server.Ask)
    scene.send("g1.1", client.Answer("notes", 2, pen.beyond(ask.state_vector)))
    scene.settle()
    assert scene.saved("g1.1") == 2
    other.take(*scene.frames("g2.1", server.Update))
    assert str(other) == "never sent after"
    assert str(Document.load(scene.stored("notes").blobs()).doc.get("text", type=pycrdt.Text)) == "never sent after"


def test_a_document_nobody_has_open_is_let_go_and_comes_back() -> None:
    scene, pen, _ = two_writers()
    scene.send("g1.1", client.Update("notes", 1, pen.write("kept")))
    scene.settle()
    scene.send("g1.1", client.Shut("notes"))
    scene.leave("g2.1")
    scene.pass_time(40)
    assert "notes" not in scene.room.documents.live
    scene.open("g1.1", "notes")
    copy = Pen()
    copy.take(scene.last("g1.1", server.Opened))
    assert str(copy) == "kept"


def test_limits_bound_documents_a_room_and_a_connection() -> None:
    scene = Scene(Limits(documents_per_room=3, open_documents_per_connection=2))
    for conn in ("g1.1", "g1.2"):
        scene.join(conn)
    scene.open("g1.1", "a")
    scene.open("g1.1", "b")
    scene.open("g1.1", "c")
    assert scene.refusals("g1.1") == [(0, "too-many-documents")]
    scene.open("g1.2", "c")
    scene.open("g1.2", "d")
    assert scene.refusals("g1.2") == [(0, "too-many-documents")]


def test_a_document_that_is_not_open_takes_no_edit() -> None:
    scene = Scene()
    scene.join("g1.1")
    scene.send("g1.1", client.Update("notes", 1, Pen().write("x")))
    scene.settle()
    assert scene.refusals("g1.1") == [(1, "unknown")]


def test_doc_7_a_board_refuses_what_its_schema_does_not_hold() -> None:
    scene = Scene()
    scene.join("g1.1", Role.TEACHER)
    scene.open("g1.1", "board.main")
    stranger: pycrdt.Doc[Any] = pycrdt.Doc()
    stranger.get("pages", type=pycrdt.Map)["p1"] = pycrdt.Map({"name": 7, "order": "a0"})
    scene.send("g1.1", client.Update("board.main", 1, stranger.get_update()))
    scene.settle()
    assert scene.refusals("g1.1") == [(1, "schema")]
    assert not scene.entries
    painter: pycrdt.Doc[Any] = pycrdt.Doc()
    painter.get("pages", type=pycrdt.Map)["p1"] = pycrdt.Map(
        {"name": "Page 1", "order": "a0", "elements": pycrdt.Map()}
    )
    scene.send("g1.1", client.Update("board.main", 2, painter.get_update()))
    scene.settle()
    assert scene.saved("g1.1") == 2


def test_frame_5_each_request_is_answered_by_its_number() -> None:
    scene, pen, _ = two_writers()
    scene.send("g1.1", client.Update("notes", 1, pen.write("a")))
    scene.send("g1.1", client.Update("notes", 2, b"\xff"))
    scene.send("g1.1", client.Do(3, commands.Hand(True)))
    scene.send("g1.1", client.Do(4, commands.Unsay(99)))
    scene.settle()
    assert scene.saved("g1.1") >= 1
    assert [n for n, _ in scene.refusals("g1.1")] == [2, 4]
    assert [frame.n for frame in scene.frames("g1.1", server.Done)] == [3]
