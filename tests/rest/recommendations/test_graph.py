"""Prerequisites: what is open, what leads where, and circles named."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rest.recommendations.errors import PrerequisiteCycle, UnknownModule
from rest.recommendations.graph import Course, Module, course

DIAMOND = course(
    [
        Module("d", requires=("b", "c"), order=4),
        Module("c", requires=("a",), order=2),
        Module("b", requires=("a",), order=3),
        Module("a", order=1),
        Module("x", order=0),
    ]
)


def test_sequence_puts_prerequisites_first_and_then_the_teachers_order() -> None:
    assert DIAMOND.sequence == ("x", "a", "c", "b", "d")


def test_open_missing_and_reach() -> None:
    assert DIAMOND.open_to({"a"}) == ["x", "c", "b"]
    assert DIAMOND.missing("d", {"b"}) == ["c"]
    assert [DIAMOND.reach(m) for m in "abcdx"] == [3, 1, 1, 0, 0]


def test_the_path_to_a_goal_skips_what_is_done_and_what_it_stood_on() -> None:
    assert DIAMOND.path_to("d", set()) == ["a", "c", "b", "d"]
    assert DIAMOND.path_to("d", {"b", "c"}) == ["d"]
    assert DIAMOND.path_to("d", {"d"}) == []


def test_circles_and_strangers_are_named() -> None:
    with pytest.raises(PrerequisiteCycle) as refused:
        course([Module("a", requires=("b",)), Module("b", requires=("a",)), Module("c")])
    assert set(refused.value.cycle) == {"a", "b"}
    assert refused.value.cycle[0] == refused.value.cycle[-1]
    with pytest.raises(PrerequisiteCycle):
        course([Module("a", requires=("a",))])
    with pytest.raises(UnknownModule, match="nowhere"):
        course([Module("a", requires=("nowhere",))])
    with pytest.raises(UnknownModule):
        DIAMOND.path_to("nowhere", set())


@st.composite
def acyclic(draw: st.DrawFn) -> Course:
    count = draw(st.integers(1, 12))
    modules = [
        Module(f"m{i}", requires=tuple(f"m{j}" for j in draw(st.sets(st.integers(0, i - 1), max_size=3))) if i else ())
        for i in range(count)
    ]
    return course(draw(st.permutations(modules)))


@given(acyclic(), st.data())
def test_doing_what_is_open_always_finishes_and_paths_can_be_walked(made: Course, data: st.DataObject) -> None:
    goal = data.draw(st.sampled_from(made.sequence))
    done: set[str] = set()
    for step in made.path_to(goal, done):
        assert step in made.open_to(done)
        done.add(step)
    assert goal in done
    while opened := made.open_to(done):
        done.add(data.draw(st.sampled_from(opened)))
    assert done == set(made.modules)
