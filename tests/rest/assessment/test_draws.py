"""Seeded draws: fixed for ever, fair, and complete."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from rest.assessment.draws import Stream


def test_the_stream_is_the_same_on_every_machine_and_version() -> None:
    stream = Stream("exam", "ada")
    assert [stream.below(1000) for _ in range(6)] == GOLDEN
    assert "".join(Stream("exam").shuffled("abcdefgh")) == SHUFFLED


GOLDEN = [273, 887, 331, 812, 299, 240]
SHUFFLED = "ebadgfch"


@given(st.text(), st.lists(st.integers(), max_size=30), st.data())
def test_shuffles_and_samples_keep_what_there_is(seed: str, things: list[int], data: st.DataObject) -> None:
    assert sorted(Stream(seed).shuffled(things)) == sorted(things)
    size = data.draw(st.integers(0, len(things)))
    sample = Stream(seed).sample(things, size)
    assert len(sample) == size
    assert not Counter(sample) - Counter(things)


@given(st.text(), st.integers(1, 10**12))
def test_numbers_stay_below_their_bound(seed: str, bound: int) -> None:
    stream = Stream(seed)
    assert all(0 <= stream.below(bound) < bound for _ in range(5))


def test_every_order_is_about_as_likely() -> None:
    orders = Counter("".join(Stream(str(n)).shuffled("abc")) for n in range(6000))
    assert len(orders) == 6
    assert all(850 < count < 1150 for count in orders.values())


def test_the_parts_of_a_seed_do_not_run_together() -> None:
    assert [Stream("ab", "c").below(2**60), Stream("a", "bc").below(2**60)][0] != Stream("a", "bc").below(2**60)
