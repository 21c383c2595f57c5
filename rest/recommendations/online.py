"""Ratings kept up with every graded answer, in the unit that grades it: the next request sees them.

    grading ── learn() ──▶ skill_answers (each source once) ──▶ learner, skill and item ratings (`tracing`)

Who grades two answers of one student at once waits on the student's row; different students wait for each other only
on the items both answered, in the order of the items' ids. `rebuild` plays all answers of a course again.
"""

import json
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select, text

from rest.db import Unit
from rest.recommendations.tables import ItemRating, LearnerRating, Skill, SkillRating, Target
from rest.recommendations.tracing import Rating, Student, answered

BATCH = 5_000


@dataclass(frozen=True, slots=True)
class Graded:
    """A graded answer. ``source`` names it within the course (``attempt:0190…/3``): told twice, it counts once."""

    source: str
    item: UUID
    correct: float
    """From 0 to 1: points of points."""
    skills: tuple[str, ...] = ()
    """Names of skills that the item brings along, beside those it is mapped to."""


@dataclass(slots=True)
class State:
    """Ratings while answers are played."""

    students: dict[UUID, Student] = field(default_factory=dict[UUID, Student])
    items: dict[UUID, Rating] = field(default_factory=dict[UUID, Rating])

    def play(self, person: UUID, item: UUID, skills: Iterable[UUID], correct: float) -> None:
        names = tuple(sorted(str(skill) for skill in skills))
        student, rating = self.students.get(person, Student()), self.items.get(item, Rating())
        step = answered(student, names, rating, correct)
        self.students[person], self.items[item] = step.student, step.item


@dataclass(frozen=True, slots=True)
class SkillMap:
    """Which skills an answer is about."""

    by_name: dict[str, UUID]
    by_item: dict[UUID, set[UUID]]

    def of(self, item: UUID, names: Sequence[str]) -> set[UUID]:
        named = {self.by_name[name.lower()] for name in names if name.lower() in self.by_name}
        return named | self.by_item.get(item, set())


_LOCK = (
    "SELECT pg_advisory_xact_lock{}"
    "(hashtextextended('ratings:' || :tenant || ':' || CAST(CAST(:course AS uuid) AS text), 0))"
)
_KEEP = text("""
INSERT INTO skill_answers (tenant, id, course_id, person_id, item_id, source, skills, correct, answered_at)
SELECT :tenant, a.id, :course, :person, a.item, a.source,
       ARRAY(SELECT jsonb_array_elements_text(a.skills)), a.correct, :now
FROM jsonb_to_recordset(CAST(:answers AS jsonb))
  AS a(id uuid, item uuid, source text, skills jsonb, correct double precision)
ON CONFLICT (tenant, course_id, source) DO UPDATE SET correct = excluded.correct
RETURNING source, xmax = 0 AS fresh
""")
_SEAT_LEARNER = text("""
INSERT INTO learner_ratings (tenant, course_id, person_id, value, answers) VALUES (:tenant, :course, :person, 0, 0)
ON CONFLICT DO NOTHING
""")
_KEEP_LEARNER = text("""
INSERT INTO learner_ratings (tenant, course_id, person_id, value, answers)
VALUES (:tenant, :course, :person, :value, :answers)
ON CONFLICT (tenant, course_id, person_id) DO UPDATE SET value = excluded.value, answers = excluded.answers
""")
_KEEP_SKILLS = text("""
INSERT INTO skill_ratings (tenant, course_id, person_id, skill_id, value, answers, updated_at)
SELECT :tenant, :course, p, s, v, n, :now
FROM unnest(CAST(:people AS uuid[]), CAST(:skills AS uuid[]), CAST(:values AS float8[]), CAST(:counts AS int[]))
  AS r(p, s, v, n)
ON CONFLICT (tenant, person_id, skill_id) DO UPDATE
SET value = excluded.value, answers = excluded.answers, updated_at = excluded.updated_at
""")
_MOVE_ITEMS = text("""
INSERT INTO item_ratings (tenant, course_id, item_id, value, answers)
SELECT :tenant, :course, i, v, n
FROM unnest(CAST(:items AS uuid[]), CAST(:values AS float8[]), CAST(:counts AS int[])) AS r(i, v, n) ORDER BY i
ON CONFLICT (tenant, course_id, item_id) DO UPDATE
SET value = item_ratings.value + excluded.value, answers = item_ratings.answers + excluded.answers
""")


async def learn(unit: Unit, course: UUID, person: UUID, answers: Sequence[Graded]) -> int:
    """Count graded answers of somebody in a course; return how many were new. A known source with another outcome
    (a regrade) is kept, and moves ratings when they are next rebuilt."""
    if not answers:
        return 0
    where = {"tenant": unit.tenant, "course": course}
    await unit.session.execute(text(_LOCK.format("_shared")), where)
    once = {answer.source: answer for answer in answers}
    kept = (await unit.session.execute(_KEEP, where | _values(unit, person, once.values()))).all()
    fresh = [once[row.source] for row in kept if row.fresh]
    if not fresh:
        return 0
    await unit.session.execute(_SEAT_LEARNER, where | {"person": person})
    state, skills = await _state(unit, course, person, [a.item for a in fresh]), await skill_map(unit, course)
    before = dict(state.items)
    for one in fresh:
        state.play(person, one.item, skills.of(one.item, one.skills), one.correct)
    await _keep_student(unit, course, person, state.students[person])
    moved = {i: Rating(r.value - before[i].value, r.answers - before[i].answers) for i, r in state.items.items()}
    await _move_items(unit, course, {item: rating for item, rating in moved.items() if rating.answers})
    return len(fresh)


def _values(unit: Unit, person: UUID, answers: Iterable[Graded]) -> dict[str, Any]:
    rows = [
        {
            "id": str(unit.ids.new()),
            "item": str(a.item),
            "source": a.source,
            "skills": list(a.skills),
            "correct": min(1.0, max(0.0, a.correct)),
        }
        for a in answers
    ]
    return {"person": person, "now": unit.now, "answers": json.dumps(rows)}


async def skill_map(unit: Unit, course: UUID) -> SkillMap:
    """The skills of a course by name and by item."""
    named = select(Skill.id, Skill.name).where(Skill.tenant == unit.tenant, Skill.course_id == course)
    by_name = {row.name.lower(): row.id for row in await unit.session.execute(named)}
    mapped = select(Target.target_id, Target.skill_id).where(
        Target.tenant == unit.tenant, Target.course_id == course, Target.kind == "item"
    )
    by_item: dict[UUID, set[UUID]] = {}
    for row in await unit.session.execute(mapped):
        by_item.setdefault(row.target_id, set()).add(row.skill_id)
    return SkillMap(by_name, by_item)


async def student(unit: Unit, course: UUID, person: UUID, lock: bool = False) -> Student:
    """Somebody's ratings in a course."""
    here = (LearnerRating.tenant == unit.tenant, LearnerRating.course_id == course, LearnerRating.person_id == person)
    query = select(LearnerRating.value, LearnerRating.answers).where(*here)
    overall = (await unit.session.execute(query.with_for_update() if lock else query)).one_or_none()
    mine = (SkillRating.tenant == unit.tenant, SkillRating.course_id == course, SkillRating.person_id == person)
    rows = await unit.session.execute(select(SkillRating.skill_id, SkillRating.value, SkillRating.answers).where(*mine))
    skills = {str(row.skill_id): Rating(row.value, row.answers) for row in rows}
    return Student(Rating(overall.value, overall.answers) if overall else Rating(), skills)


async def _state(unit: Unit, course: UUID, person: UUID, items: list[UUID]) -> State:
    known = await student(unit, course, person, lock=True)
    here = (ItemRating.tenant == unit.tenant, ItemRating.course_id == course, ItemRating.item_id.in_(items))
    rows = await unit.session.execute(select(ItemRating.item_id, ItemRating.value, ItemRating.answers).where(*here))
    ratings = {item: Rating() for item in items} | {row.item_id: Rating(row.value, row.answers) for row in rows}
    return State({person: known}, ratings)


async def _keep_student(unit: Unit, course: UUID, person: UUID, known: Student) -> None:
    where = {"tenant": unit.tenant, "course": course}
    overall = {"person": person, "value": known.overall.value, "answers": known.overall.answers}
    await unit.session.execute(_KEEP_LEARNER, where | overall)
    if known.skills:
        columns = {
            "people": [person] * len(known.skills),
            "skills": [UUID(name) for name in known.skills],
            "values": [rating.value for rating in known.skills.values()],
            "counts": [rating.answers for rating in known.skills.values()],
        }
        await unit.session.execute(_KEEP_SKILLS, where | columns | {"now": unit.now})


async def _move_items(unit: Unit, course: UUID, moved: dict[UUID, Rating]) -> None:
    columns = {
        "items": list(moved),
        "values": [rating.value for rating in moved.values()],
        "counts": [rating.answers for rating in moved.values()],
    }
    await unit.session.execute(_MOVE_ITEMS, {"tenant": unit.tenant, "course": course} | columns)


async def rebuild(unit: Unit, course: UUID) -> int:
    """All ratings of a course from its answers, as they stand now (after regrades, or other skills); the answers
    played. Answers that come meanwhile wait."""
    where = {"tenant": unit.tenant, "course": course}
    await unit.session.execute(text(_LOCK.format("")), where)
    skills, state, played = await skill_map(unit, course), State(), 0
    async for row in _answers(unit, course):
        state.play(row.person_id, row.item_id, skills.of(row.item_id, row.skills), row.correct)
        played += 1
    for table in ("learner_ratings", "skill_ratings", "item_ratings"):
        gone = f"DELETE FROM {table} WHERE tenant = :tenant AND course_id = :course"  # noqa: S608
        await unit.session.execute(text(gone), where)
    for person, known in state.students.items():
        await _keep_student(unit, course, person, known)
    await _move_items(unit, course, state.items)
    return played


async def _answers(unit: Unit, course: UUID) -> AsyncIterator[Row[Any]]:
    query = text(
        "SELECT seq, person_id, item_id, skills, correct FROM skill_answers"
        " WHERE tenant = :tenant AND course_id = :course AND seq > :after ORDER BY seq LIMIT :batch"
    )
    after = 0
    while True:
        values = {"tenant": unit.tenant, "course": course, "after": after, "batch": BATCH}
        rows = (await unit.session.execute(query, values)).all()
        for row in rows:
            yield row
        if len(rows) < BATCH:
            return
        after = rows[-1].seq
