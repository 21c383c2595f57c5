"""Likeness, precedents, the model, and who decides."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rest.assessment.errors import BadSettings
from rest.assessment.short_answers import likeness as like
from rest.assessment.short_answers import precedents as prec
from rest.assessment.short_answers.defaults import GRADER
from rest.assessment.short_answers.grader import LEAST, Queued, Sureness, Verdict, numbers, queue, sureness
from rest.assessment.short_answers.model import Model, fit
from rest.assessment.short_answers.words import rarity, read

ASKED = "How did you separate the salt from the water?"
REFERENCE = "The water was evaporated, leaving the salt."
ANSWERS = [
    ("the water evaporated and left the salt", True),
    ("we evaporated the water", True),
    ("let the water evaporate so salt stays", True),
    ("evaporation leaves salt behind", True),
    ("it evaporated, the salt was left", True),
    ("with a filter", False),
    ("we used a magnet", False),
    ("by stirring it", False),
    ("pour it through a screen", False),
    ("we poured out the water with a spoon", False),
]
RARITY = rarity(read(t) for t, _ in ANSWERS)
QUESTION = like.question(ASKED, [REFERENCE, "Evaporation."], RARITY)
GRADED = [prec.precedent(read(t), right, RARITY) for t, right in ANSWERS]


def named(text: str) -> dict[str, float]:
    return dict(zip(like.NAMES, like.likeness(QUESTION, read(text)), strict=True))


def test_the_reference_is_like_itself() -> None:
    found = named(REFERENCE)
    assert [found[n] for n in ("precision", "recall", "overlap", "new_overlap", "rare_recall")] == [1.0] * 5
    assert found["letters"] == pytest.approx(1.0)
    assert found["denies"] == found["numbers_missing"] == found["length"] == 0.0


def test_repeating_the_question_is_an_echo_and_nothing_new() -> None:
    found = named("separate the salt from the water")
    assert found["echo"] == 1.0
    assert found["recall"] > 0.3
    assert found["new_recall"] == 0.0


def test_shares_by_hand() -> None:
    found = named("salt evaporated quickly")
    stems = {"water", "evaporat", "leav", "salt"}
    assert set(read(REFERENCE).stems) == stems
    assert found["precision"] == pytest.approx(2 / 3)
    assert found["recall"] == pytest.approx(2 / 4)


def test_precedents_pull_towards_what_people_said() -> None:
    right = dict(zip(prec.NAMES, prec.compare(read("the water was evaporated"), RARITY, GRADED), strict=True))
    wrong = dict(zip(prec.NAMES, prec.compare(read("with a big magnet"), RARITY, GRADED), strict=True))
    assert right["gap_1"] > 0 > wrong["gap_1"]
    assert right["words_say"] > 0 > wrong["words_say"]
    assert right["neighbours"] > 0 > wrong["neighbours"]
    assert right["usual"] == 0.0
    assert prec.compare(read("x"), RARITY, []) == [0.0] * len(prec.NAMES)


def test_newtons_solution_has_no_gradient() -> None:
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(120, 3)) * [1, 5, 0.1] + [0, 3, 0]
    right = rng.random(120) < 1 / (1 + np.exp(-rows[:, 0]))
    model = fit(rows.tolist(), right.tolist(), ridge=2.0)
    chances = np.array([model.chance(r) for r in rows.tolist()])
    scaled = (rows - rows.mean(0)) / rows.std(0)
    assert scaled.T @ (right - chances) == pytest.approx(2.0 * np.array(model.weights) * rows.std(0), abs=1e-6)
    assert float(right.mean() - chances.mean()) == pytest.approx(0.0, abs=1e-6)
    with pytest.raises(BadSettings):
        fit([[1.0], [2.0]], [True, True])


def test_the_default_grader_tells_good_from_bad_and_explains() -> None:
    good = GRADER.judge(QUESTION, "The water evaporated and the salt was left.", GRADED)
    bad = GRADER.judge(QUESTION, "we used a strong magnet", GRADED)
    assert good.right is True
    assert bad.right is False
    assert "evaporat" in good.shared
    assert "evaporat" in bad.missing


def test_without_graded_answers_more_goes_to_a_person() -> None:
    doubtful = GRADER.judge(QUESTION, "the water went away")
    assert doubtful.right is None
    assert GRADER.sure_alone.high - GRADER.sure_alone.low > GRADER.sure_taught.high - GRADER.sure_taught.low


@given(st.text(max_size=80))
def test_any_answer_gets_the_same_verdict_twice_and_nothing_is_decided_on_nothing(text: str) -> None:
    one, two = (GRADER.judge(QUESTION, text, GRADED) for _ in range(2))
    assert one == two
    assert 0.0 <= one.chance <= 1.0
    if not read(text).stems:
        assert one.right is None


def test_each_model_reads_its_numbers() -> None:
    text = read("salt")
    assert len(numbers(QUESTION, text, None)) == len(GRADER.alone.weights) == len(like.NAMES)
    assert len(numbers(QUESTION, text, GRADED)) == len(GRADER.taught.weights) == len(like.NAMES) + len(prec.NAMES)
    with pytest.raises(ValueError, match="zip"):
        Model((1.0,), 0.0).chance([1.0, 2.0])


def test_sureness_reaches_as_far_in_as_the_verdicts_hold() -> None:
    chances = [n / 100 for n in range(100)]
    right = [n >= 60 or n in (10, 20) for n in range(100)]
    sure = sureness(chances, right, accuracy=0.9)
    lows = [not r for c, r in zip(chances, right, strict=True) if c <= sure.low]
    highs = [r for c, r in zip(chances, right, strict=True) if c >= sure.high]
    assert sum(lows) / len(lows) >= 0.9
    assert sum(highs) / len(highs) >= 0.9
    assert sure.low >= 0.59
    assert sure.high <= 0.6


def test_a_few_hits_prove_nothing() -> None:
    assert sureness([0.9] * (LEAST - 1), [True] * (LEAST - 1)) == Sureness(-1.0, 2.0)
    assert sureness([0.5] * 60, [True, False] * 30) == Sureness(-1.0, 2.0)


def test_the_queue_begins_with_the_least_sure() -> None:
    verdicts = [
        ("a", Verdict(0.8, None, (), ())),
        ("b", Verdict(0.52, None, (), ())),
        ("c", Verdict(0.99, True, (), ())),
    ]
    assert [q.answer for q in queue(verdicts)] == ["b", "a"]
    assert isinstance(queue(verdicts)[0], Queued)
