"""A student's answers so far, as a row of numbers for the item that comes next.

`Past` is the running state; ``describe`` looks at it before an answer and ``add`` puts the answer in. Training and live
prediction go through the same two calls, so they cannot drift apart.
"""

import math

from rest.recommendations import tally, tracing
from rest.recommendations.answers import Answer, History
from rest.recommendations.difficulty import Difficulty, Skills
from rest.recommendations.tally import Tally

FEATURES = (
    *("easiness", "item_answers", "skill_easiness", "elo", "elo_overall", "elo_skill"),
    *(f"all_{name}" for name in tally.FIELDS),
    *(f"skill_{name}" for name in tally.FIELDS),
    *("item_right", "item_wrong", "item_last", "item_gap"),
    *("run", "last", "second_last", "third_last", "skills", "answers"),
)
SKILL_RIGHT = FEATURES.index("skill_right")
SKILL_WRONG = FEATURES.index("skill_wrong")
ELO = FEATURES.index("elo")


class Past:
    """What one student did so far."""

    def __init__(self, difficulty: Difficulty) -> None:
        self._difficulty = difficulty
        self._student = tracing.Student()
        self._all = Tally()
        self._skills: dict[str, Tally] = {}
        self._items: dict[str, Tally] = {}
        self._outcomes: list[float] = []
        self._skill_run: tuple[Skills, int] = ((), 0)

    def describe(self, item: str, skills: Skills) -> list[float]:
        """The row for ``item``, in the order of `FEATURES`."""
        now = self._all.count
        return [
            *self._ratings(item, skills),
            *self._all.describe(now),
            *self._of_skills(skills, now),
            *self._of_item(item, now),
            *self._of_moment(skills),
        ]

    def add(self, answer: Answer) -> None:
        """Take in an answer that was given."""
        now = self._all.count
        level = self._difficulty.item(answer.item, answer.skills)
        usual = 1.0 / (1.0 + math.exp(-level.easiness))
        known = [self._all, self._items.setdefault(answer.item, Tally())]
        known += [self._skills.setdefault(s, Tally()) for s in answer.skills]
        for one in known:
            one.add(answer.correct, usual, now)
        item = tracing.Rating(-level.easiness)
        self._student = tracing.answered(self._student, answer.skills, item, answer.correct).student
        self._outcomes = [answer.correct, *self._outcomes[:2]]
        self._skill_run = (answer.skills, self._skill_run[1] + 1 if self._skill_run[0] == answer.skills else 1)

    def _ratings(self, item: str, skills: Skills) -> list[float]:
        level = self._difficulty.item(item, skills)
        strength = self._student.strength(skills)
        overall = self._student.overall.value
        easiness = [level.easiness, math.log1p(level.answers), self._difficulty.skill(skills)]
        return [*easiness, level.easiness + strength, overall, strength - overall]

    def _of_skills(self, skills: Skills, now: int) -> list[float]:
        """Means over the skills of the item; one never met counts as empty."""
        rows = [self._skills[s].describe(now) if s in self._skills else tally.EMPTY for s in skills]
        return [sum(column) / len(rows) for column in zip(*rows, strict=True)] if len(rows) != 1 else list(rows[0])

    def _of_item(self, item: str, now: int) -> list[float]:
        seen = self._items.get(item)
        if seen is None:
            return [0.0, 0.0, tally.PRIOR, tally.NEVER]
        return [math.log1p(seen.right), math.log1p(seen.count - seen.right), seen.last, math.log1p(now - seen.last_at)]

    def _of_moment(self, skills: Skills) -> list[float]:
        run = math.log1p(self._skill_run[1]) if self._skill_run[0] == skills else -1.0
        recent = [*self._outcomes, *[tally.PRIOR] * 3][:3]
        return [run, *recent, float(len(skills)), math.log1p(self._all.count)]


def describe_history(history: History, difficulty: Difficulty) -> list[list[float]]:
    """One row per answer, each from the answers before it alone."""
    past = Past(difficulty)
    rows: list[list[float]] = []
    for answer in history:
        rows.append(past.describe(answer.item, answer.skills))
        past.add(answer)
    return rows
