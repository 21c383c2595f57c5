"""How hard an item is, from how it was answered, drawn towards its skill and to the whole where answers are few."""

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from rest.recommendations.answers import Answer

Skills = tuple[str, ...]

SKILL_PRIOR = 20.0
ITEM_PRIOR = 8.0
"""How many answers of the parent a child borrows."""


def logit(p: float) -> float:
    return math.log(p / (1.0 - p))


@dataclass(frozen=True, slots=True)
class Level:
    """Easiness of an item: logit of its chance over all students, and the answers it rests on."""

    easiness: float
    answers: int


@dataclass(frozen=True, slots=True)
class Difficulty:
    """Easiness of items and of skill combinations, in logits."""

    overall: float
    skills: dict[Skills, float]
    items: dict[str, Level]

    def skill(self, skills: Skills) -> float:
        return self.skills.get(skills, self.overall)

    def item(self, item: str, skills: Skills) -> Level:
        """An unseen item is as hard as its skills."""
        return self.items.get(item) or Level(self.skill(skills), 0)


def measure(answers: Iterable[Answer]) -> Difficulty:
    """Smoothed easiness of everything in ``answers``; an item counts under the skills of its first answer."""
    by_skill: dict[Skills, list[float]] = defaultdict(list)
    by_item: dict[str, list[float]] = defaultdict(list)
    skills_of: dict[str, Skills] = {}
    for a in answers:
        by_skill[a.skills].append(a.correct)
        by_item[a.item].append(a.correct)
        skills_of.setdefault(a.item, a.skills)
    overall = _drawn([c for cs in by_skill.values() for c in cs], 0.5, 2.0)
    of_skill = {s: _drawn(cs, overall, SKILL_PRIOR) for s, cs in by_skill.items()}
    items = {i: Level(logit(_drawn(cs, of_skill[skills_of[i]], ITEM_PRIOR)), len(cs)) for i, cs in by_item.items()}
    return Difficulty(logit(overall), {s: logit(p) for s, p in of_skill.items()}, items)


def _drawn(outcomes: list[float], towards: float, weight: float) -> float:
    return (sum(outcomes) + weight * towards) / (len(outcomes) + weight)
