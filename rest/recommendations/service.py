"""What next for somebody in a course: what is known of them and of others, from the database to `paths`."""

from dataclasses import dataclass
from uuid import UUID

import numpy as np
from sqlalchemy import select

from rest.courses.access import CourseAccess, visible_modules, visible_pages
from rest.courses.tables import CoursePage, Module, Requirement
from rest.db import Unit
from rest.platform.rows import missing
from rest.recommendations import graph, online, paths
from rest.recommendations.errors import PrerequisiteCycle
from rest.recommendations.fitting import Rankers, popularity
from rest.recommendations.ranker import Ranker
from rest.recommendations.reasons import Reason, from_visits, in_english
from rest.recommendations.schemas import Named, ReasonShown, SuggestionShown, WhatNext
from rest.recommendations.skills import Trained, trained
from rest.recommendations.tables import Progress, Skill
from rest.recommendations.tracing import mastery

Pages = dict[str, list[tuple[Named, set[str]]]]
"""By module: its pages with the skills they train."""


@dataclass(frozen=True, slots=True)
class Scene:
    """A course as somebody sees it, and them in it."""

    course: graph.Course
    learner: paths.Learner
    run: list[str]
    titles: dict[str, str]
    pages: Pages


async def what_next(unit: Unit, access: CourseAccess, rankers: Rankers, most: int) -> WhatNext:
    """Suggestions, each with its reasons."""
    scene = await _scene(unit, access)
    popular = await popularity(unit, access.course.id)
    ranker = await rankers.of(unit, access.course.id) if scene.run else None
    crowd = paths.Crowd(popular) if ranker is None else _crowd(scene, ranker, popular)
    found = paths.what_next(scene.course, scene.learner, crowd, most)
    basis = "blend" if crowd.taste else "mastery" if scene.learner.mastery else "cold-start"
    return WhatNext(basis=basis, suggestions=[_show(scene, one) for one in found])


async def learning_path(unit: Unit, access: CourseAccess, goal: UUID) -> list[SuggestionShown]:
    """All that is left on the way to a module, in order."""
    scene = await _scene(unit, access)
    if str(goal) not in scene.course.modules:
        raise missing("module")
    return [_show(scene, one) for one in paths.learning_path(scene.course, scene.learner, str(goal))]


def _crowd(scene: Scene, ranker: Ranker, popular: dict[str, int]) -> paths.Crowd:
    number = {item: n for n, item in enumerate(ranker.items)}
    run = [number[module] for module in scene.run if module in number]
    if not run:
        return paths.Crowd(popular)
    scores = ranker.scores(run)
    likely = np.exp(scores - scores.max())
    taste = {m: float(likely[number[m]]) if m in number else float(likely.min()) for m in scene.course.modules}
    known = [m for m in scene.course.modules if m in number]
    reasons = {m: from_visits(ranker.parts, ranker.items, run, number[m])[:1] for m in known}
    visible = {m: [r for r in found if set(r.names) <= set(scene.titles)] for m, found in reasons.items()}
    return paths.Crowd(popular, taste, visible)


async def _scene(unit: Unit, access: CourseAccess) -> Scene:
    modules = (await unit.session.scalars(select(Module).where(*visible_modules(access, unit)))).all()
    named = select(Skill).where(Skill.tenant == unit.tenant, Skill.course_id == access.course.id)
    skills = (await unit.session.scalars(named)).all()
    targets = await trained(unit, access, [skill.id for skill in skills])
    pages = await _pages(unit, access, targets)
    requires = await _requirements(unit, access.course.id)
    of_module = _module_skills(targets, pages)
    here = {str(module.id) for module in modules}
    course = _course(
        [
            graph.Module(
                str(module.id),
                tuple(sorted(of_module.get(str(module.id), ()))),
                tuple(sorted(requires.get(str(module.id), set()) & here)),
                module.position,
            )
            for module in modules
        ]
    )
    titles = {str(module.id): module.title for module in modules} | {str(skill.id): skill.name for skill in skills}
    learner, run = await _learner(unit, access, {str(skill.id) for skill in skills})
    return Scene(course, learner, run, titles, pages)


def _course(modules: list[graph.Module]) -> graph.Course:
    try:
        return graph.course(modules)
    except PrerequisiteCycle:  # cannot be made by way of the routes; the order of the course still holds
        return graph.course([graph.Module(m.id, m.skills, (), m.order) for m in modules])


async def _requirements(unit: Unit, course: UUID) -> dict[str, set[str]]:
    here = (Requirement.tenant == unit.tenant, Requirement.course_id == course)
    found: dict[str, set[str]] = {}
    for row in await unit.session.execute(select(Requirement.module_id, Requirement.requires_id).where(*here)):
        found.setdefault(str(row.module_id), set()).add(str(row.requires_id))
    return found


async def _pages(unit: Unit, access: CourseAccess, targets: Trained) -> Pages:
    by_page: dict[UUID, set[str]] = {}
    for skill, ids in targets.page.items():
        for id in ids:
            by_page.setdefault(id, set()).add(str(skill))
    query = select(CoursePage.id, CoursePage.title, CoursePage.module_id).where(
        CoursePage.tenant == unit.tenant, CoursePage.id.in_(by_page), *visible_pages(access)
    )
    found: Pages = {}
    for row in await unit.session.execute(query.order_by(CoursePage.position, CoursePage.id)):
        found.setdefault(str(row.module_id), []).append((Named(id=row.id, title=row.title), by_page[row.id]))
    return found


def _module_skills(targets: Trained, pages: Pages) -> dict[str, set[str]]:
    """The skills of each module: its own and those of its pages."""
    found = {module: set[str]().union(*(names for _, names in those)) for module, those in pages.items()}
    for skill, ids in targets.module.items():
        for id in ids:
            found.setdefault(str(id), set()).add(str(skill))
    return found


async def _learner(unit: Unit, access: CourseAccess, skills: set[str]) -> tuple[paths.Learner, list[str]]:
    person, course = access.who.person, access.course.id
    here = (Progress.tenant == unit.tenant, Progress.course_id == course, Progress.person_id == person)
    rows = (await unit.session.scalars(select(Progress).where(*here).order_by(Progress.begun_at))).all()
    done = frozenset(str(row.module_id) for row in rows if row.done_at is not None)
    begun = frozenset(str(row.module_id) for row in rows) - done
    known = await online.student(unit, course, person)
    met = {skill: mastery(known, skill) for skill in known.skills if skill in skills}
    return paths.Learner(done, begun, met), [str(row.module_id) for row in rows]


def _show(scene: Scene, one: paths.Suggestion) -> SuggestionShown:
    weak = {skill for skill, held in scene.learner.mastery.items() if not held.reached()}
    return SuggestionShown(
        module_id=UUID(one.module),
        title=scene.titles[one.module],
        worth=round(one.worth, 4),
        reasons=[_reason(scene, reason) for reason in one.reasons],
        pages=[page for page, skills in scene.pages.get(one.module, ()) if skills & weak],
    )


def _reason(scene: Scene, reason: Reason) -> ReasonShown:
    names = [Named(id=UUID(name), title=scene.titles[name]) for name in reason.names if name in scene.titles]
    text = in_english(reason, scene.titles)
    return ReasonShown(kind=reason.kind, names=names, count=reason.count, total=reason.total, text=text)
