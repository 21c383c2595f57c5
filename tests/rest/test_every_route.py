"""Every route of the OpenAPI document, as nobody, as somebody of another school, and in the wrong role: no data, no
change.

A route that is added is walked without a line here, unless its path has a parameter nobody knows yet: then this
fails."""

import re
from dataclasses import dataclass
from typing import Any

import asyncpg
import httpx
import pytest

from rest.app import create_app
from rest.identity import principal
from rest.openapi import PREFIX, PUBLIC, operations
from rest.platform.tables import Base
from tests.rest.world import Rest, School, User, settings_for

DOCUMENT = create_app(settings_for("postgresql://nowhere")).openapi()
OPERATIONS = [(method, path, operation) for method, path, operation in operations(DOCUMENT)]
GUARDED = [one for one in OPERATIONS if (one[0], one[1].removeprefix(PREFIX)) not in PUBLIC]
STAYING = [one for one in GUARDED if one[1] != "/v1/auth/sign-out"]
"""For callers who are signed in: without what ends their session, and makes of all that follows a plain 401."""
SECRETS = (
    "Secret course",
    "Secret module",
    "Secret page",
    "Secret body",
    "Secret class",
    "Secret group",
    "Secret skill",
    "Secret assignment",
    "Secret submission",
)
PREFIX_URL = "/api" + PREFIX


@dataclass
class World:
    """A school with one of everything, and the ids of it all by the names paths give them."""

    school: School
    ids: dict[str, str]

    def marks(self) -> list[str]:
        """What no stranger's answer may contain."""
        people = [mark for user in self.school.people.values() for mark in (str(user.id), user.email, user.name)]
        return [*SECRETS, *people, *self.ids.values()]


@pytest.fixture
async def world(school: School) -> World:
    teacher, admin, student = school.teacher, school.administrator, school.student
    ids = {"course_id": await school.course("Secret course"), "person_id": str(student.id)}
    path = f"/courses/{ids['course_id']}"
    module = await teacher.post(f"{path}/modules", {"title": "Secret module"})
    other = await teacher.post(f"{path}/modules", {"title": "Secret module"})
    page = await teacher.post(f"{path}/modules/{module['id']}/pages", {"title": "Secret page", "body": "Secret body"})
    file = (await teacher("POST", f"{path}/files?name=a.txt", content=b"Secret body")).json()
    section = await teacher.post(f"{path}/sections", {"name": "A"})
    enrolment = (await teacher.get(f"{path}/enrolments"))["items"][0]
    invitation = await teacher.post(f"{path}/invitations", {})
    recurring = {"frequency": "weekly"}
    lesson = await teacher.post(
        f"{path}/classes", {"title": "Secret class", "starts_at": "2026-09-07T09:00", "recurrence": recurring}
    )
    meeting = await teacher.post(f"/classes/{lesson['id']}/open")
    groups = await teacher.put(f"/classes/{lesson['id']}/groups", {"groups": [{"name": "Secret group"}]})
    skill = await teacher.post(f"{path}/skills", {"name": "Secret skill", "modules": [module["id"]]})
    task = await teacher.post(f"{path}/assignments", {"title": "Secret assignment", "peer_reviews": 1})
    await teacher.patch(f"/assignments/{task['id']}", 1, {"status": "published"})
    work = f"/assignments/{task['id']}/submission"
    await student.put(work, {"body": "Secret submission"})
    attached = (await student("POST", f"{work}/files?name=b.txt", content=b"Secret body")).json()
    handed = await student.post(f"{work}/hand-in")
    term = await admin.post("/terms", {"name": "T", "starts_on": "2026-01-01", "ends_on": "2026-06-30"})
    key = await teacher.post("/api-keys", {"name": "k", "actions": ["self"]})
    provider = await admin.post(
        "/oidc-providers",
        {"name": "P", "issuer": "https://id.example", "client_id": "c", "client_secret": "s", "domains": ["a.example"]},
    )
    session = (await student.get("/me/sessions"))["items"][0]
    question = {"kind": "true-false", "prompt": "Secret question", "key": True}
    item = await teacher.post(f"{path}/items", {"content": question})
    quiz = await teacher.post(f"{path}/quizzes", {"title": "Secret quiz", "parts": [{"items": [item["id"]]}]})
    await teacher.patch(f"/quizzes/{quiz['id']}", 1, {"status": "published"})
    attempt = await student.post(f"/quizzes/{quiz['id']}/attempts")
    given = await teacher.put(f"{path}/accommodations/{student.id}", {"extra_time": 50})
    ids |= {
        "module_id": module["id"],
        "requires_id": other["id"],
        "page_id": page["id"],
        "file_id": file["id"],
        "section_id": section["id"],
        "enrolment_id": enrolment["id"],
        "invitation_id": invitation["id"],
        "class_id": lesson["id"],
        "meeting_id": meeting["id"],
        "group_id": groups[0]["id"],
        "skill_id": skill["id"],
        "assignment_id": task["id"],
        "submission_id": handed["id"],
        "review_id": attached["id"],
        "term_id": term["id"],
        "key_id": key["id"],
        "provider_id": provider["id"],
        "session_id": session["id"],
        "item_id": item["id"],
        "quiz_id": quiz["id"],
        "column_id": quiz["id"],
        "attempt_id": attempt["id"],
        "accommodation_id": given["id"],
        "guardian_id": str(school.guardian.id),
    }
    return World(school, ids)


def filled(path: str, world: World) -> str:
    """The path with the ids of the world."""
    known = world.ids | {"institution": world.school.tenant, "original": "2026-09-14T09:00", "room": "room"}
    return re.sub(r"\{(\w+)\}", lambda name: known[name[1]], path).removeprefix(PREFIX)


def body_for(operation: dict[str, Any]) -> dict[str, Any]:
    """A plausible request, so that what refuses is the decision and not the form."""
    options: dict[str, Any] = {"headers": {"If-Match": '"1"'}}
    queries = {"q": "secret", "name": "a.txt", "since": "2026-09-01T00:00:00Z", "until": "2026-09-30T00:00:00Z"}
    names = {parameter["name"] for parameter in operation.get("parameters", ()) if parameter["in"] == "query"}
    options["params"] = {name: value for name, value in queries.items() if name in names}
    content = operation.get("requestBody", {}).get("content", {})
    if "application/json" in content:
        options["json"] = _example(content["application/json"]["schema"])
    elif content:
        options["content"] = b"text"
    return options


def _example(schema: dict[str, Any]) -> Any:
    """The least that a schema of ours accepts."""
    if "$ref" in schema:
        return _example(DOCUMENT["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    if "anyOf" in schema:
        return _example(schema["anyOf"][0])
    if "enum" in schema or "const" in schema:
        return schema.get("const", schema.get("enum", [None])[0])
    if schema.get("type") == "object":
        return {name: _named(name, schema["properties"][name]) for name in schema.get("required", ())}
    if schema.get("type") == "array":
        return [_example(schema["items"])] * schema.get("minItems", 0)
    return {"integer": 1, "number": 1, "boolean": True}.get(schema.get("type", ""), "text")


def _named(name: str, schema: dict[str, Any]) -> Any:
    known = {
        "starts_on": "2026-01-01",
        "ends_on": "2026-06-30",
        "starts_at": "2026-09-07T09:00",
        "issuer": "https://id.example",
        "administrator_email": "a@b.example",
        "administrator_password": "five wooden stairs",
        "new": "five wooden stairs",
        "institution": "new-school",
        "domains": ["a.example"],
    }
    return known.get(name) or _example(schema)


async def everything(dsn: str, tenant: str) -> dict[str, str]:
    """All rows of a tenant, by table, but for the log of who asked."""
    connection = await asyncpg.connect(dsn)
    try:
        tables = [table for table in Base.metadata.tables if not table.startswith("audit")]
        query = "SELECT coalesce(string_agg(t::text, ',' ORDER BY t::text), '') FROM {} t WHERE tenant = $1"
        return {table: await connection.fetchval(query.format(table), tenant) for table in tables}
    finally:
        await connection.close()


async def walk(world: World, ask: Any, operations: list[Any]) -> dict[str, httpx.Response]:
    """Every operation asked once; what succeeded. Who is signed in is so to the end: else it would prove nothing."""
    succeeded: dict[str, httpx.Response] = {}
    for method, path, operation in operations:
        answer = await ask(method, filled(path, world), **body_for(operation))
        name = f"{method.lower()} {path}"
        assert answer.status_code < 500, (name, answer.text)
        own = filled(path, world)
        for mark in world.marks():
            assert mark in own or mark not in answer.text, (name, mark, answer.text)
        if answer.is_success:
            succeeded[name] = answer
        else:
            assert answer.headers["content-type"] == "application/problem+json", (name, answer.text)
    if isinstance(ask, User):
        await ask.get("/me")
    return succeeded


def test_there_is_a_document_and_a_decision_for_nearly_everything() -> None:
    assert len(OPERATIONS) > 90
    assert len(OPERATIONS) - len(GUARDED) <= len(PUBLIC)
    assert all(operation["security"] for _, _, operation in GUARDED)


async def test_nobody_gets_nothing(rest: Rest, world: World, pg_dsn: str) -> None:
    async def ask(method: str, path: str, **options: Any) -> httpx.Response:
        answer = await rest.client.request(method, PREFIX_URL + path, **options)
        assert answer.status_code == 401, (method, path, answer.text)
        return answer

    before = await everything(pg_dsn, world.school.tenant)
    assert await walk(world, ask, GUARDED) == {}
    assert await everything(pg_dsn, world.school.tenant) == before


@pytest.mark.parametrize("name", ["administrator", "teacher", "student"])
async def test_somebody_of_another_school_gets_nothing_of_this_one(
    world: World, other_school: School, pg_dsn: str, name: str
) -> None:
    before = await everything(pg_dsn, world.school.tenant)
    found = await walk(world, other_school.people[name], STAYING)
    assert [one for one in found if "{" in one] == []
    assert await everything(pg_dsn, world.school.tenant) == before


@pytest.mark.parametrize("role", ["guardian", "observer", "nothing"])
async def test_somebody_in_the_wrong_role_gets_nothing(world: World, pg_dsn: str, role: str) -> None:
    stranger: User = await world.school.person("stranger") if role == "nothing" else world.school.people[role]
    if role == "guardian":
        await world.school.administrator.delete(f"/people/{world.ids['person_id']}/guardians/{stranger.id}")
    if role == "observer":
        roster = (await world.school.teacher.get(f"/courses/{world.ids['course_id']}/enrolments"))["items"]
        (entry,) = [item["id"] for item in roster if item["person_id"] == str(stranger.id)]
        await world.school.teacher.patch(
            f"/courses/{world.ids['course_id']}/enrolments/{entry}", 1, {"status": "ended"}
        )
    own_routes = {"/v1/me", "/v1/me/sessions", "/v1/institution", "/v1/me/password"}
    own_routes |= {"/v1/terms", "/v1/terms/{term_id}"}
    asked = [one for one in STAYING if one[1] not in own_routes or (one[0] != "GET" and "/terms" in one[1])]
    before = await everything(pg_dsn, world.school.tenant)
    found = await walk(world, stranger, asked)
    assert [one for one in found if "{" in one] == []
    assert all(one.startswith("get ") for one in found), found
    assert await everything(pg_dsn, world.school.tenant) == before


@pytest.mark.parametrize("name", ["student", "assistant", "teacher"])
async def test_those_who_take_part_change_nothing_above_their_role(
    rest: Rest, world: World, pg_dsn: str, name: str
) -> None:
    """Administration: people, providers, institution, terms, keys, the audit log."""
    prefixes = ("/v1/people", "/v1/oidc-providers", "/v1/institution", "/v1/terms", "/v1/audit", "/v1/encryption")
    asked = [one for one in GUARDED if one[1].startswith(prefixes) and (one[0] != "GET" or "audit" in one[1])]
    before = await everything(pg_dsn, world.school.tenant)
    assert await walk(world, world.school.people[name], asked) == {}
    assert await everything(pg_dsn, world.school.tenant) == before


async def test_without_the_applications_checks_row_level_security_still_shows_no_other_tenant(
    rest: Rest, world: World, other_school: School, pg_dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The policy allows everybody everything; every id asked for is another tenant's."""
    monkeypatch.setattr(principal, "ground", lambda action, standing: "no check at all")
    before = await everything(pg_dsn, world.school.tenant)
    reaching = {"/v1/institutions", "/v1/institutions/{institution}"}  # platform staff's, which name their tenant
    asked = [one for one in STAYING if one[1] not in reaching]
    found = await walk(world, other_school.teacher, asked)
    assert len(found) > 10
    assert await everything(pg_dsn, world.school.tenant) == before
    own = await world.school.student.get("/people")
    assert len(own["items"]) == len(world.school.people)


async def test_row_level_security_alone_hides_every_row_of_every_table(
    rest: Rest, world: World, other_school: School
) -> None:
    async with rest.database.unit(other_school.tenant) as unit:
        for name, table in Base.metadata.tables.items():
            rows = (await unit.session.execute(table.select())).all()
            assert {row.tenant for row in rows} <= {other_school.tenant}, name
