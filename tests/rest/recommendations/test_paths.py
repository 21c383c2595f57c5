"""What next: prerequisites hold, answers show at once, newcomers are guided, reasons fit."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from rest.recommendations import tracing
from rest.recommendations.graph import Module, course
from rest.recommendations.paths import Crowd, Learner, learning_path, what_next
from rest.recommendations.reasons import Reason
from rest.recommendations.tracing import Mastery, Rating, Student

MATHS = course(
    [
        Module("fractions", ("frac",), (), 1),
        Module("ratios", ("ratio",), ("fractions",), 2),
        Module("percent", ("percent",), ("fractions",), 3),
        Module("interest", ("percent", "ratio"), ("ratios", "percent"), 4),
        Module("shapes", ("shape",), (), 5),
    ]
)
STRONG, MIDDLING, POOR = Mastery(0.95, 9), Mastery(0.7, 9), Mastery(0.2, 9)


def names(learner: Learner, crowd: Crowd | None = None) -> list[str]:
    return [s.module for s in what_next(MATHS, learner, crowd)]


def test_a_newcomer_starts_where_most_stands_and_only_where_nothing_is_missing() -> None:
    assert names(Learner()) == ["fractions", "shapes"]
    assert what_next(MATHS, Learner())[0].reasons == (Reason("unlocks", ("ratios", "percent")),)
    assert what_next(MATHS, Learner())[1].reasons == (Reason("first"),)


def test_popularity_guides_the_newcomer() -> None:
    crowd = Crowd(popularity={"shapes": 90, "fractions": 3})
    assert names(Learner(), crowd) == ["shapes", "fractions"]
    assert Reason("popular", count=90) in what_next(MATHS, Learner(), crowd)[0].reasons
    assert all(r.kind != "popular" for r in what_next(MATHS, Learner(), crowd)[1].reasons)


def test_a_mastered_module_counts_as_known_and_is_said_to_be_the_reason() -> None:
    learner = Learner(mastery={"frac": STRONG})
    assert names(learner)[:3] == ["ratios", "percent", "shapes"]
    assert what_next(MATHS, learner)[0].reasons[0] == Reason("mastered", ("fractions",))


def test_what_was_begun_comes_first_and_the_ranker_orders_the_rest() -> None:
    crowd = Crowd(
        taste={"ratios": 0.1, "percent": 0.6, "shapes": 0.3},
        reasons={"percent": [Reason("went-on", ("fractions",), 8, 9)]},
    )
    done = frozenset({"fractions"})
    assert names(Learner(done), crowd)[:2] == ["percent", "shapes"]
    assert Reason("went-on", ("fractions",), 8, 9) in what_next(MATHS, Learner(done), crowd)[0].reasons
    begun = Learner(done, frozenset({"ratios"}))
    assert names(begun, crowd)[0] == "ratios"
    assert what_next(MATHS, begun, crowd)[0].reasons[0] == Reason("continue")


def test_a_weak_skill_of_a_finished_module_is_offered_for_practice() -> None:
    learner = Learner(frozenset({"fractions", "shapes"}), mastery={"shape": POOR, "frac": MIDDLING})
    offered = {s.module: s.reasons for s in what_next(MATHS, learner)}
    assert offered["shapes"] == (Reason("practise", ("shape",)),)
    assert "fractions" not in offered


def test_answers_change_the_very_next_list() -> None:
    student = Student()
    before = names(Learner())
    for _ in range(12):
        student = tracing.answered(student, ("frac",), Rating(), 1.0).student
    learner = Learner(mastery={"frac": tracing.mastery(student, "frac")})
    assert "fractions" in before
    assert "fractions" not in names(learner)
    assert "ratios" in names(learner)


def test_the_path_to_a_goal_leads_over_what_is_missing() -> None:
    path = learning_path(MATHS, Learner(mastery={"ratio": STRONG}), "interest")
    assert [s.module for s in path] == ["fractions", "percent", "interest"]
    assert path[0].reasons == (Reason("on-the-way", ("interest",)),)
    assert learning_path(MATHS, Learner(frozenset({"interest"})), "interest") == []


marks = st.builds(Mastery, st.floats(0, 1), st.integers(0, 9))
learners = st.builds(
    Learner,
    st.frozensets(st.sampled_from(MATHS.sequence)),
    st.frozensets(st.sampled_from(MATHS.sequence)),
    st.dictionaries(st.sampled_from(["frac", "ratio", "percent", "shape"]), marks),
)


@given(learners, st.dictionaries(st.sampled_from(MATHS.sequence), st.integers(0, 50)))
def test_nothing_locked_is_suggested_and_worths_fall_from_4_to_0(learner: Learner, popularity: dict[str, int]) -> None:
    suggestions = what_next(MATHS, learner, Crowd(popularity))
    worths = [s.worth for s in suggestions]
    assert worths == sorted(worths, reverse=True)
    assert all(0.0 <= w <= 4.0 for w in worths)
    assert all(s.reasons for s in suggestions)
    known = {m for m in MATHS.modules if learner.knows(MATHS.modules[m])}
    assert all(s.module in learner.done or not MATHS.missing(s.module, known) for s in suggestions)
    assert suggestions == what_next(MATHS, replace(learner), Crowd(popularity))
