"""The REST tier as one ASGI application, mounted by the front door under ``/api``.

async with rest_app(settings, live=…) as app:
    …                                            # serve it; lifespan events are not needed
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.types import Scope

from realtime.clock import Clock, SystemClock
from realtime.endings import end
from rest import openapi, problems
from rest.assessment import routes_attempts, routes_book, routes_items, routes_quizzes
from rest.assessment.bank import Contents
from rest.assignments import routes as assignments
from rest.assignments import routes_exchange
from rest.assignments import routes_files as assignment_files
from rest.classes import routes as classes
from rest.classes import routes_people
from rest.classes.service import leaver
from rest.courses import routes as courses
from rest.courses import routes_content, routes_files, routes_roster
from rest.courses.store import open_store
from rest.db import Database
from rest.demo import routes as demo
from rest.demo import routes_accounts, seed
from rest.docs import routes as docs
from rest.identity import routes as identity
from rest.identity.passwords import Passwords
from rest.institutions import routes as institutions
from rest.live import Live, Nobody, PersonHolder
from rest.oidc import routes as oidc
from rest.oidc.fetch import Fetch
from rest.outbox import routes as outbox
from rest.outbox.delivery import Held, Sender, deliver_forever
from rest.parts import make_database, make_vault
from rest.people import routes as people
from rest.platform.edge import Edge
from rest.platform.ratelimit import Limiter
from rest.platform.routing import flat
from rest.recommendations import routes as recommendations
from rest.recommendations import routes_courses
from rest.recommendations.fitting import Rankers
from rest.settings import RestSettings
from rest.trust import routes as trust
from rest.trust.service import erase_forever

ROUTERS = (
    demo.routes,
    routes_accounts.routes,
    identity.routes,
    oidc.routes,
    institutions.routes,
    people.routes,
    courses.routes,
    routes_content.routes,
    routes_files.routes,
    routes_roster.routes,
    classes.routes,
    routes_people.routes,
    routes_items.routes,
    routes_quizzes.routes,
    routes_attempts.routes,
    routes_book.routes,
    assignments.routes,
    assignment_files.routes,
    routes_exchange.routes,
    recommendations.routes,
    routes_courses.routes,
    trust.routes,
    outbox.routes,
)
"""Every domain's, in the order of the documentation."""


def create_app(
    settings: RestSettings,
    live: Live | None = None,
    *,
    holders: Sequence[PersonHolder] = (),
    clock: Clock | None = None,
    database: Database | None = None,
) -> FastAPI:
    """Every domain's routes under ``/v1``; documentation at ``/docs`` and ``/openapi.json``.

    Nothing is opened: the engine connects when first used. `rest_app` also closes it, and runs the background work."""
    app = FastAPI(title="Lyceum", version="1", docs_url=None, redoc_url=None, openapi_url="/openapi.json")
    clock = clock or SystemClock()
    _furnish(app, settings, clock, database or make_database(settings, clock))
    app.state.live = live or Nobody()
    app.state.holders = tuple(holders)
    app.state.leaving = (leaver(app.state.live),)
    problems.install(app)
    openapi.check_guarded(ROUTERS)
    openapi.install(app)
    app.router.routes.extend(flat((docs.routes, *ROUTERS)))
    app.add_middleware(Edge, limit=lambda scope: _body_limit(settings, scope))
    return app


def _body_limit(settings: RestSettings, scope: Scope) -> int:
    """Uploads may be large, and are counted again by their route; everything else is small."""
    upload = scope["method"] == "POST" and scope["path"].endswith(("/files", "/qti"))
    return settings.file_bytes if upload else settings.body_bytes


def _furnish(app: FastAPI, settings: RestSettings, clock: Clock, database: Database) -> None:
    """The pieces `rest.platform.deps` hands to routes."""
    app.state.settings = settings
    app.state.clock = clock
    app.state.database = database
    app.state.vault = make_vault(settings)
    app.state.contents = Contents()
    app.state.limiter = Limiter(clock)
    app.state.passwords = Passwords(settings.password_cost)
    app.state.fetch = Fetch(settings.private_issuers)
    app.state.rankers = Rankers()
    app.state.store = open_store(settings)


async def seed_demo(app: FastAPI) -> bool:
    """Make the demo institution of an application of `rest_app` when there is none; return whether it was made."""
    return await seed.seed_demo(app.state.database, app.state.vault, app.state.passwords)


@asynccontextmanager
async def rest_app(
    settings: RestSettings,
    live: Live | None = None,
    *,
    sender: Sender | None = None,
    holders: Sequence[PersonHolder] = (),
    clock: Clock | None = None,
) -> AsyncIterator[FastAPI]:
    """The application, its background work (when ``settings.background``), and its database connections, for the block.

    ``sender`` carries messages; the default keeps them here."""
    app = create_app(settings, live, holders=holders, clock=clock)
    try:
        async with asyncio.TaskGroup() as tasks:
            work = []
            if settings.background:
                outbox_work = deliver_forever(app.state.database, app.state.vault, sender or Held())
                work.append(tasks.create_task(outbox_work))
                work.append(tasks.create_task(erase_forever(app.state.database, app.state.holders)))
            try:
                yield app
            finally:
                await end(work)
    finally:
        await app.state.database.engine.dispose()
