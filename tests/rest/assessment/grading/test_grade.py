"""What must hold for every item and every response, however absurd."""

from decimal import Decimal
from random import Random

import msgspec
from hypothesis import assume, given
from hypothesis import strategies as st

from rest.assessment import items as k
from rest.assessment import responses as r
from rest.assessment.grading.code import Run
from rest.assessment.grading.grade import grade
from rest.assessment.grading.outcome import Remark
from tests.rest.assessment import strategies as some


@given(some.items, some.responses, some.runs)
def test_the_score_is_never_below_zero_nor_above_the_points(
    item: k.Item, response: r.Response | None, run: Run | None
) -> None:
    result = grade(item, response, run)
    assert Decimal(0) <= result.score <= result.maximum == item.points
    assert result.score == round(result.score, 4)


@given(some.items, some.responses, some.runs)
def test_grading_is_deterministic_also_through_storage(
    item: k.Item, response: r.Response | None, run: Run | None
) -> None:
    stored = msgspec.json.decode(msgspec.json.encode(item), type=k.Item)
    returned = r.decode_response(r.encode_response(response))
    assert (stored, returned) == (item, response)
    assert grade(stored, returned, run) == grade(item, response, run) == grade(item, response, run)


@given(st.one_of(some.single(), some.multiple()), some.picked, st.randoms())
def test_the_order_of_picks_and_of_choices_does_not_matter(
    item: k.MultipleChoice, picked: tuple[str, ...], random: Random
) -> None:
    shuffled = tuple(random.sample(picked, len(picked)))
    turned = msgspec.structs.replace(item, choices=item.choices[::-1])
    scores = {grade(i, r.Chosen(p)).score for i in (item, turned) for p in (picked, shuffled)}
    assert len(scores) == 1


@given(some.matching(), st.dictionaries(st.sampled_from(some.NAMES), st.sampled_from(some.NAMES)))
def test_the_order_of_pairs_does_not_matter(item: k.Matching, pairs: dict[str, str]) -> None:
    turned = dict(reversed(pairs.items()))
    assert grade(item, r.Matched(pairs)) == grade(item, r.Matched(turned))


@given(some.items)
def test_the_key_earns_everything_and_no_answer_nothing(item: k.Item) -> None:
    perfect = grade(item, key_of(item), Run(frozenset(some.NAMES)))
    if not isinstance(item, k.Essay):
        assert perfect.score == perfect.maximum
        assert perfect.feedback[0] == Remark("right")
    assert grade(item, None).score == 0
    assert grade(item, None).feedback[:2] == (Remark("wrong"), Remark("blank"))


def key_of(item: k.Item) -> r.Response:
    match item:
        case k.SingleChoice():
            return r.Chosen((item.key,))
        case k.MultipleChoice():
            return r.Chosen(item.keys)
        case k.TrueFalse():
            return r.Chosen(("true" if item.key else "false",))
        case k.Ordering():
            return r.Ordered(tuple(c.id for c in item.choices))
        case k.Matching():
            return r.Matched(item.pairs)
        case k.Numeric():
            return r.Said(f"{item.key} {item.unit}")
        case k.ShortText():
            best = max(item.accepted, key=lambda a: a.percent)
            assume(best.percent == 100)
            return r.Said(best.text.replace("*", "capital"))
        case k.Essay():
            return r.Said("words")
        case k.Code():
            return r.Submitted({"main.py": "pass"})


def test_a_response_of_another_shape_earns_nothing_and_says_so() -> None:
    item = k.TrueFalse(id="q", prompt="?", key=True)
    assert grade(item, r.Said("true")).feedback == (Remark("wrong"), Remark("malformed"))


def test_the_author_speaks_to_the_result_and_to_the_pick() -> None:
    choices = (k.Choice("a", "A", "not quite"), k.Choice("b", "B"))
    item = k.SingleChoice(id="q", prompt="?", choices=choices, key="b", right="well done", wrong="see chapter 2")
    assert grade(item, r.Chosen(("b",))).feedback == (Remark("right"), Remark("author", ("well done",)))
    assert grade(item, r.Chosen(("a",))).feedback == (
        Remark("wrong"),
        Remark("author", ("see chapter 2",)),
        Remark("author", ("not quite",)),
    )
