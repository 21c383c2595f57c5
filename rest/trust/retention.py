"""Retention: what an institution keeps no longer than it says, purged at night; the bytes of files go with their last
row."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy import select, text

from rest.courses.store import FileStore
from rest.db import Database, Unit
from rest.institutions.schemas import Retention
from rest.institutions.service import own, settings_of
from rest.institutions.tables import Institution
from rest.trust.audit import audit

BATCH = 2_000
YOUNG = timedelta(hours=2)
"""An object written so lately may belong to an upload that is not committed yet."""

log = structlog.get_logger("rest.retention")


@dataclass(frozen=True, slots=True)
class Rule:
    """Rows of ``table`` go when ``when`` holds, with ``:before`` the end of the time ``keep`` (of `Retention`)."""

    table: str
    keep: str
    when: str


_DELETED = "deleted_at < :before"
RULES = (
    *(
        Rule(table, "deleted", _DELETED)
        for table in (
            "files",
            "pages",
            "modules",
            "assignments",
            "quizzes",
            "items",
            "classes",
            "courses",
            "terms",
            "people",
        )
    ),
    Rule("sessions", "sessions", "coalesce(revoked_at, expires_at) < :before"),
    Rule("one_time_tokens", "sessions", "expires_at < :before"),
    Rule("outbox", "messages", "coalesce(sent_at, given_up_at) < :before"),
    Rule(
        "presences",
        "attendance",
        "meeting_id IN (SELECT id FROM meetings WHERE tenant = :tenant AND ended_at < :before)",
    ),
    Rule(
        "attendance_marks",
        "attendance",
        "meeting_id IN (SELECT id FROM meetings WHERE tenant = :tenant AND ended_at < :before)",
    ),
    Rule("meetings", "attendance", "ended_at < :before"),
)
"""In this order: what is part of something goes before it, so that no batch drags a whole course along at once."""

_DIGESTS = text("""
SELECT encode(sha256, 'hex') FROM files WHERE tenant = :tenant
UNION SELECT encode(sha256, 'hex') FROM submission_files WHERE tenant = :tenant
UNION SELECT document ->> 'sha256' FROM submissions WHERE tenant = :tenant AND document IS NOT NULL
""")


async def sweep_every_institution(database: Database, store: FileStore) -> int:
    """`sweep` for each; how many rows went. One that fails is logged and does not hold the others up."""
    async with database.unit("", service="sweep") as unit:
        tenants = (await unit.session.scalars(select(Institution.tenant).order_by(Institution.tenant))).all()
    gone = 0
    for tenant in tenants:
        try:
            gone += sum((await sweep(database, store, tenant)).values())
        except Exception as error:
            log.warning("retention", tenant=tenant, error=type(error).__name__)
    return gone


async def sweep(database: Database, store: FileStore, tenant: str) -> dict[str, int]:
    """Purge what ``tenant`` keeps no longer; how many rows of each table. Safe to repeat and to end in between."""
    async with database.unit(tenant) as unit:
        retention = settings_of(await own(unit)).retention
        before = await _digests(unit)
    counts: dict[str, int] = {}
    for rule in RULES:
        gone = await _purge(database, tenant, rule, retention)
        if gone:
            counts[rule.table] = gone
    if counts:
        async with database.unit(tenant) as unit:
            audit(unit, None, "retention.swept", f"institution:{tenant}", rows=counts)
            after = await _digests(unit)
        for digest in sorted(before - after):
            await store.delete(tenant, bytes.fromhex(digest), database.now() - YOUNG)
    return counts


async def _purge(database: Database, tenant: str, rule: Rule, retention: Retention) -> int:
    """In batches, each a transaction of its own."""
    chosen = f"SELECT ctid FROM {rule.table} WHERE tenant = :tenant AND ({rule.when}) LIMIT {BATCH}"  # noqa: S608
    statement = text(f"DELETE FROM {rule.table} WHERE tenant = :tenant AND ctid IN ({chosen})")  # noqa: S608
    gone = 0
    while True:
        async with database.unit(tenant) as unit:
            days = timedelta(days=getattr(retention, rule.keep))
            result: Any = await unit.session.execute(statement, {"tenant": tenant, "before": unit.now - days})
        gone += result.rowcount
        if result.rowcount < BATCH:
            return gone


async def _digests(unit: Unit) -> set[str]:
    return set((await unit.session.scalars(_DIGESTS, {"tenant": unit.tenant})).all())
