"""Keeping who was in a room, as a room worker saw it. Nothing of the REST tier is imported: a worker starts quickly.

A stay is told again and again while it lasts, each time a little longer, and a last time when it is over. Told twice
it counts once; when whoever tells it dies, what was told stands; and somebody who is back within `GAP` was never away,
so that a reload, a lost connection or another worker is no second stay.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from operator import attrgetter
from typing import Any
from uuid import UUID

GAP = timedelta(seconds=90)
BATCH = 1_000
"""Stays written by one statement."""


@dataclass(frozen=True, slots=True)
class Stay:
    """Somebody was in a room of a tenant from then to then (Unix seconds)."""

    room: str
    person: UUID
    since: float
    until: float


_ENTER = "SELECT set_config('role', 'lyceum_rest', true), set_config('lyceum.tenant', $1, true)"

# A stay counts for the meetings it overlaps; rooms that belong to no class, and people who are not known, are passed
# over. What grew is the stay it goes on from; else it is a new one.
_NOTE = """
WITH sent AS (
  SELECT * FROM unnest($2::text[], $3::uuid[], $4::timestamptz[], $5::timestamptz[]) AS s(room, person_id, since, until)
), classes_of AS (
  SELECT room, id AS class_id FROM classes WHERE tenant = $1 AND room = ANY($2)
  UNION ALL SELECT room, class_id FROM class_groups WHERE tenant = $1 AND room = ANY($2)
), stays AS (
  SELECT m.id AS meeting_id, s.person_id, greatest(s.since, m.opened_at) AS entered_at,
    least(s.until, m.ended_at) AS left_at
  FROM sent s
  JOIN classes_of c USING (room)
  JOIN meetings m ON m.tenant = $1 AND m.class_id = c.class_id
    AND m.opened_at <= s.until AND (m.ended_at IS NULL OR m.ended_at >= s.since)
  JOIN people p ON p.tenant = $1 AND p.id = s.person_id AND p.deleted_at IS NULL
), longer AS (
  UPDATE presences p SET left_at = greatest(p.left_at, s.left_at) FROM stays s
  WHERE p.tenant = $1 AND p.meeting_id = s.meeting_id AND p.person_id = s.person_id
    AND p.entered_at <= s.left_at AND p.left_at >= s.entered_at - $6::interval
  RETURNING p.meeting_id, p.person_id
)
INSERT INTO presences AS p (tenant, meeting_id, person_id, entered_at, left_at)
SELECT $1, s.meeting_id, s.person_id, s.entered_at, s.left_at FROM stays s
WHERE NOT EXISTS (SELECT FROM longer l WHERE l.meeting_id = s.meeting_id AND l.person_id = s.person_id)
ON CONFLICT (tenant, meeting_id, person_id, entered_at) DO UPDATE SET left_at = greatest(p.left_at, excluded.left_at)
"""


async def note(connection: Any, tenant: str, stays: Iterable[Stay]) -> None:
    """Keep ``stays`` of one tenant, each batch in a transaction of its own, on an `asyncpg` connection that may become
    ``lyceum_rest``. May be repeated."""
    for batch in _batches(stays):
        async with connection.transaction():
            await connection.execute(_ENTER, tenant)
            await connection.execute(_NOTE, tenant, *_columns(batch), GAP)


def _batches(stays: Iterable[Stay]) -> Iterator[Sequence[Stay]]:
    """The earliest first, and each person once a batch: what a later stay goes on from has been written."""
    rounds: list[dict[UUID, Stay]] = []
    for stay in sorted(stays, key=attrgetter("since")):
        fitting = next((one for one in rounds if stay.person not in one and len(one) < BATCH), None)
        if fitting is None:
            rounds.append(fitting := {})
        fitting[stay.person] = stay
    return (list(one.values()) for one in rounds)


def _columns(stays: Sequence[Stay]) -> tuple[list[str], list[UUID], list[datetime], list[datetime]]:
    return (
        [stay.room for stay in stays],
        [stay.person for stay in stays],
        [datetime.fromtimestamp(stay.since, UTC) for stay in stays],
        [datetime.fromtimestamp(stay.until, UTC) for stay in stays],
    )
