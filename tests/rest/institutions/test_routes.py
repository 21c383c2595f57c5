"""Founding, running and changing institutions."""

import asyncio
from collections.abc import Callable

import pytest
from sqlalchemy import text

from tests.rest.identity.test_account import Kept
from tests.rest.world import PASSWORD, Rest, School, User, at, code, good, open_rest

PATH = "/api/v1/institutions"


def words(name: str, **changes: str) -> dict[str, str]:
    plain = {"institution": name, "name": f"School of {name}", "time_zone": "Europe/Madrid"}
    admin = {"administrator_name": "Ada", "administrator_email": f"ada@{name}.example"}
    return plain | admin | {"administrator_password": PASSWORD} | changes


@pytest.fixture
async def staff(rest: Rest) -> User:
    """Platform staff, in the institution that all tests share."""
    platform = School(rest, "platform")
    async with rest.database.unit("platform") as unit:
        there = await unit.session.scalar(text("SELECT count(*) FROM institutions"))
    if not there:
        await platform.found("platform")
        return platform.people["platform"]
    from rest.identity.policy import Role

    return await platform.person(f"staff-{rest.database.ids.new().hex}", Role.PLATFORM)


async def test_a_school_signs_up_and_its_administrator_confirms_before_signing_in(
    rest: Rest, new_school: Callable[[], School]
) -> None:
    name, sender = new_school().tenant, Kept()
    shown = good(await rest.client.post(PATH, json=words(name)))
    assert (shown["institution"], shown["status"]) == (name, "active")
    sign_in = {"institution": name, "email": f"ADA@{name}.example", "password": PASSWORD, "mode": "bearer"}
    assert code(await rest.client.post("/api/v1/auth/sign-in", json=sign_in), 403) == "email-unverified"
    token = await sender.link(rest, name, "verify-email")
    good(await rest.client.post("/api/v1/auth/email/verify", json={"token": token}))
    headers = {
        "Authorization": "Bearer " + good(await rest.client.post("/api/v1/auth/sign-in", json=sign_in))["access_token"]
    }
    assert good(await rest.client.get("/api/v1/me", headers=headers))["roles"] == ["administrator"]


async def test_a_name_that_is_taken_or_kept_is_refused(rest: Rest, school: School) -> None:
    assert code(await rest.client.post(PATH, json=words(school.tenant)), 409) == "institution-taken"
    assert code(await rest.client.post(PATH, json=words("Platform")), 409) == "institution-taken"


async def test_of_two_at_once_one_founds(rest: Rest, new_school: Callable[[], School]) -> None:
    name = new_school().tenant
    answers = await asyncio.gather(*(rest.client.post(PATH, json=words(name)) for _ in range(2)))
    assert sorted(answer.status_code for answer in answers) == [201, 409]


async def test_sign_up_can_be_closed(rest: Rest, pg_dsn: str, new_school: Callable[[], School]) -> None:
    async with open_rest(pg_dsn, rest.clock.wall(), open_sign_up=False) as closed:
        assert code(await closed.client.post(PATH, json=words(new_school().tenant)), 403) == "sign-up-closed"


async def test_an_administrator_changes_their_own(school: School) -> None:
    admin = school.administrator
    shown = await admin.get("/institution")
    settings = {"consent_age": 16, "retention": {"deleted": 7}}
    changed = await admin.patch("/institution", shown["version"], {"name": "North", "settings": settings})
    assert changed["name"] == "North"
    assert changed["settings"]["consent_age"] == 16
    assert changed["settings"]["retention"] == {"deleted": 7, "sessions": 90, "messages": 30, "attendance": 1100}
    assert code(await admin("PATCH", "/institution", json={"name": "N"}, headers=at(shown["version"])), 412)
    assert code(await school.teacher("PATCH", "/institution", json={"name": "N"}, headers=at(2)), 403)
    assert code(await admin("PATCH", "/institution", json={"time_zone": "Mars/Base"}, headers=at(2)), 422)


async def test_platform_staff_run_institutions_and_read_nobody(rest: Rest, staff: User, school: School) -> None:
    listed = await staff.get("/institutions?limit=200")
    assert {school.tenant, "platform"} <= {item["institution"] for item in listed["items"]}
    shown = await staff.get(f"/institutions/{school.tenant}")
    changed = await staff.patch(f"/institutions/{school.tenant}", shown["version"], {"quotas": {"people": 7}})
    assert changed["quotas"]["people"] == 7
    assert code(await staff("GET", f"/people/{school.student.id}"), 404) == "no-such-person"
    assert code(await staff("GET", "/people"), 403) == "not-allowed"
    assert code(await staff("GET", "/institutions/nowhere"), 404) == "no-such-institution"


async def test_a_suspended_institution_is_closed_to_its_people(rest: Rest, staff: User, school: School) -> None:
    ada = await school.person("ada", password=PASSWORD)
    version = (await staff.get(f"/institutions/{school.tenant}"))["version"]
    await staff.patch(f"/institutions/{school.tenant}", version, {"status": "suspended"})
    assert code(await school.administrator("GET", "/me"), 401) == "sign-in"
    sign_in = {"institution": school.tenant, "email": ada.email, "password": PASSWORD}
    assert code(await rest.client.post("/api/v1/auth/sign-in", json=sign_in), 403) == "account-closed"
    await staff.patch(f"/institutions/{school.tenant}", version + 1, {"status": "active"})
    await school.administrator.get("/me")


async def test_platform_staff_found_institutions_where_sign_up_is_closed(
    staff: User, new_school: Callable[[], School]
) -> None:
    name = new_school().tenant
    assert (await staff.post("/institutions/by-staff", words(name)))["institution"] == name


async def test_only_platform_staff_see_institutions(school: School, other_school: School) -> None:
    for user in school.people.values():
        assert code(await user("GET", "/institutions"), 403) == "not-allowed"
        assert code(await user("GET", f"/institutions/{other_school.tenant}"), 403) == "not-allowed"
