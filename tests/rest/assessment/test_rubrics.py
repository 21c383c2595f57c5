"""Rubrics: levels to points, in between, and never more than the question is worth."""

from decimal import Decimal as Dec

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rest.assessment.attempts import Marked
from rest.assessment.errors import BadMark, BadSettings
from rest.assessment.rubrics import Criterion, Level, Pick, Rubric, mark

LEVELS = (Level("none", "missing", Dec(0)), Level("some", "partly", Dec(2)), Level("all", "complete", Dec(4)))
RUBRIC = Rubric((Criterion("argument", "Argument", LEVELS), Criterion("sources", "Sources", LEVELS[:2])))


def test_levels_add_up_and_scale_to_the_question() -> None:
    picks = {"argument": Pick("all"), "sources": Pick("none", comment="cite one")}
    assert mark(RUBRIC, picks, Dec(9)) == Marked(Dec(6), "Sources: cite one")


def test_points_in_between_are_allowed_up_to_the_criterion() -> None:
    picks = {"argument": Pick("some", Dec("3.5")), "sources": Pick("some")}
    assert mark(RUBRIC, picks, Dec(6)).score == Dec("5.5")
    for bad in (Dec(5), Dec(-1), Dec("NaN")):
        with pytest.raises(BadMark):
            mark(RUBRIC, picks | {"argument": Pick("some", bad)}, Dec(6))


def test_incomplete_and_foreign_picks_are_refused() -> None:
    for picks in (
        {"argument": Pick("all")},
        {"argument": Pick("all"), "sources": Pick("all")},
        {"argument": Pick("all"), "sources": Pick("some"), "x": Pick("y")},
    ):
        with pytest.raises(BadMark):
            mark(RUBRIC, picks, Dec(1))


@given(st.sampled_from(["none", "some", "all"]), st.sampled_from(["none", "some"]), st.integers(0, 100))
def test_a_mark_is_within_the_questions_points(one: str, two: str, worth: int) -> None:
    assert 0 <= mark(RUBRIC, {"argument": Pick(one), "sources": Pick(two)}, Dec(worth)).score <= worth


def test_rubrics_that_make_no_sense_are_refused() -> None:
    with pytest.raises(BadSettings, match="same id"):
        Rubric((RUBRIC.criteria[0], RUBRIC.criteria[0]))
    with pytest.raises(BadSettings, match="same id"):
        Criterion("c", "c", (LEVELS[0], LEVELS[0]))
    with pytest.raises(BadSettings, match="worth"):
        Rubric((Criterion("c", "c", LEVELS[:1]),))
    with pytest.raises(BadSettings, match="0 to 10000"):
        Criterion("c", "c", (Level("x", "x", Dec(-1)),))
