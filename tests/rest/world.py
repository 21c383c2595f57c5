"""Schools and people for tests, made by the same services the routes use."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import UUID

import asyncpg
import httpx
from fastapi import FastAPI
from sqlalchemy import insert, update
from starlette.applications import Starlette
from starlette.routing import Mount

from realtime.clock import ManualClock
from rest.app import rest_app
from rest.assessment.jobs import GRADE
from rest.assessment.marking import grade_job
from rest.courses.tables import Course, Enrolment
from rest.db import Database, Unit
from rest.identity import sessions
from rest.identity.passwords import Passwords
from rest.identity.policy import Role
from rest.identity.service import keep_password
from rest.institutions.service import create, make_person
from rest.people.sealed import seal
from rest.people.tables import Guardianship, Person
from rest.platform.rows import add
from rest.settings import PasswordCost, RestSettings

SECRET = "a secret of the tests, long enough"
ORIGIN = "http://127.0.0.1:8000"
PASSWORD = "five wooden stairs"
CHEAP = PasswordCost(memory_kib=8, passes=1, lanes=1)


class FakeLive:
    """Remembers what the live planes were asked for."""

    def __init__(self) -> None:
        self.ended: list[str] = []
        self.revoked: list[tuple[str, str]] = []

    async def end_class(self, room_key: str) -> None:
        self.ended.append(room_key)

    async def revoke(self, room_key: str, user: str) -> None:
        self.revoked.append((room_key, user))


@dataclass
class Rest:
    """What `open_rest` yields."""

    app: FastAPI
    client: httpx.AsyncClient
    clock: ManualClock
    settings: RestSettings
    live: FakeLive

    @property
    def database(self) -> Database:
        return self.app.state.database

    @property
    def vault(self) -> Any:
        return self.app.state.vault

    @property
    def passwords(self) -> Passwords:
        return self.app.state.passwords

    async def grade(self) -> int:
        """Do what the job worker would: grade the attempts that wait for it, once each; how many there were."""
        connection = await asyncpg.connect(self.settings.database_url)
        try:
            taken = await connection.fetch(
                "DELETE FROM procrastinate_jobs WHERE task_name = $1 AND status = 'todo' RETURNING args", GRADE
            )
        finally:
            await connection.close()
        for row in taken:
            args = json.loads(row["args"])
            await grade_job(self.database, self.app.state.contents, args["tenant"], UUID(args["attempt"]))
        return len(taken)

    def visitor(self) -> httpx.AsyncClient:
        """A fresh browser: its own cookies."""
        return client_of(self.app)


def front(app: FastAPI) -> Starlette:
    """``app`` where the front door puts it."""
    return Starlette(routes=[Mount("/api", app=app)])


def client_of(app: FastAPI) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(front(app), raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url=ORIGIN, headers={"Origin": ORIGIN})


def settings_for(dsn: str, **changes: Any) -> RestSettings:
    plain = RestSettings(
        SECRET, dsn, public_url=ORIGIN, password_cost=CHEAP, background=False, pool_size=5, private_issuers=True
    )
    return replace(plain, **changes)


@asynccontextmanager
async def open_rest(dsn: str, now: float, **changes: Any) -> AsyncIterator[Rest]:
    settings, clock, live = settings_for(dsn, **changes), ManualClock(now), FakeLive()
    async with rest_app(settings, live, clock=clock) as app, client_of(app) as client:
        yield Rest(app, client, clock, settings, live)


@dataclass
class User:
    """Somebody signed in by bearer token."""

    rest: Rest
    tenant: str
    id: UUID
    email: str
    name: str
    tokens: sessions.Tokens

    async def __call__(self, method: str, path: str, **options: Any) -> httpx.Response:
        """One request to ``/api/v1`` + path."""
        headers = {"Authorization": f"Bearer {self.tokens.access}"} | options.pop("headers", {})
        return await self.rest.client.request(method, "/api/v1" + path, headers=headers, **options)

    async def get(self, path: str, **options: Any) -> Any:
        return good(await self("GET", path, **options))

    async def post(self, path: str, body: Any = None, **options: Any) -> Any:
        return good(await self("POST", path, json=body, **options))

    async def put(self, path: str, body: Any = None, **options: Any) -> Any:
        return good(await self("PUT", path, json=body, **options))

    async def delete(self, path: str) -> None:
        good(await self("DELETE", path))

    async def patch(self, path: str, version: int, body: Any) -> Any:
        return good(await self("PATCH", path, json=body, headers=at(version)))


def at(version: int) -> dict[str, str]:
    """The header that names the version a change is made from."""
    return {"If-Match": f'"{version}"'}


def good(response: httpx.Response) -> Any:
    """The answer's JSON; fails when the request was refused."""
    assert response.is_success, (response.status_code, response.text)
    return response.json() if response.content else None


def code(response: httpx.Response, status: int) -> str:
    """The code of a problem that must have ``status``."""
    assert response.status_code == status, (response.status_code, response.text)
    assert response.headers["content-type"] == "application/problem+json"
    body = response.json()
    assert body["status"] == status
    assert body["title"]
    assert body["detail"]
    return body["code"]


@dataclass
class School:
    """One institution and its people."""

    rest: Rest
    tenant: str
    people: dict[str, User] = field(default_factory=dict)

    def __getattr__(self, name: str) -> User:
        try:
            return self.__dict__["people"][name]
        except KeyError:
            raise AttributeError(name) from None

    async def found(self, kind: str = "school") -> "School":
        roles = [role for role in Role if (role is Role.PLATFORM) == (kind == "platform")]
        async with self.rest.database.unit() as unit:
            await create(unit, self.tenant, f"The {self.tenant}", "en", "Europe/Madrid", kind=kind)
            for role in roles:
                self.people[role.value] = await self._add(unit, role.value, [role])
            if kind == "school":
                await self._guard(unit, self.guardian, self.student)
        return self

    async def person(
        self, name: str, *roles: Role, password: str | None = None, born: date | None = None, **columns: Any
    ) -> User:
        """Somebody of this school, signed in."""
        async with self.rest.database.unit(self.tenant) as unit:
            user = await self._add(unit, name, list(roles), **columns)
            if born is not None:
                sealed = seal(self.rest.vault, self.tenant, user.id, {"birth_date": born})
                await unit.session.execute(update(Person).where(Person.id == user.id).values(**sealed))
            if password is not None:
                await keep_password(unit, user.id, await self.rest.passwords.hash(password))
        return user

    async def _add(self, unit: Unit, name: str, roles: list[Role], **columns: Any) -> User:
        email, shown = f"{name}@{self.tenant}.example", f"{name.title()} of {self.tenant}"
        columns = {"status": "active", "email_verified_at": unit.now} | columns
        row = await make_person(unit, self.rest.vault, shown, email, roles, **columns)
        tokens = await sessions.begin(unit, SECRET, row.id, "bearer", "tests")
        return User(self.rest, self.tenant, row.id, email, shown, tokens)

    async def guard(self, guardian: User, ward: User) -> None:
        """Have ``guardian`` answer for ``ward``."""
        async with self.rest.database.unit(self.tenant) as unit:
            await self._guard(unit, guardian, ward)

    async def course(self, title: str = "Algebra", status: str = "published") -> str:
        """A course with this school's teacher, assistant, student and observer in it; its id."""
        async with self.rest.database.unit(self.tenant) as unit:
            version = 1 if status == "draft" else 2
            course = await add(unit, Course, title=title, summary="", language="en", status=status, version=version)
            moment = {"version": 1, "created_at": unit.now, "updated_at": unit.now, "status": "active"}
            rows = [
                {"tenant": self.tenant, "id": unit.ids.new(), "course_id": course.id, "role": name}
                | moment
                | {"person_id": self.people[name].id}
                for name in ("teacher", "assistant", "student", "observer")
            ]
            await unit.session.execute(insert(Enrolment), rows)
        return str(course.id)

    async def _guard(self, unit: Unit, guardian: User, ward: User) -> None:
        values = {"tenant": self.tenant, "guardian_id": guardian.id, "ward_id": ward.id, "created_at": unit.now}
        await unit.session.execute(insert(Guardianship).values(**values))
