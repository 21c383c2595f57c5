"""The database of the REST tier: one unit of work a request, for one tenant, committed once at the edge.

A unit begins with its first statement, steps down from the connecting user to ``lyceum_rest`` and names its tenant;
both last until its end. From there on PostgreSQL's row-level security holds the tenant, whatever a query forgets.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated, Any

import asyncpg
import structlog
from fastapi import Depends, Request
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

from realtime.clock import Clock
from rest.live import SECONDS
from rest.platform.ids import Ids
from rest.problems import Problem

ROLE = "lyceum_rest"
STATEMENT_MILLISECONDS = 15_000
NOBODY = ""

_ENTER = (
    f"SELECT set_config('role', '{ROLE}', true), set_config('lyceum.tenant', $1, true),"
    f" set_config('lyceum.service', $2, true), set_config('statement_timeout', '{STATEMENT_MILLISECONDS}', true)"
)
_AUDIT = text("SELECT lyceum_audit(CAST(:entries AS text[]))")

log = structlog.get_logger("rest.db")


@dataclass(slots=True)
class Unit:
    """One transaction. ``session`` may be used once `enter` said for whom."""

    session: AsyncSession
    now: datetime
    """One moment for everything the unit writes."""
    ids: Ids
    tenant: str = NOBODY
    _entries: list[str] = field(default_factory=list)
    _effects: list[Callable[[], Awaitable[None]]] = field(default_factory=list)

    async def enter(self, tenant: str, service: str = "") -> None:
        """Work for ``tenant`` from here on. ``service`` names a background service that some policies let further."""
        try:
            await self._step_down(tenant, service)
        except DBAPIError as error:
            if not error.connection_invalidated:
                raise
            await self.session.invalidate()  # PostgreSQL was restarted under a pooled connection: nothing is lost yet
            await self._step_down(tenant, service)
        self.tenant = tenant

    async def _step_down(self, tenant: str, service: str) -> None:
        connection = await self.session.connection()
        await connection.exec_driver_sql(_ENTER, (tenant, service))

    @property
    def driver(self) -> Any:
        """The `asyncpg.Connection` under the session, in its transaction; the unit has been entered."""
        return self.session.sync_session.connection().connection.driver_connection

    async def pause(self) -> None:
        """Give the connection back while something slow is awaited; nothing has been written yet. `enter` goes on."""
        assert not self._entries, "what was written must be committed with the rest"
        await self.session.commit()
        self.tenant = NOBODY

    def record(self, entry: dict[str, Any]) -> None:
        """Have ``entry`` chained to the tenant's audit log in this transaction, at its very end."""
        self._entries.append(json.dumps(entry, sort_keys=True, separators=(",", ":")))

    def after_commit(self, effect: Callable[[], Awaitable[None]]) -> None:
        """Have ``effect`` run when, and only when, the transaction has been committed."""
        self._effects.append(effect)

    async def commit(self) -> None:
        """Write the audit entries (its head is locked from here to the commit only) and commit."""
        if self._entries:
            await self.session.execute(_AUDIT, {"entries": self._entries})
            self._entries = []
        await self.session.commit()

    async def announce(self) -> None:
        """Run what waited for the commit. It is done either way: what fails here is logged, not answered."""
        for effect in self._effects:
            try:
                async with asyncio.timeout(SECONDS):
                    await effect()
            except Exception as error:
                log.warning("after commit", kind=type(error).__name__)


class Database:
    """Makes units. Opened and closed with the application."""

    def __init__(self, engine: AsyncEngine, clock: Clock, ids: Ids) -> None:
        self.engine = engine
        self.clock = clock
        self.ids = ids

    def now(self) -> datetime:
        """The time, in UTC."""
        return datetime.fromtimestamp(self.clock.wall(), UTC)

    @asynccontextmanager
    async def unit(self, tenant: str | None = None, service: str = "") -> AsyncIterator[Unit]:
        """One transaction: committed at the end of the block, rolled back when it raises.

        A `Problem` that says `keep` is raised after a commit."""
        async with AsyncSession(self.engine, expire_on_commit=False, autoflush=False) as session:
            unit = Unit(session, self.now(), self.ids)
            if tenant is not None:
                await unit.enter(tenant, service)
            try:
                yield unit
            except Problem as problem:
                if not problem.keeps:
                    raise
                await unit.commit()
                raise
            await unit.commit()
        await unit.announce()


def create_engine(dsn: str, pool_size: int) -> AsyncEngine:
    """An engine for ``postgresql://…``. Values of statements never stand in its errors or logs."""
    settings = {"application_name": "lyceum-rest", "jit": "off"}
    return create_async_engine(
        "postgresql+asyncpg://",
        async_creator=lambda: asyncpg.connect(dsn, timeout=10, server_settings=settings),
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=15,
        hide_parameters=True,
    )


async def get_unit(request: Request) -> AsyncIterator[Unit]:
    """The request's unit; committed when the answer is made and before it is sent."""
    async with request.app.state.database.unit() as unit:
        yield unit


InUnit = Annotated[Unit, Depends(get_unit, scope="function")]
