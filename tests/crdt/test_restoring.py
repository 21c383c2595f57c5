"""A restored version is new edits: everybody ends there, and nothing that agreed was touched."""

import random
from typing import Any

import pycrdt
from hypothesis import given
from hypothesis import strategies as st

from crdt.board import Board
from crdt.document import Applied, Document
from crdt.history import state_at
from crdt.restoring import restore
from crdt.screen import screen
from tests.crdt.boards import Painter
from tests.crdt.peers import PycrdtPeer
from tests.crdt.test_history import rows_of_a_class

ROOTS: dict[str, Any] = {
    "text": pycrdt.Text,
    "array": pycrdt.Array,
    "map": pycrdt.Map,
    "xml": pycrdt.XmlFragment,
}
SEEDS = st.integers(0, 2**32)


def value(state: bytes) -> dict[str, Any]:
    """What a reader sees, character by character: where a text is cut into chunks is no difference."""
    peer = PycrdtPeer()
    peer.take(state)
    seen = peer.value()
    seen["text"] = [(char, formats) for chunk, formats in seen["text"] for char in chunk]
    return seen


@given(seed=SEEDS, steps=st.integers(2, 40))
def test_everybody_ends_at_the_version(seed: int, steps: int):
    rng = random.Random(seed)
    rows = rows_of_a_class(rng, steps)
    if not rows:
        return
    wanted = state_at(rows, rng.randrange(len(rows)))
    current = state_at(rows, len(rows) - 1)
    made = restore(current, wanted, ROOTS, client_id=99)
    screen(made)
    document = Document.load([current])
    document.apply(made)
    assert not document.has_pending
    assert value(document.full()) == value(wanted)
    assert restore(document.full(), wanted, ROOTS, client_id=100) == b"\x00\x00"


def test_what_agrees_is_not_touched_and_editing_goes_on():
    ada = PycrdtPeer(1)
    ada.text.insert(0, "Once upon a time there was a class.")
    document = Document.load(ada.drain())
    wanted = document.full()
    ada.text.insert(9, " NOT")
    ben = PycrdtPeer(2)
    for made in ada.drain():
        document.apply(made)
    ben.take(document.full())
    ben.text.insert(len(ben.text), " The end.")
    made = restore(document.full(), wanted, ROOTS, client_id=3)
    assert made[0] == 0  # it adds nothing
    assert document.apply(made) is Applied.NEW
    for late in ben.drain():
        assert document.apply(late) is Applied.NEW
    assert str(document.doc.get("text", type=pycrdt.Text)) == "Once upon a time there was a class. The end."


@given(seed=SEEDS)
def test_a_board_takes_its_own_restoration(seed: int):
    rng = random.Random(seed)
    painter, board = Painter(5), Board()
    states = [board.full()]
    for _ in range(20):
        painter.paint(rng)
        for made in painter.drain():
            board.apply(made)
        states.append(board.full())
    wanted = rng.choice(states)
    made = restore(board.full(), wanted, {"pages": pycrdt.Map}, client_id=6)
    board.apply(made)
    earlier = Board.load([wanted])
    assert board.pages() == earlier.pages()
    assert all(board.elements(page.id) == earlier.elements(page.id) for page in earlier.pages())
