"""People: taking in, changing, letting go, guardians."""

import asyncio

import asyncpg
import pytest
from sqlalchemy import text

from rest.identity.policy import Role
from tests.rest.identity.test_account import Kept
from tests.rest.world import PASSWORD, Rest, School, at, code, good


async def test_somebody_taken_in_chooses_a_password_and_is_in(rest: Rest, school: School) -> None:
    words = {"name": "Grace", "email": "grace@sea.example", "roles": ["student"], "birth_date": "2001-12-09"}
    made = await school.administrator.post("/people", words)
    assert (made["status"], made["roles"], made["birth_date"]) == ("invited", ["student"], "2001-12-09")
    token = await Kept().link(rest, school.tenant, "welcome")
    good(await rest.client.post("/api/v1/auth/password/set", json={"token": token, "password": PASSWORD}))
    sign_in = {"institution": school.tenant, "email": "grace@sea.example", "password": PASSWORD, "mode": "bearer"}
    good(await rest.client.post("/api/v1/auth/sign-in", json=sign_in))
    assert (await school.administrator.get(f"/people/{made['id']}"))["status"] == "active"


async def test_what_identifies_a_person_is_not_in_the_database(rest: Rest, school: School, pg_dsn: str) -> None:
    words = {"name": "Xanthippe Unusual", "email": "xanthippe@unusual.example", "birth_date": "2001-12-09"}
    made = await school.administrator.post("/people", words)
    connection = await asyncpg.connect(pg_dsn)
    try:
        tables = await connection.fetch(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        )
        rows = [await connection.fetch(f"SELECT * FROM {row['relname']}") for row in tables]
    finally:
        await connection.close()
    everything = str(rows).lower()
    assert made["id"] in everything
    for word in ("xanthippe", "unusual", "2001-12-09", "datetime.date(2001, 12, 9)"):
        assert word not in everything


async def test_an_address_belongs_to_one_person_whatever_its_case(school: School) -> None:
    admin, words = school.administrator, {"name": "Grace", "email": "grace@sea.example"}
    first = await admin.post("/people", words)
    assert code(await admin("POST", "/people", json=words | {"email": "GRACE@sea.example"}), 409) == "email-taken"
    second = await admin.post("/people", words | {"email": "other@sea.example"})
    answer = await admin("PATCH", f"/people/{second['id']}", json={"email": words["email"]}, headers=at(1))
    assert code(answer, 409) == "email-taken"
    await admin.patch(f"/people/{first['id']}", first["version"], {"email": "Grace@Sea.example"})


async def test_people_are_found_by_address_and_paged(school: School) -> None:
    admin = school.administrator
    for number in range(3):
        await admin.post("/people", {"name": f"P{number}", "email": f"p{number}@sea.example"})
    found = await admin.get("/people", params={"email": "P1@SEA.example"})
    assert [item["name"] for item in found["items"]] == ["P1"]
    seen, cursor = [], None
    while True:
        page = await admin.get("/people", params={"limit": 2} | ({"cursor": cursor} if cursor else {}))
        seen += [item["id"] for item in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) == len(school.people) + 3


async def test_who_may_read_a_person(school: School) -> None:
    path = f"/people/{school.student.id}"
    for name in ("administrator", "student", "guardian"):
        assert (await school.people[name].get(path))["name"] == school.student.name
    for name in ("teacher", "assistant", "observer"):
        assert code(await school.people[name]("GET", path), 404) == "no-such-person"


async def test_who_is_suspended_is_out_at_once(school: School) -> None:
    path = f"/people/{school.teacher.id}"
    version = (await school.administrator.get(path))["version"]
    await school.administrator.patch(path, version, {"status": "suspended"})
    assert code(await school.teacher("GET", "/me"), 401) == "sign-in"
    await school.administrator.patch(path, version + 1, {"status": "active"})
    assert code(await school.teacher("GET", "/me"), 401) == "sign-in"


async def test_a_deleted_person_is_gone_and_their_address_free(school: School) -> None:
    admin, gone = school.administrator, school.observer
    await admin.delete(f"/people/{gone.id}")
    assert code(await gone("GET", "/me"), 401) == "sign-in"
    assert code(await admin("GET", f"/people/{gone.id}"), 404) == "no-such-person"
    await admin.post("/people", {"name": "New", "email": gone.email})


async def test_roles_are_given_within_ones_own(school: School) -> None:
    admin, student = school.administrator, school.student
    path = f"/people/{student.id}/roles"
    given = good(await admin("PUT", path, json={"roles": ["teacher", "guardian"]}, headers=at(1)))
    assert given["roles"] == ["guardian", "teacher"]
    assert code(await admin("PUT", path, json={"roles": ["platform"]}, headers=at(2)), 403) == "not-allowed"
    assert code(await admin("POST", "/people", json={"name": "X", "roles": ["platform"]}), 403) == "not-allowed"
    assert (await student.get("/me"))["roles"] == ["guardian", "teacher"]


async def test_an_institution_keeps_an_administrator(school: School) -> None:
    admin = school.administrator
    path = f"/people/{admin.id}"
    assert code(await admin("DELETE", path), 409) == "last-administrator"
    assert code(await admin("PUT", path + "/roles", json={"roles": []}, headers=at(1)), 409) == "last-administrator"
    answer = await admin("PATCH", path, json={"status": "suspended"}, headers=at(1))
    assert code(answer, 409) == "last-administrator"
    second = await school.person("second", Role.ADMINISTRATOR)
    answers = await asyncio.gather(admin("DELETE", path), second("DELETE", f"/people/{second.id}"))
    assert sorted(answer.status_code for answer in answers) == [204, 409]


async def test_a_quota_of_people_holds_for_two_at_once(rest: Rest, school: School) -> None:
    quota = len(school.people) + 1
    async with rest.database.unit(school.tenant) as unit:
        await unit.session.execute(
            text("UPDATE institutions SET quotas = jsonb_build_object('people', CAST(:n AS int))"), {"n": quota}
        )
    makers = (school.administrator("POST", "/people", json={"name": f"P{n}"}) for n in range(3))
    answers = await asyncio.gather(*makers)
    assert sorted(answer.status_code for answer in answers) == [201, 403, 403]
    assert {answer.json().get("code") for answer in answers} == {None, "quota-reached"}


async def test_guardians_come_and_go(school: School) -> None:
    admin, ward, other = school.administrator, school.student, school.observer
    path = f"/people/{ward.id}/guardians/{other.id}"
    assert code(await other("GET", f"/people/{ward.id}"), 404)
    assert (await admin.put(path))["id"] == str(other.id)
    assert (await other.get(f"/people/{ward.id}"))["id"] == str(ward.id)
    listed = await admin.get(f"/people/{ward.id}/guardians")
    assert {item["id"] for item in listed["items"]} == {str(other.id), str(school.guardian.id)}
    await admin.delete(path)
    assert code(await admin("DELETE", path), 404) == "no-such-guardian"
    assert code(await other("GET", f"/people/{ward.id}"), 404)
    own = f"/people/{ward.id}/guardians/{ward.id}"
    assert code(await admin("PUT", own), 409) == "own-guardian"


async def test_somebody_of_another_school_cannot_become_a_guardian(school: School, other_school: School) -> None:
    path = f"/people/{school.student.id}/guardians/{other_school.teacher.id}"
    assert code(await school.administrator("PUT", path), 404) == "no-such-person"


@pytest.mark.parametrize("name", ["teacher", "assistant", "student", "guardian", "observer"])
async def test_only_administrators_change_people(school: School, name: str) -> None:
    user, path = school.people[name], f"/people/{school.student.id}"
    assert code(await user("POST", "/people", json={"name": "X"}), 403)
    assert code(await user("PATCH", path, json={"name": "X"}, headers=at(1)), 403)
    assert code(await user("DELETE", path), 403)
    assert code(await user("GET", "/people"), 403)
