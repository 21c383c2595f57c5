"""What there is to do in the demo course: quizzes, an assignment, skills, and more time for one of its students."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from rest.assessment import bank, quizzes
from rest.assessment.access import QuizAccess
from rest.assessment.schemas import EditQuiz, NewItem, NewQuiz, SetAccommodation
from rest.assignments import service as assignments
from rest.assignments.access import AssignmentAccess
from rest.assignments.schemas import EditAssignment, NewAssignment
from rest.courses.access import CourseAccess
from rest.courses.tables import Course, Module
from rest.db import Unit
from rest.demo.questions import ESSAY, FIRST_STEPS, LIMITS, RATES, SLOPES, Content
from rest.identity.policy import Role
from rest.identity.principal import Principal
from rest.recommendations import skills
from rest.recommendations.schemas import NewSkill

MORE_TIME = 50
"""Percent."""


async def seed_work(unit: Unit, course: Course, modules: Sequence[Module], teacher: UUID, slower: UUID) -> None:
    """Two published quizzes for the first two modules, with the skills they train; ``slower`` gets more time."""
    who = Principal(unit.tenant, teacher, frozenset({Role.TEACHER}))
    access = CourseAccess(who, course, Role.TEACHER, "teacher of the course")
    first, second, *_ = modules
    limits = await _items(unit, access, FIRST_STEPS)
    slopes = await _items(unit, access, RATES)
    await _skill(unit, access, LIMITS, first, limits)
    await _skill(unit, access, SLOPES, second, slopes)
    shown = {"title": "First steps", "module_id": first.id, "minutes": 20, "attempts": 3, "shows": "key"}
    await _quiz(unit, access, shown, limits)
    await _quiz(unit, access, {"title": "Rates of change", "module_id": second.id, "attempts": 2}, slopes)
    await _assignment(unit, access, ESSAY | {"module_id": second.id})
    await quizzes.accommodate(unit, access, slower, SetAccommodation.model_validate({"extra_time": MORE_TIME}))


async def _items(unit: Unit, access: CourseAccess, contents: Sequence[Content]) -> list[UUID]:
    return [
        (await bank.make_item(unit, access, NewItem(content=content, tags=content["skills"]))).id
        for content in contents
    ]


async def _skill(unit: Unit, access: CourseAccess, name: str, module: Module, items: list[UUID]) -> None:
    await skills.make(unit, access, NewSkill(name=name, modules=[module.id], items=items))


async def _quiz(unit: Unit, access: CourseAccess, settings: dict[str, Any], items: list[UUID]) -> None:
    instructions = "Take your time. What you answer is saved as you go."
    asked = NewQuiz.model_validate(settings | {"parts": [{"items": items}], "instructions": instructions})
    quiz = await quizzes.make(unit, access, asked)
    await quizzes.edit(unit, QuizAccess(access, quiz), quiz.version, EditQuiz.model_validate({"status": "published"}))


async def _assignment(unit: Unit, access: CourseAccess, settings: dict[str, Any]) -> None:
    row = await assignments.make(unit, access, NewAssignment.model_validate(settings))
    published = EditAssignment.model_validate({"status": "published"})
    await assignments.edit(unit, AssignmentAccess(access, row), row.version, published)
