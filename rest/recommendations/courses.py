"""Courses to take next: what the database knows of who takes what, to `co_enrolment`.

Only courses that are listed are suggested: of others, who takes no part in them does not learn that they exist.
"""

from uuid import UUID

from sqlalchemy import text

from rest.db import Unit
from rest.identity.principal import Principal
from rest.recommendations.co_enrolment import CourseSuggestion, Together, suggest
from rest.recommendations.reasons import in_english
from rest.recommendations.schemas import CourseSuggestions, CourseSuggestionShown, Named, ReasonShown

_COURSES = text("""
SELECT c.id, c.title, c.summary, c.language,
  EXISTS (SELECT FROM enrolments e WHERE e.tenant = c.tenant AND e.course_id = c.id AND e.person_id = :person) AS mine,
  (SELECT count(*) FROM enrolments e WHERE e.tenant = c.tenant AND e.course_id = c.id AND e.role = 'student') AS people
FROM courses c
WHERE c.tenant = :tenant AND c.deleted_at IS NULL AND c.status <> 'draft' AND (
  (c.listed AND c.status = 'published')
  OR EXISTS (SELECT FROM enrolments e WHERE e.tenant = c.tenant AND e.course_id = c.id AND e.person_id = :person)
)
""")

_TOGETHER = text("""
SELECT theirs.course_id AS mine, other.course_id AS other, count(*) AS people
FROM enrolments own
JOIN enrolments theirs ON theirs.tenant = own.tenant AND theirs.course_id = own.course_id AND theirs.role = 'student'
JOIN enrolments other ON other.tenant = own.tenant AND other.person_id = theirs.person_id
  AND other.role = 'student' AND other.course_id <> own.course_id
WHERE own.tenant = :tenant AND own.person_id = :person AND own.role = 'student'
GROUP BY 1, 2
""")


async def suggestions(unit: Unit, who: Principal, most: int) -> CourseSuggestions:
    """Listed courses that the caller is not in, best first, each with why."""
    values = {"tenant": unit.tenant, "person": who.person}
    courses = {str(row.id): row for row in (await unit.session.execute(_COURSES, values)).all()}
    rows = (await unit.session.execute(_TOGETHER, values)).all()
    mine = {id: row.people for id, row in courses.items() if row.mine}
    others = {id: row.people for id, row in courses.items() if not row.mine}
    found = suggest(mine, others, [Together(str(row.mine), str(row.other), row.people) for row in rows], most)
    titles = {id: row.title for id, row in courses.items()}
    basis = "co-enrolment" if any(one.worth > 0 for one in found) else "cold-start"
    return CourseSuggestions(basis=basis, suggestions=[_show(courses[one.course], one, titles) for one in found])


def _show(row: object, one: CourseSuggestion, titles: dict[str, str]) -> CourseSuggestionShown:
    names = [Named(id=UUID(name), title=titles[name]) for name in one.reason.names]
    words = in_english(one.reason, titles)
    reason = ReasonShown(kind=one.reason.kind, names=names, count=one.reason.count, total=one.reason.total, text=words)
    return CourseSuggestionShown(
        course_id=UUID(one.course),
        title=titles[one.course],
        summary=row.summary,  # type: ignore[attr-defined]
        language=row.language,  # type: ignore[attr-defined]
        worth=round(one.worth, 4),
        reasons=[reason],
    )
