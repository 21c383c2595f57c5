"""Order keys: always one more between two."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from crdt.fractional import is_key, key_between, keys_between


def test_known_keys():
    """Pairs as Excalidraw writes them."""
    known = {
        (None, None): "a0",
        ("a0", None): "a1",
        (None, "a0"): "Zz",
        ("a0", "a1"): "a0V",
        ("a0V", "a1"): "a0l",
        ("a0", "a0V"): "a0G",
        ("az", None): "b00",
        (None, "b00"): "az",
        ("Zz", "a0"): "ZzV",
        ("a1", "a2"): "a1V",
        ("a0", "a2"): "a1",
        ("bzz", None): "c000",
        (None, "Y00"): "Xzzz",
    }
    for (before, after), key in known.items():
        assert key_between(before, after) == key


@pytest.mark.parametrize("bad", ["", "a", "a00", "0", "é0", "b0", "a0 ", "A" + "0" * 26, "a1_"])
def test_what_is_no_key(bad: str):
    assert not is_key(bad)
    with pytest.raises(ValueError, match="order key"):
        key_between(bad, None)


@pytest.mark.parametrize(("before", "after"), [("a1", "a0"), ("a0", "a0")])
def test_wrong_order_is_refused(before: str, after: str):
    with pytest.raises(ValueError, match="before"):
        key_between(before, after)


def test_there_is_a_key_before_the_first_and_after_the_last():
    first = last = key_between(None, None)
    for _ in range(5000):
        smaller, larger = key_between(None, first), key_between(last, None)
        assert smaller < first
        assert last < larger
        first, last = smaller, larger


def test_the_ends_of_the_scale():
    low = "A" + "0" * 26 + "1"
    assert is_key(low)
    assert key_between(None, low) < low
    high = "z" * 27
    assert high < key_between(high, None)


@given(count=st.integers(0, 200), places=st.lists(st.floats(0, 1), max_size=12))
def test_many_between(count: int, places: list[float]):
    keys = [key_between(None, None)]
    for place in places:
        index = int(place * len(keys))
        before = keys[index - 1] if index else None
        keys.insert(index, key_between(before, keys[index] if index < len(keys) else None))
    more = keys_between(keys[0], keys[1] if len(keys) > 1 else None, count)
    assert len(more) == count
    ordered = [keys[0], *more, *keys[1:2]]
    assert ordered == sorted(set(ordered))
    assert all(is_key(key) for key in ordered)


class Inserting(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.keys: list[str] = []

    @rule(place=st.integers(0, 10_000))
    def insert(self, place: int) -> None:
        index = place % (len(self.keys) + 1)
        before = self.keys[index - 1] if index else None
        after = self.keys[index] if index < len(self.keys) else None
        self.keys.insert(index, key_between(before, after))

    @invariant()
    def in_order(self) -> None:
        assert self.keys == sorted(set(self.keys))
        assert all(is_key(key) for key in self.keys)


TestInserting = Inserting.TestCase
