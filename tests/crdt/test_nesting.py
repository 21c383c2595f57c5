"""Shared types nest so deep and no deeper, whichever way they are built."""

import pycrdt
import pytest

from crdt.document import Applied, Document
from crdt.errors import UpdateRefused
from crdt.limits import DocumentLimits
from crdt.nesting import DEEP
from tests.crdt.wire import after, deletes, in_item, in_root, item_id, nested_maps, string_item, text, update

LIMITS = DocumentLimits(max_nesting=50, max_pending_types=20)


def refused(document: Document, made: bytes) -> str:
    with pytest.raises(UpdateRefused) as caught:
        document.apply(made)
    return caught.value.code


def test_in_one_update():
    document = Document(LIMITS)
    assert document.apply(update((1, 0, nested_maps(50)))) is Applied.NEW
    assert refused(Document(LIMITS), update((1, 0, nested_maps(51)))) == "too-deep"


def test_one_level_at_a_time():
    document = Document(LIMITS)
    for level, struct in enumerate(nested_maps(50)):
        document.apply(update((1, level, [struct])))
    assert refused(document, update((1, 50, [in_item(7, b"\x01", 1, 49, key="k")]))) == "too-deep"
    assert document.apply(update((1, 50, [in_item(7, b"\x01", 1, 48, key="other")]))) is Applied.NEW


def test_by_several_clients_with_parents_after_children():
    """Sections stand in any order; a parent may come after its child."""
    sections = [(100 - level, 0, [in_item(7, b"\x01", 101 - level, 0, key="k")]) for level in range(1, 60)]
    sections.append((100, 0, [in_root(7, b"\x01", key="k")]))
    assert refused(Document(LIMITS), update(*sections)) == "too-deep"
    assert Document(LIMITS).apply(update(*sections[:40], sections[-1])) is Applied.NEW


def test_beside_text_instead_of_inside():
    """Each level begins with a letter, and the next type stands beside the letter: its parent is never named."""
    document = Document(LIMITS)
    document.apply(update((1, 0, [in_root(7, b"\x02", key="k")])))
    clock, parent = 1, 0
    with pytest.raises(UpdateRefused) as caught:
        for _ in range(60):
            document.apply(update((1, clock, [in_item(4, text("x"), 1, parent)])))
            document.apply(update((1, clock + 1, [after(4, text("y"), 1, clock)])))
            document.apply(update((1, clock + 2, [after(7, b"\x02", 1, clock + 1)])))
            clock, parent = clock + 3, clock + 2
    assert caught.value.code == "too-deep"
    assert clock > 3 * (50 - DEEP)


def test_types_beside_each_other_are_not_deep():
    document = Document(LIMITS)
    document.apply(update((1, 0, [in_root(7, b"\x00", key="k"), in_item(8, b"\x01\x7f", 1, 0)])))
    for clock in range(2, 300):
        content = after(7, b"\x01", 1, clock - 1) if clock % 2 else after(8, b"\x01\x7f", 1, clock - 1)
        document.apply(update((1, clock, [content])))
    assert document.clients == {1: 300}


def test_what_waits_nests_only_so_far_past_the_limit():
    document = Document(LIMITS)
    structs = nested_maps(60)
    with pytest.raises(UpdateRefused) as caught:
        for clock in range(59, 0, -1):
            document.apply(update((1, clock, [structs[clock]])))
    assert caught.value.code == "pending-full"


def test_depth_survives_a_reload():
    document = Document(LIMITS)
    document.apply(update((1, 0, nested_maps(50))))
    again = Document.load([document.snapshot()], LIMITS)
    assert refused(again, update((1, 50, [in_item(7, b"\x01", 1, 49, key="k")]))) == "too-deep"


@pytest.mark.parametrize("key", [None, "k"])
def test_a_parent_that_is_no_shared_type_is_refused_whole(key: str | None):
    """Measured: the engine integrates what comes before it, then stops; Yjs buries the item."""
    document = Document()
    document.apply(update((1, 0, [string_item("abc")])))
    made = update((2, 0, [string_item("q", "s"), in_item(4, text("x"), 1, 0, key=key), after(4, text("y"), 2, 0)]))
    assert refused(document, made) == "malformed"
    assert document.clients == {1: 3}
    assert len(document.doc.get("s", type=pycrdt.Text)) == 0


def test_a_parent_that_was_deleted_and_forgotten_is_no_fault():
    document = Document()
    document.apply(update((1, 0, [in_root(7, b"\x01", key="k"), in_item(7, b"\x01", 1, 0, key="k")])))
    document.apply(update(deletes=deletes({1: [(0, 2)]})))
    late = update((2, 0, [in_item(8, b"\x01\x7f", 1, 1, key="late")]))
    for reader in (Document.load([document.snapshot()]), document):
        assert reader.apply(late) is Applied.NEW
        assert reader.clients == {1: 2, 2: 1}


def test_a_wrong_parent_that_waited_leaves_a_tombstone_for_what_builds_on_it():
    document = Document()
    wrong = update((2, 0, [in_item(4, text("xy"), 1, 0)]))
    assert document.apply(wrong) is Applied.PENDING
    assert document.apply(update((2, 2, [after(4, text("z"), 2, 1)]))) is Applied.PENDING
    assert document.apply(update((1, 0, [string_item("abc")]))) is Applied.NEW
    assert document.clients == {1: 3, 2: 3}
    assert not document.has_pending
    assert Document.load([document.snapshot()]).clients == document.clients


def test_items_that_refer_to_each_other_in_a_circle_wait_for_ever():
    circle = update(
        (1, 0, [after(4, text("x"), 2, 0)]),
        (2, 0, [b"\x84" + item_id(1, 0) + text("x")]),
        (3, 0, [string_item("fine")]),
    )
    document = Document()
    assert document.apply(circle) is Applied.PENDING
    assert document.clients == {3: 4}
    assert document.has_pending
    document.forget_pending()
    assert not document.has_pending
    assert document.apply(update((1, 0, [string_item("good")]))) is Applied.NEW
