"""A character that counts as two may be cut in half by a browser; the document and its stored form survive that."""

import random

import pycrdt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crdt.document import Applied, Document
from crdt.errors import UpdateRefused
from crdt.limits import DocumentLimits
from crdt.pairs import Pairs
from crdt.state_vector import decode_state_vector, encode_state_vector
from tests.crdt.wire import after, deletes, item_id, string_item, text, update

SMILE = update((1, 0, [string_item("a🙂b")]))
BETWEEN = update((2, 0, [b"\xc4" + item_id(1, 1) + item_id(1, 2) + text("|")]))


def read(document: Document) -> str:
    return str(document.doc.get("r", type=pycrdt.Text))


def assert_sound(document: Document) -> None:
    """What it says of itself is what a joiner gets."""
    joiner = Document.load([document.snapshot()])
    assert joiner.clients == document.clients == decode_state_vector(document.state_vector(), 1000)
    assert read(joiner) == read(document)


@pytest.mark.parametrize(
    ("cutting", "expected"),
    [
        (BETWEEN, "a\ufffd|\ufffdb"),
        (update((2, 0, [after(4, text("|"), 1, 1)])), "a\ufffd\ufffdb|"),
        (update(deletes=deletes({1: [(1, 1)]})), "a\ufffdb"),
        (update(deletes=deletes({1: [(2, 1)]})), "a\ufffdb"),
        (update(deletes=deletes({1: [(0, 2)]})), "\ufffdb"),
    ],
)
def test_cut_in_half(cutting: bytes, expected: str):
    document = Document()
    document.apply(SMILE)
    assert document.apply(cutting) is Applied.NEW
    assert read(document) == expected
    assert_sound(document)
    assert document.apply(cutting) is Applied.DUPLICATE
    assert_sound(Document.load([SMILE, cutting]))
    assert_sound(Document.load([cutting, SMILE]))


def test_a_pair_and_its_cut_in_one_update():
    document = Document()
    both = pycrdt.merge_updates(SMILE, BETWEEN)
    assert document.apply(both) is Applied.NEW
    assert read(document) == "a\ufffd|\ufffdb"
    assert_sound(document)


def test_a_whole_pair_stays_whole():
    document = Document()
    document.apply(SMILE)
    document.apply(update((2, 0, [b"\xc4" + item_id(1, 2) + item_id(1, 3) + text("🙃")])))
    assert read(document) == "a🙂🙃b"
    document.apply(update(deletes=deletes({1: [(1, 2)]})))
    assert read(document) == "a🙃b"
    assert_sound(document)


def test_a_peer_that_knows_half_a_pair_gets_both():
    document = Document()
    document.apply(SMILE)
    answer = document.diff(encode_state_vector({1: 2}))
    peer = Document.load([update((1, 0, [string_item("a")]))])
    peer.apply(answer)
    assert read(peer) == "a🙂b"


def test_mending_is_bounded():
    document = Document(DocumentLimits(max_mended_pairs=3))
    document.apply(update((1, 0, [string_item("🙂" * 10)])))
    for index in range(3):
        document.apply(update(deletes=deletes({1: [(2 * index, 1)]})))
    before = document.full()
    with pytest.raises(UpdateRefused):
        document.apply(update(deletes=deletes({1: [(8, 1)]})))
    assert document.full() == before


@given(seed=st.integers(0, 2**32))
def test_random_cuts_leave_a_sound_document(seed: int):
    rng = random.Random(seed)
    words = ["🙂", "a", "é", "🙃🙃", "日🙂"]
    start = "".join(rng.choices(words, k=4))
    log, document = [update((1, 0, [string_item(start)]))], Document()
    document.apply(log[0])
    size = len(start.encode("utf-16-le")) // 2
    for client in range(2, 8):
        place = rng.randrange(size - 1)
        if rng.random() < 0.5:
            made = update(deletes=deletes({1: [(place, rng.randint(1, size - place))]}))
        else:
            ids = item_id(1, place) + item_id(1, place + 1)
            made = update((client, 0, [b"\xc4" + ids + text(rng.choice(words))]))
        log.append(made)
        document.apply(made)
        assert_sound(document)
    rng.shuffle(log)
    other = Document()
    for made in log:
        other.apply(made)
    assert_sound(other)
    assert other.clients == document.clients
    assert len(read(other)) == len(read(document))


@given(places=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 50))))
def test_places(places: list[tuple[int, int]]):
    pairs = Pairs()
    pairs.add(places)
    everywhere = [(client, clock) for client in range(4) for clock in range(51)]
    assert {place for place in everywhere if place in pairs} == set(places)
    pairs.remove(places[::2])
    assert {place for place in everywhere if place in pairs} == set(places) - set(places[::2])
    pairs.remove(places)
    assert not pairs
