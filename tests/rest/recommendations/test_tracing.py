"""Elo tracing: hand-worked steps and what must hold for any answers."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rest.recommendations import tracing
from rest.recommendations.tracing import ITEM, SKILL, STUDENT, Mastery, Rating, Student


def test_one_right_answer_moves_each_side_by_its_step_times_the_surprise() -> None:
    step = tracing.answered(Student(), ("algebra",), Rating(), 1.0)
    assert step.expected == 0.5
    assert step.student.overall == Rating(STUDENT.step * 0.5, 1)
    assert step.student.skills == {"algebra": Rating(SKILL.step * 0.5, 1)}
    assert step.item == Rating(-ITEM.step * 0.5, 1)


def test_expectation_weighs_strength_against_difficulty() -> None:
    student = Student(Rating(0.5), {"a": Rating(1.0), "b": Rating(3.0)})
    chance = tracing.expected(student, ("a", "b"), Rating(1.0))
    assert chance == pytest.approx(1 / (1 + math.exp(-(0.5 + 2.0 - 1.0))))
    assert tracing.expected(student, ("new",), Rating(0.5)) == 0.5


def test_steps_shrink_with_experience() -> None:
    sizes = [SKILL.size(n) for n in range(50)]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] > 3 * sizes[-1]


def test_an_answer_leaves_other_skills_and_the_old_record_alone() -> None:
    before = Student(Rating(), {"geometry": Rating(0.7, 4)})
    after = tracing.answered(before, ("algebra",), Rating(), 0.0).student
    assert after.skills["geometry"] == Rating(0.7, 4)
    assert before.skills == {"geometry": Rating(0.7, 4)}


@given(st.lists(st.floats(0, 1), max_size=60), st.floats(-4, 4))
def test_a_better_answer_never_lowers_mastery(outcomes: list[float], item: float) -> None:
    student = Student()
    for outcome in outcomes:
        student = tracing.answered(student, ("s",), Rating(item), outcome).student
    better, worse = (tracing.answered(student, ("s",), Rating(item), o).student for o in (1.0, 0.0))
    assert tracing.mastery(worse, "s").chance < tracing.mastery(better, "s").chance
    assert 0.0 < tracing.mastery(student, "s").chance < 1.0


def test_mastery_needs_both_chance_and_evidence() -> None:
    assert Mastery(0.9, 3).reached()
    assert not Mastery(0.9, 2).reached()
    assert not Mastery(0.8, 30).reached()


def test_ten_right_answers_master_a_skill_and_five_wrong_ones_lose_it() -> None:
    student = Student()
    for _ in range(10):
        student = tracing.answered(student, ("s",), Rating(), 1.0).student
    assert tracing.mastery(student, "s").reached()
    for _ in range(5):
        student = tracing.answered(student, ("s",), Rating(), 0.0).student
    assert not tracing.mastery(student, "s").reached()
