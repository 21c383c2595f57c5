"""Papers: pools, shuffling, and the same paper for the same attempt."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rest.assessment import items as k
from rest.assessment.errors import BadSettings
from rest.assessment.papers import Part, Plan, draw_paper

CHOICES = tuple(k.Choice(i, i) for i in "abcdef")
ITEMS: dict[str, k.Item] = {
    f"q{n}": k.SingleChoice(id=f"q{n}", prompt="?", choices=CHOICES, key="a") for n in range(10)
}
ITEMS["order"] = k.Ordering(id="order", prompt="?", choices=CHOICES)
ITEMS["match"] = k.Matching(id="match", prompt="?", sources=CHOICES[:1], targets=CHOICES, pairs={"a": "b"})
PLAN = Plan((Part(("q0", "q1")), Part(("q2", "q3", "q4", "q5", "q6"), draw=2), Part(("order", "match"))))


@given(st.text())
def test_fixed_questions_stay_and_pools_draw_their_number(seed: str) -> None:
    names = [q.item for q in draw_paper(PLAN, ITEMS, seed)]
    assert names[:2] == ["q0", "q1"]
    assert names[4:] == ["order", "match"]
    assert len(set(names[2:4])) == 2
    assert set(names[2:4]) <= {"q2", "q3", "q4", "q5", "q6"}
    assert names[2:4] == sorted(names[2:4])


@given(st.text())
def test_an_attempt_always_has_the_same_paper(seed: str) -> None:
    shuffled = Plan(PLAN.parts, shuffle_items=True, shuffle_choices=True)
    assert draw_paper(shuffled, ITEMS, seed) == draw_paper(shuffled, ITEMS, seed)


def test_attempts_differ_from_each_other() -> None:
    shuffled = Plan(PLAN.parts, shuffle_items=True, shuffle_choices=True)
    assert len({draw_paper(shuffled, ITEMS, f"attempt {n}") for n in range(50)}) == 50


def test_choices_are_mixed_when_asked_and_the_key_of_an_ordering_never_shows() -> None:
    plain, mixed = (
        {q.item: q.choices for q in draw_paper(Plan(PLAN.parts, shuffle_choices=s), ITEMS, "7")} for s in (False, True)
    )
    assert plain["q0"] == plain["match"] == tuple("abcdef")
    assert mixed["q0"] != tuple("abcdef")
    assert mixed["match"] != tuple("abcdef")
    assert plain["order"] == mixed["order"] != tuple("abcdef")


def test_another_pool_does_not_change_what_the_first_draws() -> None:
    pool = Part(("q2", "q3", "q4", "q5", "q6"), draw=2)
    alone = draw_paper(Plan((pool,)), ITEMS, "s")
    more = draw_paper(Plan((pool, Part(("q7", "q8", "q9"), draw=1))), ITEMS, "s")
    assert more[:2] == alone


def test_impossible_plans_are_refused() -> None:
    with pytest.raises(BadSettings, match="draws 3 of 2"):
        Part(("a", "b"), draw=3)
    with pytest.raises(BadSettings, match="twice"):
        Part(("a", "a"))
    with pytest.raises(BadSettings, match="two parts"):
        Plan((Part(("a",)), Part(("a",))))
    with pytest.raises(BadSettings, match="not there"):
        draw_paper(Plan((Part(("nowhere",)),)), ITEMS, "s")
