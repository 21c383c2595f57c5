"""Whole attempts: sums, marks by people, grading again, which attempt counts."""

from decimal import Decimal
from fractions import Fraction
from random import Random

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rest.assessment import items as k
from rest.assessment import responses as r
from rest.assessment.attempts import Marked, Scored, Work, changes, score, standing
from rest.assessment.errors import BadMark
from rest.assessment.grading.code import Run
from rest.assessment.grading.grade import grade
from rest.assessment.papers import Question
from tests.rest.assessment import strategies as some

Answered = list[tuple[k.Item, r.Response | None, Run | None]]
answered = st.lists(st.tuples(some.items, some.responses, some.runs), max_size=4)
shares = st.fractions(0, 1, max_denominator=100)


def attempt(given_items: Answered, kept: Fraction = Fraction(1)) -> tuple[Work, dict[str, k.Item]]:
    items = {f"q{n}": msgspec.structs.replace(item, id=f"q{n}") for n, (item, _, _) in enumerate(given_items)}
    responses = {f"q{n}": response for n, (_, response, _) in enumerate(given_items) if response is not None}
    runs = {f"q{n}": run for n, (_, _, run) in enumerate(given_items) if run is not None}
    return Work(tuple(Question(name) for name in items), responses, runs, kept=kept), items


@settings(max_examples=40)
@given(answered, shares)
def test_the_total_is_never_below_zero_nor_above_the_maximum(given_items: Answered, kept: Fraction) -> None:
    work, items = attempt(given_items, kept)
    result = score(work, items)
    assert 0 <= result.score <= result.maximum == sum(i.points for i in items.values())
    assert 0 <= result.share <= 1


@settings(max_examples=40)
@given(answered, st.randoms())
def test_the_order_of_questions_and_answers_does_not_matter(given_items: Answered, random: Random) -> None:
    work, items = attempt(given_items)
    paper = list(work.paper)
    random.shuffle(paper)
    other = Work(tuple(paper), dict(reversed(list(work.answers.items()))), work.runs)
    assert score(other, items).items == score(work, items).items
    assert (score(other, items).score, score(other, items).maximum) == (
        score(work, items).score,
        score(work, items).maximum,
    )


@settings(max_examples=40)
@given(answered, st.lists(some.items, min_size=6, max_size=6))
def test_grading_again_equals_grading_afresh(given_items: Answered, new_items: list[k.Item]) -> None:
    work, items = attempt(given_items)
    first = score(work, items)
    keys = {name: msgspec.structs.replace(new, id=name) for name, new in zip(items, new_items, strict=False)}
    again = score(work, keys)
    fresh = {name: grade(keys[name], work.answers.get(name), work.runs.get(name)) for name in keys}
    assert again.items == fresh
    assert score(work, items) == first
    assert changes(first, first) == []


def quiz() -> tuple[Work, dict[str, k.Item]]:
    items: dict[str, k.Item] = {
        "tf": k.TrueFalse(id="tf", prompt="?", points=Decimal(2), key=True),
        "es": k.Essay(id="es", prompt="?", points=Decimal(8)),
    }
    answers: dict[str, r.Response] = {"tf": r.Chosen(("true",)), "es": r.Said("I think so")}
    return Work((Question("tf"), Question("es")), answers), items


def test_a_persons_mark_completes_the_score_and_stands_over_the_computed_one() -> None:
    work, items = quiz()
    assert (score(work, items).score, score(work, items).needs_manual) == (2, True)
    marked = Work(work.paper, work.answers, marks={"es": Marked(Decimal("6.5"), "good"), "tf": Marked(Decimal(1))})
    result = score(marked, items)
    assert (result.score, result.needs_manual) == (Decimal("7.5"), False)
    with pytest.raises(BadMark, match="0 to 8"):
        score(Work(work.paper, work.answers, marks={"es": Marked(Decimal(9))}), items)


def test_lateness_takes_its_share_of_the_sum() -> None:
    work, items = quiz()
    late = Work(work.paper, work.answers, marks={"es": Marked(Decimal(8))}, kept=Fraction(9, 10))
    assert score(late, items).score == 9


def test_a_new_key_is_told_question_by_question() -> None:
    work, items = quiz()
    before = score(work, items)
    after = score(work, items | {"tf": k.TrueFalse(id="tf", prompt="?", points=Decimal(2), key=False)})
    (change,) = changes(before, after)
    assert change.item == "tf"
    assert change.before is not None
    assert change.after is not None
    assert (change.before.score, change.after.score) == (2, 0)


def test_faulty_questions_are_left_out_or_given_to_all() -> None:
    work, items = quiz()
    assert score(work, items, {"es": "leave-out"}).maximum == 2
    assert not score(work, items, {"es": "leave-out"}).needs_manual
    assert score(work, items, {"es": "full-marks"}).score == 10
    everything = score(work, items, {"es": "leave-out", "tf": "leave-out"})
    assert (everything.maximum, everything.share) == (0, 1)


def scored(share: int) -> Scored:
    return Scored({}, Decimal(share), Decimal(10), needs_manual=False)


def test_which_attempt_counts() -> None:
    attempts = [scored(4), scored(9), scored(5)]
    assert standing(attempts, "best") == Fraction(9, 10)
    assert standing(attempts, "last") == Fraction(1, 2)
    assert standing(attempts, "first") == Fraction(4, 10)
    assert standing(attempts, "average") == Fraction(6, 10)
    assert standing([], "best") == 0
