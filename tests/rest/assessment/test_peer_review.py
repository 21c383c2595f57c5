"""Peer review: balanced, nobody their own, seeded; good judges weigh more."""

from collections import Counter
from fractions import Fraction as Frac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rest.assessment.errors import BadSettings
from rest.assessment.peer_marks import MOST, verdict, weight
from rest.assessment.peer_review import assign, pseudonyms, step_in


@st.composite
def classes(draw: st.DrawFn) -> tuple[list[str], int]:
    people = [f"p{n}" for n in range(draw(st.integers(2, 40)))]
    return people, draw(st.integers(1, min(5, len(people) - 1)))


@given(classes(), st.text())
def test_everyone_gives_and_gets_the_same_and_nobody_their_own(made: tuple[list[str], int], seed: str) -> None:
    people, reviews = made
    assignment = assign(people, reviews, seed)
    assert assignment.keys() == set(people)
    assert all(len(set(works)) == reviews and who not in works for who, works in assignment.items())
    assert set(Counter(w for works in assignment.values() for w in works).values()) == {reviews}
    assert assign(people[::-1], reviews, seed) == assignment


def test_seeds_differ() -> None:
    people = [f"p{n}" for n in range(12)]
    assert len({str(sorted(assign(people, 3, str(n)).items())) for n in range(30)}) == 30


def test_impossible_reviews_are_refused() -> None:
    for people, reviews in ((["a"], 1), (["a", "b"], 2), (["a", "b"], 0), (["a", "a"], 1)):
        with pytest.raises(BadSettings):
            assign(people, reviews, "s")


@given(classes(), st.data())
def test_others_step_in_for_the_absent(made: tuple[list[str], int], data: st.DataObject) -> None:
    people, reviews = made
    assignment = assign(people, reviews, "s")
    absent = data.draw(st.frozensets(st.sampled_from(people), max_size=len(people) // 2))
    after = step_in(assignment, absent)
    assert after.keys() == set(people) - absent
    assert all(who not in works and len(set(works)) == len(works) for who, works in after.items())
    assert all(set(assignment[who]) <= set(after[who]) for who in after)


def test_pseudonyms_are_distinct_and_tell_nothing() -> None:
    people = [f"p{n}" for n in range(9)]
    names = pseudonyms(people, "s")
    assert len(set(names.values())) == 9
    assert [names[p] for p in people] != sorted(names.values())


KNOWN = {f"c{n}": Frac(n, 10) for n in range(5)}


def test_close_judges_weigh_more_than_wild_ones_within_bounds() -> None:
    exact = weight(KNOWN, KNOWN)
    wild = weight({w: 1 - s for w, s in KNOWN.items()}, KNOWN)
    assert wild < weight({}, KNOWN) == 1 < exact
    assert exact <= MOST * wild


@given(st.dictionaries(st.sampled_from(sorted(KNOWN)), st.fractions(0, 1, max_denominator=20)))
def test_weights_stay_within_a_factor(judged: dict[str, Frac]) -> None:
    assert Frac(1, 2) <= weight(judged, KNOWN) <= Frac(MOST, 2)


def test_the_verdict_is_the_weighted_mean_and_calls_a_person_when_judges_differ() -> None:
    reviews = {"a": Frac(8, 10), "b": Frac(6, 10)}
    assert verdict(reviews, {"a": Frac(2), "b": Frac(1)}).share == Frac(22, 30)
    assert not verdict(reviews, {}).needs_person
    assert verdict(reviews | {"c": Frac(1, 10)}, {}).needs_person
    assert verdict({"a": Frac(1)}, {}).needs_person
    assert verdict({}, {}).share is None
