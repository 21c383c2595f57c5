"""Full-text search over what the caller may see: titles before summaries before pages, stemmed in each text's language.

One query: the caller's courses, then the best hits of each kind by their GIN indexes, then the snippets of one page.
A snippet has ``**`` around what was found and nowhere else: strong words of a page become plain emphasis in it."""

from uuid import UUID

from sqlalchemy import text

from rest.courses.schemas import Hit
from rest.db import Unit
from rest.identity.policy import Action, Role
from rest.identity.principal import Principal
from rest.platform.paging import Page, Wanted, encode

MAX_HITS = 500
"""Ranked at most, of each kind."""

_MINE = """
mine AS (
  SELECT c.id, (:everything OR e.role IN ('teacher', 'assistant')) AS drafts
  FROM courses c LEFT JOIN enrolments e
    ON e.tenant = c.tenant AND e.course_id = c.id AND e.person_id = :person AND e.status = 'active'
  WHERE c.deleted_at IS NULL AND (:everything OR e.id IS NOT NULL)
    AND (c.status <> 'draft' OR :everything OR e.role IN ('teacher', 'assistant'))
)"""

_QUERY = "websearch_to_tsquery(lyceum_language(CAST(:language AS text)), :words)"

_SEARCH = text(f"""
WITH {_MINE},
found AS (
  (SELECT 'course' AS kind, c.id, c.id AS course_id, c.title, c.summary AS body,
     -ts_rank(c.search, q)::float8 AS place
   FROM courses c JOIN mine ON mine.id = c.id, {_QUERY} q
   WHERE c.search @@ q ORDER BY place LIMIT {MAX_HITS})
  UNION ALL
  (SELECT 'module', m.id, m.course_id, m.title, m.summary, -ts_rank(m.search, q)::float8
   FROM modules m JOIN mine ON mine.id = m.course_id, {_QUERY} q
   WHERE m.search @@ q AND m.deleted_at IS NULL
     AND (mine.drafts OR m.status = 'published' AND coalesce(m.opens_at <= :now, true))
   ORDER BY 6 LIMIT {MAX_HITS})
  UNION ALL
  (SELECT 'page', p.id, p.course_id, p.title, left(p.body, 20000), -ts_rank(p.search, q)::float8
   FROM pages p JOIN mine ON mine.id = p.course_id JOIN modules m ON m.tenant = p.tenant AND m.id = p.module_id,
     {_QUERY} q
   WHERE p.search @@ q AND p.deleted_at IS NULL AND m.deleted_at IS NULL
     AND (mine.drafts OR p.status = 'published' AND m.status = 'published' AND coalesce(m.opens_at <= :now, true))
   ORDER BY 6 LIMIT {MAX_HITS})
),
page AS (
  SELECT * FROM found
  WHERE CAST(:place AS float8) IS NULL OR (place, id) > (CAST(:place AS float8), CAST(:id AS uuid))
  ORDER BY place, id LIMIT :limit
)
SELECT kind, id, course_id, title, place,
  ts_headline(lyceum_language(CAST(:language AS text)), regexp_replace(body, '[*]{{2,}}', '*', 'g'), q,
    'StartSel=**, StopSel=**, MaxFragments=2, MaxWords=16, MinWords=6, FragmentDelimiter=" … "') AS snippet
FROM page, {_QUERY} q ORDER BY place, id
""")  # noqa: S608 - made of constants


async def search(unit: Unit, who: Principal, words: str, language: str, wanted: Wanted) -> Page[Hit]:
    """What is found for ``words``, the best first."""
    after = wanted.after(float, UUID) or (None, None)
    values = {
        "everything": who.ground(Action.COURSE_READ) is not None and Role.ADMINISTRATOR in who.roles,
        "person": who.person,
        "words": words,
        "language": language,
        "now": unit.now,
        "place": after[0],
        "id": after[1],
        "limit": wanted.limit + 1,
    }
    rows = (await unit.session.execute(_SEARCH, values)).all()
    here = rows[: wanted.limit]
    hits = [Hit(kind=r.kind, id=r.id, course_id=r.course_id, title=r.title, snippet=r.snippet) for r in here]
    more = len(rows) > wanted.limit
    return Page(items=hits, next=encode((here[-1].place, here[-1].id)) if more else None)
