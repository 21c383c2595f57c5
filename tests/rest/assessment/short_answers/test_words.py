"""Texts as they are compared."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rest.assessment.short_answers.words import LONGEST, cosine, rarity, read, stem


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("evaporated", "evaporates"),
        ("evaporating", "evaporate"),
        ("studies", "study"),
        ("classes", "class"),
        ("stopped", "stop"),
    ],
)
def test_forms_of_a_word_share_a_stem(one: str, two: str) -> None:
    assert stem(one) == stem(two)


def test_short_words_and_double_s_are_left_alone() -> None:
    assert [stem(w) for w in ("is", "gas", "glass", "bed", "red")] == ["is", "gas", "glass", "bed", "red"]


def test_stop_words_go_numbers_and_denial_stay() -> None:
    text = read("The 2.5 grams of salt aren’t in the water!")
    assert text.stems == ("2.5", "gram", "salt", "aren't", "water")
    assert text.numbers == {"2.5"}
    assert text.denies
    assert not read("The salt is in the water").denies


def test_letter_groups_see_through_a_slip_and_other_scripts() -> None:
    texts = [read(t) for t in ("photosynthesis", "photosyntesis", "respiration", "التركيب الضوئي", "التركيب الضوءي")]
    known = rarity(texts)
    right, slip, other, arabic, arabic_slip = (known.weighed(t) for t in texts)
    assert cosine(right, slip) > 0.5 > cosine(right, other)
    assert cosine(arabic, arabic_slip) > 0.5


@given(st.text(max_size=60), st.text(max_size=60))
def test_likeness_is_a_cosine(one: str, two: str) -> None:
    texts = [read(one), read(two)]
    known = rarity(texts)
    a, b = (known.weighed(t) for t in texts)
    assert -1e-9 <= cosine(a, b) <= 1 + 1e-9
    assert cosine(a, b) == pytest.approx(cosine(b, a))
    if texts[0].groups:
        assert cosine(a, a) == pytest.approx(1.0)


def test_rare_words_say_more() -> None:
    known = rarity([read("water salt"), read("water sugar"), read("water")])
    assert known.word("salt") > known.word("water")
    assert known.word("salt") == pytest.approx(math.log(4 / 2) + 0.3)


def test_only_the_beginning_of_an_endless_text_is_read() -> None:
    assert read("x " * LONGEST * 3) == read("x " * LONGEST)
