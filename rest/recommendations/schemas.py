"""Shapes of skills, mastery, progress and suggestions."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from rest.platform.text import Asked, Line, Shown
from rest.recommendations.reasons import Kind

Targets = Annotated[list[UUID], Field(max_length=1_000)]


class NewSkill(Asked):
    """A skill, and what trains it. Items may also bring skills along by name."""

    name: Line
    modules: Targets = Field(default=[])
    pages: Targets = Field(default=[])
    items: Targets = Field(default=[])


class EditSkill(Asked):
    """What is left out stays as it is; a list that is sent replaces the one there was."""

    name: Line | None = None
    modules: Targets | None = None
    pages: Targets | None = None
    items: Targets | None = None


class SkillShown(Shown):
    id: UUID
    name: str
    modules: list[UUID]
    pages: list[UUID]
    items: list[UUID] = Field(description="Only shown to staff")
    version: int


class MasteryShown(Shown):
    """How well a skill is mastered. ``chance`` is that of a right answer to a typical item of it, from 0 to 1."""

    skill_id: UUID
    name: str
    chance: float
    answers: int
    mastered: bool
    updated_at: datetime | None


class LearnerShown(Shown):
    """Somebody's mastery, by skill; a skill they never met is left out."""

    person_id: UUID
    name: str
    answers: int
    skills: list[MasteryShown]


class SkillOverview(Shown):
    """A skill over the whole class: how many students met it, mastered it, are weak in it, and their mean chance."""

    skill_id: UUID
    name: str
    met: int
    mastered: int
    weak: int
    mean_chance: float | None


class Overview(Shown):
    students: int
    skills: list[SkillOverview]


class SetProgress(Asked):
    status: Literal["begun", "done"]


class ProgressShown(Shown):
    module_id: UUID
    begun_at: datetime
    done_at: datetime | None


class Named(Shown):
    """A module, a skill or a course."""

    id: UUID
    title: str


class ReasonShown(Shown):
    """Why: a kind to put into one's own language with what it names and counts, and the same in English."""

    kind: Kind
    names: list[Named]
    count: int
    total: int
    text: str


class SuggestionShown(Shown):
    """A module to do. ``worth`` is from 0 to 4; ``pages`` are those of it that train what is weak."""

    module_id: UUID
    title: str
    worth: float
    reasons: list[ReasonShown]
    pages: list[Named]


class WhatNext(Shown):
    """What to do next, best first. ``basis`` says what it stands on: ``cold-start`` is prerequisites and what others
    took, ``mastery`` adds one's own answers, ``blend`` also what was learned from those who took the course."""

    basis: Literal["cold-start", "mastery", "blend"]
    suggestions: list[SuggestionShown]


class CourseSuggestionShown(Shown):
    """A course to take. ``worth`` is 0 where nothing is known but how many take it."""

    course_id: UUID
    title: str
    summary: str
    language: str
    worth: float
    reasons: list[ReasonShown]


class CourseSuggestions(Shown):
    """Which course next, best first. ``basis``: ``co-enrolment`` when somebody takes it with a course of one's own."""

    basis: Literal["cold-start", "co-enrolment"]
    suggestions: list[CourseSuggestionShown]
