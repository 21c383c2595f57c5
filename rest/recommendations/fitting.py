"""The nightly job: what was learned from who took which module after which, course by course; ratings rebuilt."""

import asyncio
from collections import OrderedDict
from datetime import datetime
from uuid import UUID

import numpy as np
import structlog
from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert

from rest.courses.tables import Course
from rest.db import Database, Unit
from rest.institutions.tables import Institution
from rest.recommendations.blend import Blend
from rest.recommendations.errors import BadData
from rest.recommendations.online import rebuild
from rest.recommendations.ranker import PARTS, Ranker, fit_parts, fit_ranker
from rest.recommendations.stored import pack, unpack
from rest.recommendations.tables import CourseRanker, Progress
from rest.recommendations.visits import Visits, visits

FEWEST_PEOPLE = 5
"""Fewer teach nothing about anybody, and would point at each other."""
MAX_VISITS = 200_000
CACHED = 64

log = structlog.get_logger("rest.recommendations")


async def fit_every_course(database: Database) -> int:
    """`fit_course` for every course of every institution; how many have a ranker now. One that fails is logged."""
    async with database.unit("", service="sweep") as unit:
        tenants = (await unit.session.scalars(select(Institution.tenant).order_by(Institution.tenant))).all()
    fitted = 0
    for tenant in tenants:
        async with database.unit(tenant) as unit:
            here = select(Course.id).where(Course.tenant == tenant, Course.deleted_at.is_(None))
            courses = (await unit.session.scalars(here)).all()
        for course in courses:
            try:
                fitted += await fit_course(database, tenant, course)
            except Exception as error:
                log.warning("fitting", tenant=tenant, course=str(course), error=type(error).__name__)
    return fitted


async def fit_course(database: Database, tenant: str, course: UUID) -> bool:
    """Rebuild the ratings of a course and fit its ranker, in a thread; whether there was enough to learn from."""
    async with database.unit(tenant) as unit:
        await rebuild(unit, course)
        seen = await _visits(unit, course)
    ranker = await asyncio.to_thread(_fit, seen)
    packed = None if ranker is None else await asyncio.to_thread(pack, ranker)
    async with database.unit(tenant) as unit:
        if packed is None:
            old = (CourseRanker.tenant == tenant, CourseRanker.course_id == course)
            await unit.session.execute(delete(CourseRanker).where(*old))
            return False
        values = {"fitted_at": unit.now, "people": len(seen.people), "model": packed}
        new = insert(CourseRanker).values(tenant=tenant, course_id=course, **values)
        await unit.session.execute(new.on_conflict_do_update(index_elements=["tenant", "course_id"], set_=values))
    return True


async def _visits(unit: Unit, course: UUID) -> Visits:
    query = select(Progress.person_id, Progress.module_id)
    query = query.where(Progress.tenant == unit.tenant, Progress.course_id == course)
    latest = query.order_by(Progress.begun_at.desc(), Progress.module_id).limit(MAX_VISITS)
    rows = (await unit.session.execute(latest)).all()
    return visits((str(row.person_id), str(row.module_id)) for row in reversed(rows))


def _fit(seen: Visits) -> Ranker | None:
    if len(seen.people) < FEWEST_PEOPLE:
        return None
    try:
        return fit_ranker(seen)
    except BadData:  # too few who left something out to weigh the parts by: each as much as the others
        floors = np.array(list(PARTS.values()))[:-1]
        return Ranker(seen.items, fit_parts(seen), Blend(np.full(len(floors), 1.0 / len(floors)), floors))


class Rankers:
    """The rankers of the courses asked for lately, read once each time they are fitted."""

    def __init__(self, capacity: int = CACHED) -> None:
        self._capacity = capacity
        self._kept: OrderedDict[tuple[str, UUID], tuple[datetime, Ranker]] = OrderedDict()

    async def of(self, unit: Unit, course: UUID) -> Ranker | None:
        """The ranker of a course; None: none was fitted."""
        here = (CourseRanker.tenant == unit.tenant, CourseRanker.course_id == course)
        fitted = await unit.session.scalar(select(CourseRanker.fitted_at).where(*here))
        if fitted is None:
            return None
        known = self._kept.get((unit.tenant, course))
        if known is not None and known[0] == fitted:
            return known[1]
        packed = await unit.session.scalar(select(CourseRanker.model).where(*here))
        ranker = await asyncio.to_thread(unpack, packed or b"")
        self._kept[unit.tenant, course] = (fitted, ranker)
        self._kept.move_to_end((unit.tenant, course))
        while len(self._kept) > self._capacity:
            self._kept.popitem(last=False)
        return ranker


async def popularity(unit: Unit, course: UUID) -> dict[str, int]:
    """How many people began each module of a course."""
    query = select(Progress.module_id, func.count()).where(Progress.tenant == unit.tenant, Progress.course_id == course)
    return {str(module): count for module, count in await unit.session.execute(query.group_by(Progress.module_id))}
