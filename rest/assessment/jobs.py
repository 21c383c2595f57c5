"""Handing work to the job worker, in the transaction that makes it necessary: never one without the other.

The queue is procrastinate's; `rest.jobs` works it off. Every job may run twice and must not mind."""

import json
from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import text

from rest.db import Unit

QUEUE = "grading"
GRADE = "attempts.grade"

_DEFER = text("SELECT lyceum_defer(:queue, :task, CAST(CAST(:jobs AS text[]) AS jsonb[]))")


async def grade_later(unit: Unit, attempts: Iterable[UUID]) -> None:
    """Have ``attempts`` graded by the worker, once this unit is committed."""
    jobs = [json.dumps({"tenant": unit.tenant, "attempt": str(attempt)}) for attempt in attempts]
    if jobs:
        await unit.session.execute(_DEFER, {"queue": QUEUE, "task": GRADE, "jobs": jobs})
