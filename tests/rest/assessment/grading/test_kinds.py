"""Each kind of item with its credit, by hand."""

from decimal import Decimal as Dec
from typing import Any

import pytest

from rest.assessment import items as k
from rest.assessment import responses as r
from rest.assessment.grading.code import Run
from rest.assessment.grading.grade import grade
from rest.assessment.grading.outcome import Remark
from rest.assessment.grading.text import edits, plain, wildcard

FIVE = tuple(k.Choice(i, i.upper()) for i in "abcde")


def multiple(credit: k.ChoiceCredit, *keys: str) -> k.MultipleChoice:
    return k.MultipleChoice(id="q", prompt="?", points=Dec(6), choices=FIVE, keys=keys, credit=credit)


@pytest.mark.parametrize(
    ("credit", "picked", "score"),
    [
        ("all-or-nothing", "ab", "6"),
        ("all-or-nothing", "a", "0"),
        ("per-option", "a", "4.8"),
        ("per-option", "", "3.6"),
        ("per-option", "abcde", "2.4"),
        ("right-minus-wrong", "a", "3"),
        ("right-minus-wrong", "abc", "4"),
        ("right-minus-wrong", "abcde", "0"),
        ("right-minus-wrong", "cde", "0"),
        ("right-minus-wrong", "aab", "6"),
    ],
)
def test_multiple_choice(credit: k.ChoiceCredit, picked: str, score: str) -> None:
    assert grade(multiple(credit, "a", "b"), r.Chosen(tuple(picked))).score == Dec(score)


def test_none_of_these_is_an_answer() -> None:
    assert grade(multiple("right-minus-wrong"), r.Chosen(())).score == 6
    assert grade(multiple("right-minus-wrong"), r.Chosen(("a",))).score == 0


@pytest.mark.parametrize(
    ("credit", "order", "score"),
    [
        ("pairs", "abcd", "12"),
        ("pairs", "abdc", "8"),
        ("pairs", "dcba", "0"),
        ("positions", "abdc", "6"),
        ("positions", "bcda", "0"),
        ("all-or-nothing", "abdc", "0"),
        ("pairs", "abc", "0"),
        ("pairs", "aabc", "0"),
    ],
)
def test_ordering(credit: k.OrderCredit, order: str, score: str) -> None:
    item = k.Ordering(id="q", prompt="?", points=Dec(12), choices=FIVE[:4], credit=credit)
    assert grade(item, r.Ordered(tuple(order))).score == Dec(score)


def test_matching_counts_pairs() -> None:
    item = k.Matching(
        id="q", prompt="?", points=Dec(1), sources=FIVE[:3], targets=FIVE, pairs={"a": "d", "b": "e", "c": "d"}
    )
    assert grade(item, r.Matched({"a": "d", "b": "d", "c": "d"})).score == Dec("0.6667")
    assert grade(item, r.Matched({"z": "d"})).score == 0


def speed(**settings: Any) -> k.Numeric:
    return k.Numeric(
        id="q", prompt="?", points=Dec(10), key=Dec(36), tolerance=Dec("0.5"), unit="km/h", unitless=40, **settings
    )


@pytest.mark.parametrize(
    ("said", "score"),
    [
        ("36 km/h", 10),
        ("36.5km/h", 10),
        ("36,51 km/h", 0),
        ("10 m/s", 10),
        ("1e1 m s^-1", 10),
        ("1000 cm/s", 10),
        ("36", 4),
        ("37", 0),
        ("36 kg", 0),
        ("36 parsecs", 0),
        ("fast", 0),
        ("36 km", 0),
    ],
)
def test_numbers_with_units(said: str, score: int) -> None:
    assert grade(speed(), r.Said(said)).score == score


def test_what_is_wrong_with_a_number_is_said() -> None:
    def code(text: str) -> Remark:
        return grade(speed(), r.Said(text)).feedback[-1]

    assert code("fast") == Remark("not-a-number")
    assert code("36 kg") == Remark("unit-wrong", ("kg", "km/h"))
    assert code("36 parsecs") == Remark("unit-unknown", ("parsecs",))
    assert code("36") == Remark("unit-missing", ("km/h",))


def test_relative_tolerance_and_temperatures() -> None:
    item = k.Numeric(id="q", prompt="?", key=Dec(-40), tolerance=Dec(1), relative=True, unit="°C")
    assert grade(item, r.Said("-40 °F")).score == 1
    assert grade(item, r.Said("233.15 K")).score == 1
    assert grade(item, r.Said("-40.4 °C")).score == 1
    assert grade(item, r.Said("-40.41 °C")).score == 0


def capital(**settings: Any) -> k.ShortText:
    accepted = (k.Accepted("Constantinople"), k.Accepted("Byzan*", 50, "its older name"), k.Accepted("12 AD"))
    return k.ShortText(id="q", prompt="?", points=Dec(2), accepted=accepted, **settings)


@pytest.mark.parametrize(
    ("said", "typos", "score"),
    [
        ("  constantinople. ", 0, 2),
        ("ＣＯＮＳＴＡＮＴＩＮＯＰＬＥ", 0, 2),
        ("Byzantium", 0, 1),
        ("Constantinopel", 0, 0),
        ("Constantinopel", 1, 2),
        ("Konstantinopel", 1, 0),
        ("Konstantinopel", 2, 2),
        ("13 AD", 3, 0),
        ("Rome", 3, 0),
    ],
)
def test_short_text(said: str, typos: int, score: int) -> None:
    assert grade(capital(typos=typos), r.Said(said)).score == score


def test_an_unmatched_text_may_wait_for_a_person() -> None:
    result = grade(capital(review=True), r.Said("New Rome"))
    assert (result.score, result.needs_manual) == (0, True)
    assert result.feedback == (Remark("for-a-person"),)
    assert not grade(capital(review=True), r.Said("Constantinople")).needs_manual


def test_case_can_matter() -> None:
    item = k.ShortText(id="q", prompt="?", accepted=(k.Accepted("NaCl"),), case_sensitive=True)
    assert grade(item, r.Said("NaCl")).score == 1
    assert grade(item, r.Said("nacl")).score == 0


def test_an_essay_waits_and_its_length_is_remarked() -> None:
    item = k.Essay(id="q", prompt="?", points=Dec(9), least_words=3, most_words=4)
    assert grade(item, r.Said("one two three")).feedback == (Remark("for-a-person"),)
    assert grade(item, r.Said("one")).feedback[-1] == Remark("too-short", ("1", "3"))
    assert grade(item, r.Said("1 2 3 4 5")).feedback[-1] == Remark("too-long", ("5", "4"))
    assert grade(item, r.Said("one two three")).needs_manual
    assert not grade(item, r.Said("  ")).needs_manual


def test_code_earns_the_weight_of_its_tests_and_hidden_ones_stay_unnamed() -> None:
    tests = (k.CodeTest("adds", 3), k.CodeTest("edge", 1), k.CodeTest("secret", 4, hidden=True))
    item = k.Code(id="q", prompt="?", points=Dec(8), language="python", tests=tests)
    response = r.Submitted({"main.py": "print('all tests passed')"})
    assert grade(item, response).needs_manual
    result = grade(item, response, Run(frozenset({"adds", "made-up"})))
    assert result.score == 3
    assert result.feedback[1:] == (Remark("test-failed", ("edge",)), Remark("hidden-tests-failed", ("1",)))
    assert grade(item, r.Submitted({"main.py": " "}), Run(frozenset({"adds"}))).score == 0


def test_wildcards_never_backtrack() -> None:
    assert wildcard("a*b*c", "axxbxxc")
    assert not wildcard("ab*ba", "aba")
    assert wildcard("*", "")
    assert not wildcard("*".join("a" * 40) + "b", "a" * 900)


@pytest.mark.parametrize(
    ("one", "two", "count"), [("abcd", "abdc", 1), ("abc", "abc", 0), ("abc", "xyz", 3), ("", "ab", 2)]
)
def test_edits_count_slips(one: str, two: str, count: int) -> None:
    assert edits(one, two, 5) == count
    assert edits(one, two, 0) == (1 if count else 0)


def test_plain_reads_alike_what_reads_alike() -> None:
    assert plain("It’s  “so”.") == plain('it\'s "so"')
