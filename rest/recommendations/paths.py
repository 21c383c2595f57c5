"""What next in a course, and the path to a goal: prerequisites decide what is open, evidence decides in which order.

A module is *known* when it is done, or when every skill of it is mastered. What is open has a worth from 0 to 4:

    taste      what the ranker (or, for a newcomer, popularity) says, as a share of the best open module
    readiness  the chance to succeed, best near 70%: neither boring nor hopeless
    reach      how much of the course stands on it
    momentum   begun and not finished, or a weak skill that something open needs

and ties fall to the teacher's order. Nothing here is random: the same facts give the same list.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rest.recommendations.graph import Course, Module
from rest.recommendations.reasons import FEWEST, Reason
from rest.recommendations.tracing import Mastery

BEST_CHANCE = 0.7
WEAK = 0.5
"""Below this chance a skill of a finished module is worth practising again."""


@dataclass(frozen=True, slots=True)
class Learner:
    """What is known of a student in a course: modules done and begun, mastery of skills met so far."""

    done: frozenset[str] = frozenset()
    begun: frozenset[str] = frozenset()
    mastery: Mapping[str, Mastery] = field(default_factory=dict[str, Mastery])

    def knows(self, module: Module) -> bool:
        """Whether nothing is left to learn in ``module``."""
        if module.id in self.done:
            return True
        return bool(module.skills) and all(s in self.mastery and self.mastery[s].reached() for s in module.skills)

    def chance(self, module: Module) -> float:
        """Mean chance over the skills of ``module``; one not met yet is an open question, 1/2."""
        chances = [self.mastery[s].chance if s in self.mastery else 0.5 for s in module.skills]
        return sum(chances) / len(chances) if chances else 0.5

    def weak(self, module: Module) -> tuple[str, ...]:
        """Skills of ``module`` that were tried and are weak."""
        return tuple(s for s in module.skills if s in self.mastery and self.mastery[s].chance < WEAK)


@dataclass(frozen=True, slots=True)
class Crowd:
    """What others did: how many took each module; for a known student also the ranker's word and its reasons.

    ``taste`` is a positive score per module (probabilities, or ``exp`` of a blend).
    """

    popularity: Mapping[str, int] = field(default_factory=dict[str, int])
    taste: Mapping[str, float] = field(default_factory=dict[str, float])
    reasons: Mapping[str, Sequence[Reason]] = field(default_factory=dict[str, Sequence[Reason]])


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A module to do next, its worth from 0 to 4, and why."""

    module: str
    worth: float
    reasons: tuple[Reason, ...]


def what_next(course: Course, learner: Learner, crowd: Crowd | None = None, most: int = 5) -> list[Suggestion]:
    """Open modules and finished ones with a weak skill, best first; never one whose prerequisites are missing."""
    others = crowd or Crowd()
    known = {m for m in course.modules if learner.knows(course.modules[m])}
    open_now = course.open_to(known)
    best_taste = max((_taste(m, others) for m in open_now), default=0.0)
    fresh = [_suggest(course, course.modules[m], learner, others, best_taste) for m in open_now]
    again = [_practise(course, course.modules[m], learner) for m in course.sequence if m in learner.done]
    ranked = sorted([s for s in [*fresh, *again] if s], key=lambda s: (-s.worth, course.sequence.index(s.module)))
    return ranked[:most]


def learning_path(course: Course, learner: Learner, goal: str) -> list[Suggestion]:
    """All that is left on the way to ``goal``, in an order that respects prerequisites, the goal last."""
    known = {m for m in course.modules if m != goal and learner.knows(course.modules[m])}
    steps = course.path_to(goal, known | (learner.done & {goal}))
    return [Suggestion(m, 0.0, () if m == goal else (Reason("on-the-way", (goal,)),)) for m in steps]


def _suggest(course: Course, module: Module, learner: Learner, crowd: Crowd, best_taste: float) -> Suggestion:
    taste = _taste(module.id, crowd) / best_taste if best_taste > 0 else 0.0
    readiness = 1.0 - abs(learner.chance(module) - BEST_CHANCE) / BEST_CHANCE
    reach = course.reach(module.id) / max(1, len(course.modules) - 1)
    worth = taste + readiness + reach + float(module.id in learner.begun)
    return Suggestion(module.id, worth, _reasons(course, module, learner, crowd))


def _taste(module: str, crowd: Crowd) -> float:
    return crowd.taste[module] if module in crowd.taste else float(crowd.popularity.get(module, 0))


def _reasons(course: Course, module: Module, learner: Learner, crowd: Crowd) -> tuple[Reason, ...]:
    """Most personal first: begun, mastered prerequisites, what others did, what it opens."""
    found: list[Reason] = [Reason("continue")] if module.id in learner.begun else []
    found += [Reason("mastered", module.requires)] if module.requires else []
    found += crowd.reasons.get(module.id, ())
    taken = crowd.popularity.get(module.id, 0)
    if taken >= FEWEST and not crowd.reasons.get(module.id):
        found.append(Reason("popular", count=taken))
    if course.unlocks[module.id]:
        found.append(Reason("unlocks", course.unlocks[module.id]))
    return tuple(found) or (Reason("first"),)


def _practise(course: Course, module: Module, learner: Learner) -> Suggestion | None:
    """A finished module again, when a skill of it turned out weak; worth more the more stands on it."""
    weak = learner.weak(module)
    if not weak:
        return None
    worth = 1.0 + (1.0 - learner.chance(module)) + course.reach(module.id) / max(1, len(course.modules) - 1)
    return Suggestion(module.id, worth, (Reason("practise", weak),))
