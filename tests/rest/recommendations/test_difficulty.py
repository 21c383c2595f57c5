"""Easiness drawn towards the skill, by hand."""

import math

import pytest

from rest.recommendations import difficulty
from rest.recommendations.answers import Answer, histories, student_fold


def test_items_borrow_from_their_skill_and_skills_from_the_whole() -> None:
    answers = [Answer("s", i, "easy", ("k",), 1.0) for i in range(6)] + [Answer("s", 9, "hard", ("k",), 0.0)] * 2
    measured = difficulty.measure(answers)
    overall = (6 + 2 * 0.5) / (8 + 2)
    skill = (6 + 20 * overall) / (8 + 20)
    easy = (6 + 8 * skill) / (6 + 8)
    assert measured.overall == pytest.approx(math.log(overall / (1 - overall)))
    assert measured.skill(("k",)) == pytest.approx(math.log(skill / (1 - skill)))
    assert measured.item("easy", ("k",)).easiness == pytest.approx(math.log(easy / (1 - easy)))
    assert measured.item("hard", ("k",)).easiness < measured.skill(("k",)) < measured.item("easy", ("k",)).easiness


def test_an_unseen_item_is_as_hard_as_its_skills_and_unseen_skills_as_everything() -> None:
    measured = difficulty.measure([Answer("s", 0, "i", ("k",), 1.0)])
    assert measured.item("new", ("k",)) == difficulty.Level(measured.skill(("k",)), 0)
    assert measured.item("new", ("k2",)).easiness == measured.overall


def test_histories_are_cut_by_student_and_every_so_many_answers() -> None:
    answers = [Answer(s, i, "i", ("k",), 1.0) for s in "ab" for i in range(5)]
    assert [[a.seq for a in h] for h in histories(answers, longest=2)] == [[0, 1], [2, 3], [4]] * 2


def test_folds_are_stable_and_spread() -> None:
    folds = [student_fold(f"student {i}", 5) for i in range(1000)]
    assert folds == [student_fold(f"student {i}", 5) for i in range(1000)]
    assert all(150 < folds.count(f) < 250 for f in range(5))
