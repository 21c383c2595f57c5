"""Item analysis against hand-worked figures and numpy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rest.assessment.analysis import Distractor, alpha, analyse, correlation, distractors


def guttman(students: int = 20) -> dict[str, dict[str, float]]:
    """Question q passes those whose rank is at least q's step: a perfect scale; `odd` is upside down."""
    return {
        f"s{n:02}": {"q1": float(n >= 5), "q2": float(n >= 10), "q3": float(n >= 15), "odd": float(n < 10)}
        for n in range(students)
    }


def test_difficulty_and_discrimination_by_hand() -> None:
    result = analyse(guttman())
    figures = {q.item: q for q in result.questions}
    assert [figures[q].difficulty for q in ("q1", "q2", "q3", "odd")] == [0.75, 0.5, 0.25, 0.5]
    assert figures["odd"].discrimination is not None
    assert figures["odd"].discrimination < -0.5
    assert figures["odd"].flags == ("check-the-key",)
    rest = [np.mean([row[k] for k in ("q1", "q3", "odd")]) for row in guttman().values()]
    expected = np.corrcoef([row["q2"] for row in guttman().values()], rest)[0, 1]
    assert figures["q2"].discrimination == pytest.approx(expected)


def test_point_biserial_is_the_pearson_of_zeros_and_ones() -> None:
    own, whole = [1.0, 1, 0, 0, 1], [9.0, 7, 4, 5, 6]
    right, wrong = [9.0, 7, 6], [4.0, 5]
    p = 3 / 5
    expected = (np.mean(right) - np.mean(wrong)) / np.std(whole) * np.sqrt(p * (1 - p))
    assert correlation(own, whole) == pytest.approx(expected)


def test_alpha_of_identical_questions_is_one_and_of_unrelated_ones_about_zero() -> None:
    rng = np.random.default_rng(0)
    column = rng.integers(0, 2, 400)
    assert alpha([[float(c)] * 4 for c in column]) == pytest.approx(1.0)
    assert alpha(rng.integers(0, 2, (4000, 4)).astype(float).tolist()) == pytest.approx(0.0, abs=0.1)
    assert alpha([[1.0, 1.0], [1.0, 1.0]]) is None
    assert alpha([[1.0, 0.0]]) is None


def test_easy_hard_and_rare_questions_are_flagged() -> None:
    marks = {f"s{n}": {"easy": 1.0, "hard": 0.0, "plain": float(n % 2)} for n in range(20)}
    marks["s0"]["rare"] = 1.0
    flags = {q.item: q.flags for q in analyse(marks).questions}
    assert flags["easy"] == ("too-easy",)
    assert flags["hard"] == ("too-hard",)
    assert flags["rare"] == ("few-answers",)


def test_upper_and_lower_groups() -> None:
    figures = {q.item: q for q in analyse(guttman()).questions}
    assert figures["q2"].upper_lower is not None
    assert figures["q2"].upper_lower > 0
    assert figures["odd"].upper_lower is not None
    assert figures["odd"].upper_lower < 0


def test_an_empty_assessment_has_no_figures() -> None:
    assert analyse({}).questions == ()
    assert analyse({"s": {}}).students == 0


@given(st.dictionaries(st.text(max_size=2), st.dictionaries(st.sampled_from("abc"), st.floats(0, 1)), max_size=12))
def test_figures_stay_within_their_bounds(marks: dict[str, dict[str, float]]) -> None:
    result = analyse(marks)
    for question in result.questions:
        assert -1e-9 <= question.difficulty <= 1 + 1e-9
        assert question.discrimination is None or abs(question.discrimination) <= 1 + 1e-9
        assert question.upper_lower is None or abs(question.upper_lower) <= 1


def test_distractors_are_counted_among_the_best_and_the_worst() -> None:
    picks = [(n / 10, ["a"] if n >= 5 else ["b", "b"]) for n in range(10)]
    assert distractors(picks, "abc") == [Distractor("a", 5, 3, 0), Distractor("b", 5, 0, 3), Distractor("c", 0, 0, 0)]
