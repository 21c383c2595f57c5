"""Autosave is a join: order, repetition and grouping of saves do not matter."""

from functools import reduce
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from rest.assessment.autosave import Save, acknowledged, answers, changed, merge
from rest.assessment.responses import Chosen, Said

saves = st.lists(
    st.builds(
        Save,
        st.sampled_from("abc"),
        st.integers(0, 4),
        st.one_of(st.none(), st.builds(Said, st.text(max_size=3)), st.builds(Chosen, st.just(("x",)))),
    ),
    max_size=12,
)


@given(saves, st.randoms())
def test_any_order_any_grouping_any_repetition_ends_the_same(given_saves: list[Save], random: Random) -> None:
    expected = merge({}, given_saves)
    mixed = [*given_saves, *given_saves[::2]]
    random.shuffle(mixed)
    one_by_one = reduce(lambda saved, save: merge(saved, [save]), mixed, dict[str, Save]())
    assert one_by_one == expected
    half = len(mixed) // 2
    assert merge(merge({}, mixed[:half]), merge({}, mixed[half:]).values()) == expected


@given(saves)
def test_the_highest_number_wins(given_saves: list[Save]) -> None:
    for item, save in merge({}, given_saves).items():
        rivals = [s for s in given_saves if s.item == item]
        assert save in rivals
        assert save.seq == max(s.seq for s in rivals)


def test_an_old_save_that_arrives_late_changes_nothing() -> None:
    saved = merge({}, [Save("a", 5, Said("new"))])
    assert merge(saved, [Save("a", 4, Said("old"))]) == saved
    assert changed(saved, merge(saved, [Save("a", 4, Said("old"))])) == []


def test_clearing_is_a_save_and_leaves_no_answer() -> None:
    saved = merge({}, [Save("a", 1, Said("x")), Save("b", 1, Said("y")), Save("a", 2, None)])
    assert answers(saved) == {"b": Said("y")}
    assert acknowledged(saved) == {"a": 2, "b": 1}


def test_only_what_is_new_has_to_be_written() -> None:
    before = merge({}, [Save("a", 1, Said("x")), Save("b", 1, Said("y"))])
    newer = Save("b", 2, Said("z"))
    assert changed(before, merge(before, [newer])) == [newer]
    assert before["b"].seq == 1
