"""How somebody stands in a course: modules begun and done, mastery; and how a class does."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert

from rest.courses.access import CourseAccess
from rest.courses.content import module_of
from rest.courses.tables import Enrolment
from rest.db import Unit
from rest.people import sealed
from rest.people.tables import Person
from rest.platform.paging import Page, Wanted
from rest.platform.vault import Vault
from rest.recommendations import online
from rest.recommendations.paths import WEAK
from rest.recommendations.schemas import LearnerShown, MasteryShown, Overview, SkillOverview
from rest.recommendations.tables import LearnerRating, Progress, Skill, SkillRating
from rest.recommendations.tracing import Rating, mastery
from rest.recommendations.tracing import Student as Ratings
from rest.trust.audit import audit

_OVERVIEW = text("""
SELECT s.id AS skill_id, s.name, count(r.chance) AS met,
  count(*) FILTER (WHERE r.chance >= :reached AND r.answers >= :enough) AS mastered,
  count(*) FILTER (WHERE r.chance < :weak) AS weak, avg(r.chance) AS mean_chance
FROM skills s LEFT JOIN (
  SELECT k.skill_id, k.answers, 1 / (1 + exp(-(k.value + l.value))) AS chance
  FROM skill_ratings k
  JOIN learner_ratings l ON l.tenant = k.tenant AND l.course_id = k.course_id AND l.person_id = k.person_id
  JOIN enrolments e ON e.tenant = k.tenant AND e.course_id = k.course_id AND e.person_id = k.person_id
    AND e.role = 'student' AND e.status = 'active'
  WHERE k.tenant = :tenant AND k.course_id = :course
) r ON r.skill_id = s.id
WHERE s.tenant = :tenant AND s.course_id = :course
GROUP BY s.id, s.name ORDER BY s.name, s.id
""")
_STUDENTS = text(
    "SELECT count(*) FROM enrolments"
    " WHERE tenant = :tenant AND course_id = :course AND role = 'student' AND status = 'active'"
)
REACHED, ENOUGH = 0.85, 3


async def set_progress(unit: Unit, access: CourseAccess, module: UUID, done: bool) -> Progress:
    """Begin a module, finish it, or take that back."""
    await module_of(unit, access, module)
    keys = {"tenant": unit.tenant, "person_id": access.who.person, "module_id": module}
    new = insert(Progress).values(
        course_id=access.course.id, begun_at=unit.now, done_at=unit.now if done else None, **keys
    )
    changed = new.on_conflict_do_update(index_elements=list(keys), set_={"done_at": unit.now if done else None})
    row = (await unit.session.scalars(changed.returning(Progress))).one()
    subject = f"module:{module}"
    audit(unit, access.who, "progress.set", subject, person=access.who.person, why=access.ground, done=done)
    return row


async def mastery_of(unit: Unit, course: UUID, person: UUID) -> list[MasteryShown]:
    """Every skill of a course, and how somebody masters it."""
    named = select(Skill).where(Skill.tenant == unit.tenant, Skill.course_id == course).order_by(Skill.name, Skill.id)
    skills = (await unit.session.scalars(named)).all()
    known = await online.student(unit, course, person)
    here = (SkillRating.tenant == unit.tenant, SkillRating.course_id == course, SkillRating.person_id == person)
    rows = await unit.session.execute(select(SkillRating.skill_id, SkillRating.updated_at).where(*here))
    updated = {row.skill_id: row.updated_at for row in rows}
    return [_mastery(skill, known, updated.get(skill.id)) for skill in skills]


def _mastery(skill: Skill, known: Ratings, updated: datetime | None) -> MasteryShown:
    held = mastery(known, str(skill.id))
    return MasteryShown(
        skill_id=skill.id,
        name=skill.name,
        chance=round(held.chance, 4),
        answers=held.answers,
        mastered=held.reached(REACHED, ENOUGH),
        updated_at=updated,
    )


async def overview(unit: Unit, access: CourseAccess) -> Overview:
    """Each skill over all students of a course."""
    where = {"tenant": unit.tenant, "course": access.course.id}
    limits = {"reached": REACHED, "enough": ENOUGH, "weak": WEAK}
    rows = await unit.session.execute(_OVERVIEW, where | limits)
    students = await unit.session.scalar(_STUDENTS, where) or 0
    return Overview(students=students, skills=[SkillOverview(**row._mapping) for row in rows])


async def class_of(unit: Unit, vault: Vault, access: CourseAccess, paging: Wanted) -> Page[LearnerShown]:
    """Each student of a course with the skills they met."""
    here = (
        Enrolment.tenant == unit.tenant,
        Enrolment.course_id == access.course.id,
        Enrolment.role == "student",
        Enrolment.status == "active",
    )
    whom = (Person.tenant == Enrolment.tenant) & (Person.id == Enrolment.person_id)
    query = paging.select(select(Person).join(Enrolment, whom).where(*here), (Person.id, UUID))
    people = (await unit.session.scalars(query)).all()
    held = await _held(unit, access.course.id, [person.id for person in people])
    audit(unit, access.who, "mastery.read", f"course:{access.course.id}", why=access.ground, count=len(people))
    return paging.page(people, lambda person: _learner(vault, person, held), lambda person: (person.id,))


Held = tuple[dict[UUID, Ratings], dict[UUID, list[tuple[Skill, datetime]]]]


async def _held(unit: Unit, course: UUID, people: list[UUID]) -> Held:
    """The ratings of some people, and the skills each met."""
    mine = (LearnerRating.tenant == unit.tenant, LearnerRating.course_id == course, LearnerRating.person_id.in_(people))
    rows = (await unit.session.scalars(select(LearnerRating).where(*mine))).all()
    overall = {row.person_id: Rating(row.value, row.answers) for row in rows}
    rated = (SkillRating.tenant == unit.tenant, SkillRating.course_id == course, SkillRating.person_id.in_(people))
    skill = (Skill.tenant == SkillRating.tenant) & (Skill.id == SkillRating.skill_id)
    query = select(SkillRating, Skill).join(Skill, skill).where(*rated).order_by(Skill.name, Skill.id)
    ratings: dict[UUID, dict[str, Rating]] = {}
    met: dict[UUID, list[tuple[Skill, datetime]]] = {}
    for row, named in await unit.session.execute(query):
        ratings.setdefault(row.person_id, {})[str(named.id)] = Rating(row.value, row.answers)
        met.setdefault(row.person_id, []).append((named, row.updated_at))
    return {id: Ratings(overall.get(id, Rating()), ratings.get(id, {})) for id in people}, met


def _learner(vault: Vault, person: Person, held: Held) -> LearnerShown:
    known, met = held[0][person.id], held[1].get(person.id, [])
    skills = [_mastery(skill, known, updated) for skill, updated in met]
    return LearnerShown(
        person_id=person.id, name=sealed.name(vault, person), answers=known.overall.answers, skills=skills
    )
