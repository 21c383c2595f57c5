"""What next, learning paths, mastery and progress; the skills of a course."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response
from sqlalchemy import select

from rest.courses.access import Author, CourseAccess, Reader, in_course
from rest.courses.tables import Course
from rest.db import InUnit
from rest.identity.policy import Action
from rest.identity.principal import About, allow_about
from rest.platform.deps import InVault, piece
from rest.platform.etags import Expected, show_etag
from rest.platform.paging import Page, Paging
from rest.platform.routing import router
from rest.platform.rows import find
from rest.recommendations import service, skills, standing
from rest.recommendations.fitting import Rankers
from rest.recommendations.schemas import (
    EditSkill,
    LearnerShown,
    MasteryShown,
    NewSkill,
    Overview,
    ProgressShown,
    SetProgress,
    SkillShown,
    SuggestionShown,
    WhatNext,
)
from rest.recommendations.tables import Progress, Skill
from rest.trust.audit import audit

routes = router("recommendations")

Learning = Annotated[CourseAccess, in_course(Action.SUGGESTIONS)]
GradesReader = Annotated[CourseAccess, in_course(Action.GRADES_READ)]
InRankers = Annotated[Rankers, piece("rankers")]


@routes.get("/courses/{course_id}/what-next")
async def what_next(
    access: Learning, rankers: InRankers, unit: InUnit, limit: Annotated[int, Query(ge=1, le=20)] = 5
) -> WhatNext:
    """What to do next in a course, best first, and why. An answer counts from the next request on."""
    return await service.what_next(unit, access, rankers, limit)


@routes.get("/courses/{course_id}/learning-path")
async def learning_path(
    goal: Annotated[UUID, Query(description="A module")], access: Learning, unit: InUnit
) -> list[SuggestionShown]:
    """All that is left to do to finish a module, in an order that respects prerequisites; itself last."""
    return await service.learning_path(unit, access, goal)


@routes.get("/courses/{course_id}/mastery")
async def own_mastery(access: Learning, unit: InUnit) -> list[MasteryShown]:
    """How well one masters each skill of a course."""
    return await standing.mastery_of(unit, access.course.id, access.who.person)


@routes.get("/courses/{course_id}/mastery/overview")
async def class_overview(access: GradesReader, unit: InUnit) -> Overview:
    """Each skill over the whole class."""
    return await standing.overview(unit, access)


@routes.get("/courses/{course_id}/mastery/students")
async def class_mastery(paging: Paging, access: GradesReader, vault: InVault, unit: InUnit) -> Page[LearnerShown]:
    """Each student's mastery."""
    return await standing.class_of(unit, vault, access, paging)


@routes.get("/people/{person_id}/courses/{course_id}/mastery")
async def mastery_of(
    course_id: UUID, about: Annotated[About, allow_about(Action.GRADES_OF)], unit: InUnit
) -> list[MasteryShown]:
    """Somebody's mastery: for themselves, their guardians and administrators."""
    await find(unit, Course, course_id, "course")
    audit(unit, about.who, "mastery.read", f"course:{course_id}", person=about.person, why=about.ground)
    return await standing.mastery_of(unit, course_id, about.person)


@routes.get("/courses/{course_id}/progress")
async def own_progress(paging: Paging, access: Learning, unit: InUnit) -> Page[ProgressShown]:
    """The modules one has begun."""
    here = (Progress.tenant == unit.tenant, Progress.course_id == access.course.id)
    query = select(Progress).where(*here, Progress.person_id == access.who.person)
    rows = (await unit.session.scalars(paging.select(query, (Progress.module_id, UUID)))).all()
    return paging.page(rows, ProgressShown.model_validate, lambda row: (row.module_id,))


@routes.put("/courses/{course_id}/modules/{module_id}/progress")
async def set_progress(module_id: UUID, body: SetProgress, access: Learning, unit: InUnit) -> ProgressShown:
    """Say that one has begun a module, or is done with it."""
    row = await standing.set_progress(unit, access, module_id, body.status == "done")
    return ProgressShown.model_validate(row)


@routes.get("/courses/{course_id}/skills")
async def list_skills(paging: Paging, access: Reader, unit: InUnit) -> Page[SkillShown]:
    """The skills of a course."""
    query = select(Skill).where(Skill.tenant == unit.tenant, Skill.course_id == access.course.id)
    rows = (await unit.session.scalars(paging.select(query, (Skill.id, UUID)))).all()
    shown = {one.id: one for one in await skills.show(unit, access, *rows)}
    return paging.page(rows, lambda row: shown[row.id], lambda row: (row.id,))


@routes.post("/courses/{course_id}/skills", status_code=201)
async def make_skill(body: NewSkill, response: Response, access: Author, unit: InUnit) -> SkillShown:
    """A new skill."""
    return await _skill(response, unit, access, await skills.make(unit, access, body))


@routes.get("/courses/{course_id}/skills/{skill_id}")
async def get_skill(skill_id: UUID, response: Response, access: Reader, unit: InUnit) -> SkillShown:
    """One skill."""
    row = await find(unit, Skill, skill_id, "skill", Skill.course_id == access.course.id)
    return await _skill(response, unit, access, row)


@routes.patch("/courses/{course_id}/skills/{skill_id}")
async def edit_skill(
    skill_id: UUID, body: EditSkill, version: Expected, response: Response, access: Author, unit: InUnit
) -> SkillShown:
    """Change a skill and what trains it."""
    return await _skill(response, unit, access, await skills.edit(unit, access, skill_id, version, body))


@routes.delete("/courses/{course_id}/skills/{skill_id}", status_code=204)
async def delete_skill(skill_id: UUID, access: Author, unit: InUnit) -> None:
    """Delete a skill."""
    await skills.remove(unit, access, skill_id)


async def _skill(response: Response, unit: InUnit, access: CourseAccess, row: Skill) -> SkillShown:
    show_etag(response, row.version)
    return (await skills.show(unit, access, row))[0]
