"""Every moment of a document, who wrote what, and how it came to be."""

import itertools
import random
from typing import Any

import pycrdt
import pytest
from hypothesis import given, reject
from hypothesis import strategies as st

from crdt.document import Document
from crdt.history import BLOCK_END, Row, Timeline, automatic_versions, state_at
from crdt.intervals import FirstSaid
from crdt.joining import merge
from crdt.sequence import OBJECT
from tests.crdt.peers import PeerBroke, PycrdtPeer, YpyPeer

SEEDS = st.integers(0, 2**32)


def rows_of_a_class(rng: random.Random, steps: int) -> list[Row]:
    """What a server logs: each row an edit of one person, now and then of several at once."""
    peers: list[Any] = [PycrdtPeer(client) for client in (1, 2**31)]
    if rng.random() < 0.5:
        peers.append(YpyPeer(3))
    rows: list[Row] = []
    waiting: list[tuple[bytes, str]] = []
    try:
        for step in range(steps):
            who = rng.randrange(len(peers))
            peers[who].edit(rng)
            waiting += [(made, f"person {who}") for made in peers[who].drain()]
            if waiting and rng.random() < 0.7:
                authors = tuple(dict.fromkeys(author for _, author in waiting))
                rows.append(Row(merge([made for made, _ in waiting]), authors, float(step)))
                waiting = []
            if rng.random() < 0.4:
                other = rng.choice(peers)
                other.take(peers[who].diff(other.state()))
                other.drain()
    except PeerBroke:
        reject()
    return rows


def shown(state: bytes, root: str) -> str:
    """What the engine itself shows of a text or a rich text."""
    doc: pycrdt.Doc[Any] = pycrdt.Doc()
    text, fragment = doc.get("text", type=pycrdt.Text), doc.get("xml", type=pycrdt.XmlFragment)
    doc.apply_update(state)
    return _chunks(text.diff()) if root == "text" else _flat(fragment)


def _chunks(chunks: list[tuple[Any, Any]]) -> str:
    return "".join(chunk if isinstance(chunk, str) else OBJECT for chunk, _ in chunks)


def _flat(parent: Any) -> str:
    out = ""
    for child in parent.children:
        out += _chunks(child.diff()) if isinstance(child, pycrdt.XmlText) else _flat(child) + BLOCK_END
    return out


@pytest.mark.parametrize("root", ["text", "xml"])
@given(seed=SEEDS, steps=st.integers(2, 40))
def test_every_version_reads_as_the_engine_shows_it(root: str, seed: int, steps: int):
    rows = rows_of_a_class(random.Random(seed), steps)
    if not rows:
        return
    timeline = Timeline(rows)
    for version in range(len(rows)):
        text = "".join(span.text for span in timeline.text(root, version))
        assert text == shown(state_at(rows, version), root)


@pytest.mark.parametrize("root", ["text", "xml"])
@given(seed=SEEDS, steps=st.integers(2, 40))
def test_a_replay_passes_every_version(root: str, seed: int, steps: int):
    rows = rows_of_a_class(random.Random(seed), steps)
    if not rows:
        return
    timeline, text = Timeline(rows), ""
    steps_of: dict[int, list[Any]] = {}
    for step in timeline.replay(root):
        steps_of.setdefault(step.row, []).append(step)
    assert list(steps_of) == sorted(steps_of)
    for version in range(len(rows)):
        for step in steps_of.get(version, []):
            text = text[: step.position] + step.text + text[step.position + step.removed :]
        assert text == "".join(span.text for span in timeline.text(root, version))


@given(seed=SEEDS)
def test_a_difference_holds_both_versions(seed: int):
    rng = random.Random(seed)
    rows = rows_of_a_class(rng, 30)
    if not rows:
        return
    timeline = Timeline(rows)
    before, after = sorted(rng.choices(range(len(rows)), k=2))
    changes = timeline.difference("text", before, after)
    old = "".join(span.text for kind, span in changes if kind != "new")
    new = "".join(span.text for kind, span in changes if kind != "gone")
    assert old == shown(state_at(rows, before), "text")
    assert new == shown(state_at(rows, after), "text")


def test_authors_of_every_span():
    ada, ben = PycrdtPeer(1), PycrdtPeer(2)
    rows: list[Row] = []

    def log(peer: PycrdtPeer, author: str, at: float) -> None:
        for made in peer.drain():
            rows.append(Row(made, (author,), at))
            for other in (ada, ben):
                if other is not peer:
                    other.take(made)

    ada.text.insert(0, "Hello world")
    log(ada, "ada", 1)
    ben.text.insert(5, ", dear")
    log(ben, "ben", 2)
    del ada.text[0:5]
    log(ada, "ada", 3)
    ada.text.insert(0, "Good day")
    log(ada, "ada", 4)
    timeline = Timeline(rows)
    spans = [(span.text, timeline.authors(span), rows[span.written].at) for span in timeline.text("text")]
    assert spans == [("Good day", ("ada",), 4), (", dear", ("ben",), 2), (" world", ("ada",), 1)]
    gone = [(kind, span.text, span.deleted) for kind, span in timeline.difference("text", 1, 3)]
    assert gone == [
        ("gone", "Hello", 2),
        ("new", "Good day", None),
        ("same", ", dear", None),
        ("same", " world", None),
    ]
    assert timeline.roots() == ["text"]


def test_a_snapshot_may_come_first():
    ada = PycrdtPeer(1)
    ada.text.insert(0, "old text")
    document = Document.load(ada.drain())
    del ada.text[0:4]
    rows = [Row(document.snapshot(), (), 0.0), *(Row(made, ("ada",), 1.0) for made in ada.drain())]
    timeline = Timeline(rows)
    assert [(span.text, timeline.authors(span)) for span in timeline.text("text", 0)] == [("old text", ())]
    assert "".join(span.text for span in timeline.text("text")) == "text"


def test_automatic_versions():
    def rows(*times: float) -> list[Row]:
        return [Row(b"\x00\x00", (), at) for at in times]

    assert automatic_versions([]) == []
    assert automatic_versions(rows(0, 1, 2)) == [2]
    assert automatic_versions(rows(0, 1, 400, 401), pause=300) == [1, 3]
    assert automatic_versions(rows(*range(0, 5000, 100)), pause=300, longest=1000) == [10, 21, 32, 43, 49]


@given(
    st.lists(st.tuples(st.integers(0, 60), st.integers(1, 20), st.integers(0, 9)), max_size=30),
)
def test_what_was_said_first_counts(said: list[tuple[int, int, int]]):
    intervals, model = FirstSaid(), dict[int, int]()
    for start, length, number in said:
        intervals.say(1, start, start + length, number)
        for clock in range(start, start + length):
            model.setdefault(clock, number)
    assert {clock: intervals.at(1, clock) for clock in range(90)} == {clock: model.get(clock) for clock in range(90)}
    parts = list(intervals.parts(1, 5, 70))
    assert parts[0][0] == 5
    assert parts[-1][1] == 70
    assert all(one[1] == other[0] for one, other in itertools.pairwise(parts))
