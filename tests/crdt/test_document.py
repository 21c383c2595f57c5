"""A document converges, tells news from duplicates, and keeps what is still waiting."""

import random
from collections.abc import Iterator
from contextlib import contextmanager

import pycrdt
import pytest
from hypothesis import given, reject
from hypothesis import strategies as st

from crdt import document as module
from crdt.document import Applied, Document
from crdt.engine import Engine
from crdt.errors import DocumentCorrupt, StateVectorRefused, UpdateRefused
from crdt.joining import join, merge
from crdt.limits import STORED_SCREEN, DocumentLimits
from crdt.screen import screen
from crdt.state_vector import decode_state_vector, encode_state_vector
from tests.crdt.peers import MAKERS, Peer, PeerBroke, PycrdtPeer
from tests.crdt.wire import after, deletes, string_item, text, update

SEEDS = st.integers(0, 2**32)


def class_edits(rng: random.Random, steps: int) -> tuple[list[Peer], list[bytes]]:
    """Peers that edit and now and then exchange; and every update they made, in order."""
    try:
        return _class_edits(rng, steps)
    except PeerBroke:
        reject()


def _class_edits(rng: random.Random, steps: int) -> tuple[list[Peer], list[bytes]]:
    peers = [rng.choice(MAKERS)(client + 1) for client in range(rng.randint(1, 3))]
    log: list[bytes] = []
    for _ in range(steps):
        peer = rng.choice(peers)
        peer.edit(rng)
        log += peer.drain()
        if rng.random() < 0.3:
            other = rng.choice(peers)
            other.take(peer.diff(other.state()))
            other.drain()
    return peers, log


def seen(document: Document) -> dict[str, object]:
    """What a reader of it sees. (Bytes cannot be compared: the engine writes deletions in any order.)"""
    reader = PycrdtPeer()
    reader.take(document.full())
    return reader.value()


@contextmanager
def small_news() -> Iterator[None]:
    """As if every update were large enough to ask what in it was new."""
    before, module.TRIMMED_BYTES = module.TRIMMED_BYTES, 0
    try:
        yield
    finally:
        module.TRIMMED_BYTES = before


def known(document: Document) -> dict[int, int]:
    return decode_state_vector(document.state_vector(), 10_000)


@given(seed=SEEDS, steps=st.integers(1, 40))
def test_converges_with_its_peers_in_any_order_with_duplicates(seed: int, steps: int):
    rng = random.Random(seed)
    peers, log = class_edits(rng, steps)
    delivered = log + rng.choices(log, k=len(log) // 2) if log else []
    rng.shuffle(delivered)
    document = Document()
    for made in delivered:
        document.apply(made)
        assert document.clients == known(document)
        assert document.has_pending == (document.missing() is not None)
    assert not document.has_pending
    for peer in peers:
        peer.take(document.diff(peer.state()))
        document.apply(peer.diff(document.state_vector()))
        assert decode_state_vector(peer.state(), 10_000) == known(document)
    readers = [peer for peer in peers if isinstance(peer, PycrdtPeer)]
    for reader in readers:
        assert reader.value() == seen(document)


@given(seed=SEEDS, steps=st.integers(2, 30))
def test_a_snapshot_at_any_moment_loses_nothing(seed: int, steps: int):
    rng = random.Random(seed)
    _, log = class_edits(rng, steps)
    delivered = list(log)
    rng.shuffle(delivered)
    whole = Document()
    for made in log:
        whole.apply(made)
    document = Document()
    for made in delivered:
        document.apply(made)
        if rng.random() < 0.3:
            document = Document.load([document.snapshot()])
    assert not document.has_pending
    assert document.clients == whole.clients
    assert seen(document) == seen(whole)


@given(seed=SEEDS, steps=st.integers(1, 30))
def test_only_news_is_new(seed: int, steps: int):
    rng = random.Random(seed)
    _, log = class_edits(rng, steps)
    document = Document()
    for made in log:
        document.apply(made)
    full, before = document.full(), seen(document)
    for made in [*log, full, document.diff(document.state_vector())]:
        assert document.apply(made) is Applied.DUPLICATE
    assert seen(document) == before


def test_a_deletion_is_new_once():
    document = Document()
    document.apply(update((1, 0, [string_item("abc")])))
    one, two = (update(deletes=deletes({1: [(clock, 1)]})) for clock in (0, 1))
    assert [document.apply(one), document.apply(two), document.apply(one)] == [
        Applied.NEW,
        Applied.NEW,
        Applied.DUPLICATE,
    ]
    assert str(document.doc.get("r", type=pycrdt.Text)) == "c"


def test_out_of_order_updates_wait_and_are_handed_to_joiners():
    first = update((1, 0, [string_item("a")]))
    second = update((1, 1, [after(4, text("b"), 1, 0)]))
    deletion = update(deletes=deletes({1: [(1, 1)]}))
    document = Document()
    assert document.apply(second) is Applied.PENDING
    assert document.apply(second) is Applied.DUPLICATE
    assert document.apply(deletion) is Applied.PENDING
    assert document.missing() == b"\x00"
    assert document.pending_bytes > 0
    joiner = Document.load([document.full()])
    for waiting in (document, joiner):
        assert waiting.has_pending
        assert waiting.apply(first) is Applied.NEW
        assert not waiting.has_pending
        assert waiting.pending_bytes == 0
        assert str(waiting.doc.get("r", type=pycrdt.Text)) == "a"
    assert document.full() == joiner.full()


def test_an_unrelated_edit_goes_on_while_something_waits():
    document = Document()
    document.apply(update((1, 5, [after(4, text("b"), 1, 4)])))
    assert document.apply(update((2, 0, [string_item("a")]))) is Applied.NEW
    assert document.has_pending
    assert document.clients == known(document) == {2: 1}


def test_what_waits_is_bounded():
    document = Document(DocumentLimits(max_pending_bytes=30, max_clock_gap=1000))
    waiting = [update((client, 5, [after(4, text("b"), client, 4)])) for client in range(10)]
    assert document.apply(waiting[0]) is Applied.PENDING
    with pytest.raises(UpdateRefused, match="wait"):
        for made in waiting[1:]:
            document.apply(made)
    assert document.pending_bytes <= 30
    with pytest.raises(UpdateRefused) as caught:
        document.apply(update((9, 2000, [after(4, text("b"), 9, 1999)])))
    assert caught.value.code == "clock-gap-too-large"
    document.forget_pending()
    assert not document.has_pending
    assert Document.load([document.full()]).has_pending is False


def test_what_waits_costs_a_few_calls_of_the_engine_however_much_it_repeats(monkeypatch: pytest.MonkeyPatch):
    """Each difference repeats every deletion there ever was, and two people writing in turns are a run a letter."""
    document = Document()
    letters = [update((1, clock, [string_item("x") if not clock else after(4, text("x"), 1, clock - 1)]))
               for clock in range(1000)]  # fmt: skip
    answers = [update((2, 0, [after(4, text("y"), 1, 0)]))]
    answers += [update((2, clock, [after(4, text("y"), 1, 2 * clock)])) for clock in range(1, 400)]
    gone = deletes({1: [(clock, 1) for clock in range(0, 1000, 2)]})
    waiting = update((3, 1, [after(4, text("z"), 3, 0)]))
    whole = merge([*letters, *answers, update(deletes=gone)])
    with_hole = join([whole, waiting], STORED_SCREEN)
    calls = [0]
    apply = Engine.apply

    def counted(engine: Engine, given: bytes) -> None:
        calls[0] += 1
        apply(engine, given)

    monkeypatch.setattr(Engine, "apply", counted)
    assert document.apply(with_hole) is Applied.PENDING
    assert calls == [2]
    assert not document.apply(with_hole)
    assert calls == [3]
    loaded = Document.load([waiting, update(deletes=gone), whole, with_hole])
    assert calls[0] <= 8
    reader = PycrdtPeer()
    reader.take(whole)
    assert loaded.clients == document.clients == {1: 1000, 2: 400}
    assert seen(loaded) == seen(document) == reader.value()


@given(seed=SEEDS)
def test_news_alone_make_the_same_document(seed: int):
    rng = random.Random(seed)
    peers, log = class_edits(rng, 30)
    answers = [merge(log[: index + 1]) for index in rng.choices(range(len(log)), k=5)] if log else []
    delivered = log + answers + [peer.diff(b"\x00") for peer in peers]
    rng.shuffle(delivered)
    document, follower, told = Document(), Document(), list[bytes]()
    with small_news():
        for made in delivered:
            if document.apply(made):
                told.append(document.news)
                follower.apply(document.news)
                assert follower.clients == document.clients
    loaded = Document.load(told)
    assert loaded.clients == follower.clients == document.clients
    assert seen(loaded) == seen(follower) == seen(document)


def test_news_leave_out_what_was_known():
    document = Document()
    document.apply(update((1, 0, [string_item("x" * 4000)])))
    gone = [(clock, 1) for clock in range(0, 2000, 2)]
    document.apply(update(deletes=deletes({1: gone})))
    assert document.apply(update((2, 0, [string_item("a")]), deletes=deletes({1: [*gone, (3001, 1)]}))) is Applied.NEW
    assert len(document.news) < 40
    other = Document.load([update((1, 0, [string_item("x" * 4000)])), document.news])
    assert other.clients == {1: 4000, 2: 1}
    assert len(str(other.doc.get("r", type=pycrdt.Text))) == 4000
    hole = update((3, 1, [after(4, text("z"), 3, 0)]), deletes=deletes({1: [*gone, (3001, 1), (3005, 1)]}))
    assert document.apply(hole) is Applied.PENDING
    assert len(document.news) < 40
    assert other.apply(document.news) is Applied.PENDING


def test_a_bad_blob_is_named():
    good = update((1, 0, [string_item("a")]))
    with pytest.raises(DocumentCorrupt) as caught:
        Document.load([good, b"\x01\x02"])
    assert caught.value.index == 1
    assert caught.value.code == "bad-blob"


def test_a_refused_update_changes_nothing():
    document = Document()
    document.apply(update((1, 0, [string_item("a")])))
    before = document.full()
    with pytest.raises(UpdateRefused):
        document.apply(update((1, 1, [after(11, b"\x00\x01\x00", 1, 0)])))
    with pytest.raises(UpdateRefused):  # the engine's own refusal: an embed that is not JSON
        document.apply(update((1, 1, [after(5, text("{"), 1, 0)])))
    assert document.full() == before
    assert document.clients == known(document)


def test_a_full_document_still_takes_deletions():
    document = Document(DocumentLimits(max_document_bytes=400))
    document.apply(update((1, 0, [string_item("x" * 300)])))
    with pytest.raises(UpdateRefused) as caught:
        document.apply(update((2, 0, [string_item("y" * 200)])))
    assert caught.value.code == "document-full"
    assert document.apply(update(deletes=deletes({1: [(0, 300)]}))) is Applied.NEW
    assert document.apply(update((2, 0, [string_item("y" * 200)]))) is Applied.NEW


@pytest.mark.parametrize(
    "data", [b"", b"\x01", b"\x01\x01", b"\x01\x01\x01\x00", b"\xff" * 12, b"\x02\x01\x01\x01\x02"]
)
def test_a_state_vector_that_is_none_is_refused(data: bytes):
    with pytest.raises(StateVectorRefused):
        Document().diff(data)


def test_a_state_vector_is_bounded():
    with pytest.raises(StateVectorRefused):
        Document(DocumentLimits(max_state_vector_bytes=10)).diff(b"\x00" * 11)


@given(seed=SEEDS)
def test_a_difference_is_what_the_peer_lacks(seed: int):
    rng = random.Random(seed)
    _, log = class_edits(rng, 20)
    document, peer = Document(), Document()
    for made in log:
        document.apply(made)
        if rng.random() < 0.5:
            peer.apply(made)
    state = peer.state_vector()
    answer = document.diff(state)
    assert document.diff(state) is answer
    peer.apply(answer)
    assert peer.clients == document.clients
    document.drop_caches()
    assert len(document.diff(state)) == len(answer)


def test_nothing_to_say_is_two_zeros():
    assert Document().diff(b"\x00") == b"\x00\x00"
    document = Document()
    document.apply(update((1, 0, [string_item("a")])))
    assert document.diff(document.state_vector()) == b"\x00\x00"


@given(state=st.dictionaries(st.integers(0, 2**53 - 1), st.integers(0, 2**31 - 1), max_size=20))
def test_state_vectors_round_trip(state: dict[int, int]):
    assert decode_state_vector(encode_state_vector(state), 10_000) == state


@given(seed=SEEDS)
def test_merged_updates_do_what_they_did_apart(seed: int):
    rng = random.Random(seed)
    _, log = class_edits(rng, 20)
    apart, together = Document(), Document()
    for made in log:
        apart.apply(made)
    if log:
        merged = merge(log)
        screen(merged)
        together.apply(merged)
    assert together.clients == apart.clients
    assert seen(together) == seen(apart)


@given(seed=SEEDS)
def test_merging_what_waited_and_overlapped_loses_nothing(seed: int):
    rng = random.Random(seed)
    _, log = class_edits(rng, 20)
    delivered = log + [merge(log[start : start + 3]) for start in range(0, len(log), 2)]
    rng.shuffle(delivered)
    document, taken = Document(), list[bytes]()
    for made in delivered:
        if document.apply(made):
            taken.append(made)
    together = Document.load([document.merge(taken)])
    assert together.clients == document.clients
    assert seen(together) == seen(document)
