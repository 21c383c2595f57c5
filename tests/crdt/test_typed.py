"""The short way for typed text says what the long way says, or nothing."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crdt.document import Applied, Document
from crdt.errors import UpdateRefused
from crdt.screen import screen
from crdt.typed import read_typed
from tests.crdt.mutations import mutate
from tests.crdt.peers import MAKERS, PycrdtPeer
from tests.crdt.wire import after, item_id, string_item, text, update

CLIENTS = st.sampled_from([0, 1, 127, 128, 2**32 - 1, 2**49, 2**53 - 1])
CLOCKS = st.integers(0, 2**29)


@given(CLIENTS, CLOCKS, CLIENTS, CLOCKS, st.none() | st.tuples(CLIENTS, CLOCKS), st.text(max_size=200))
def test_made_up_updates(
    client: int, clock: int, left: int, left_clock: int, right: tuple[int, int] | None, typed: str
):
    struct = after(4, text(typed), left, left_clock)
    if right is not None:
        struct = b"\xc4" + item_id(left, left_clock) + item_id(*right) + text(typed)
    _compare(update((client, clock, [struct])))


@given(seed=st.integers(0, 2**32))
def test_mutated_honest_updates(seed: int):
    rng = random.Random(seed)
    peer = rng.choice(MAKERS)(rng.getrandbits(rng.choice([8, 32])))
    for _ in range(10):
        peer.edit(rng)
    honest = [*peer.drain(), update((1, 1, [after(4, text("x"), 1, 0)]))]
    for made in honest + [mutate(rng, honest) for _ in range(50)]:
        _compare(made)


def _compare(made: bytes) -> None:
    typed = read_typed(made)
    if typed is None:
        return
    client, start, end, left, left_clock, right, right_clock = typed
    if any(other == client and clock >= start for other, clock in ((left, left_clock), (right, right_clock))):
        return  # a document sends these the long way, because that origin is not known
    found = screen(made)
    assert found.ranges == [(client, start, end)]
    assert not found.deletes
    needs = {}
    for other, clock in ((left, left_clock), (right, right_clock)):
        if other != client:
            needs[other] = max(clock, needs.get(other, 0))
    assert found.needs == needs


def test_typing_takes_it():
    peer = PycrdtPeer(2**53 - 1)
    for index in range(300):
        peer.text.insert(index, "a")
    made = peer.drain()
    assert all(read_typed(each) for each in made[1:])


def test_bounds_hold_on_the_short_way():
    document = Document()
    document.apply(update((1, 0, [string_item("a")])))
    assert document.apply(update((1, 1, [after(4, text("b"), 1, 0)]))) is Applied.NEW
    assert document.apply(update((1, 1, [after(4, text("b"), 1, 0)]))) is Applied.DUPLICATE
    assert document.apply(update((2, 0, [after(4, text("c"), 3, 0)]))) is Applied.PENDING
    for circular in (after(4, text("b"), 1, 2), b"\xc4" + item_id(1, 1) + item_id(1, 2) + text("b")):
        with pytest.raises(UpdateRefused):
            document.apply(update((1, 2, [circular])))
    assert document.clients == {1: 2}
