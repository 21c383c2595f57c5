"""The unpromised names of pycrdt that `crdt.engine` leans on, and its words for what goes wrong."""

import pycrdt
import pytest

from crdt import document
from crdt.engine import EMPTY_UPDATE, Engine, merge
from crdt.errors import UpdateRefused
from tests.crdt.peers import PycrdtPeer
from tests.crdt.wire import string_item, update


def test_reads_through_the_public_wrapper_what_was_applied_below_it():
    engine = Engine()
    engine.apply(update((1, 0, [string_item("hello")])))
    assert str(engine.doc.get("r", type=pycrdt.Text)) == "hello"
    assert engine.state_vector() == engine.doc.get_state()
    assert engine.diff() == engine.doc.get_update()


def test_watching_tells_news():
    engine = Engine()
    one = update((1, 0, [string_item("x")]))
    assert engine.apply_watched(one)
    assert not engine.apply_watched(one)


def test_bytes_the_engine_cannot_read_are_refused_and_leave_it_usable():
    engine = Engine()
    with pytest.raises(UpdateRefused):
        engine.apply(b"\x01")
    engine.apply(update((1, 0, [string_item("x")])))
    assert engine.state_vector() == b"\x01\x01\x01"


def test_merge():
    one, two = update((1, 0, [string_item("x")])), update((2, 0, [string_item("y")]))
    assert document.merge([one]) is one
    assert document.merge([]) == EMPTY_UPDATE
    engine = Engine()
    engine.apply(merge([one, two]))
    assert len(engine.doc.get("r", type=pycrdt.Text)) == 2


def test_many_are_merged_in_their_order():
    """More than one level of merging."""
    peer = PycrdtPeer(5)
    for index in range(1_500):
        peer.text.insert(index // 2, "ab"[index % 2])
        if index % 7 == 0:
            del peer.text[index // 3]
    merged = document.merge(peer.drain())
    engine = Engine()
    engine.apply(merged)
    assert engine.state_vector() == peer.state()
    assert str(engine.doc.get("text", type=pycrdt.Text)) == str(peer.text)
