"""Enrolments and invitations."""

import asyncio

import pytest

from rest.identity.policy import Role
from tests.rest.identity.test_account import Kept
from tests.rest.world import PASSWORD, Rest, School, at, code, good


@pytest.fixture
async def path(school: School) -> str:
    return f"/courses/{await school.course()}"


async def test_staff_see_who_takes_part_and_nobody_else(school: School, path: str) -> None:
    for name in ("teacher", "assistant", "administrator"):
        roster = (await school.people[name].get(f"{path}/enrolments"))["items"]
        assert sorted(item["role"] for item in roster) == ["assistant", "observer", "student", "teacher"]
        assert school.student.name in [item["name"] for item in roster]
    for name in ("student", "observer"):
        assert code(await school.people[name]("GET", f"{path}/enrolments"), 403) == "not-allowed"


async def test_somebody_is_enrolled_by_address_or_id_once(school: School, path: str) -> None:
    new = await school.person("new")
    made = await school.teacher.post(f"{path}/enrolments", {"email": new.email.upper(), "role": "observer"})
    assert (made["person_id"], made["name"], made["role"]) == (str(new.id), new.name, "observer")
    again = await school.teacher("POST", f"{path}/enrolments", json={"person_id": str(new.id)})
    assert code(again, 409) == "enrolled-already"
    nobody = await school.teacher("POST", f"{path}/enrolments", json={"email": "nobody@here.example"})
    assert code(nobody, 404) == "no-such-person"
    for neither in ({}, {"email": new.email, "person_id": str(new.id)}):
        assert code(await school.teacher("POST", f"{path}/enrolments", json=neither), 422) == "name-one"


async def test_people_and_sections_of_elsewhere_cannot_be_named(
    school: School, other_school: School, path: str
) -> None:
    answer = await school.teacher("POST", f"{path}/enrolments", json={"person_id": str(other_school.student.id)})
    assert code(answer, 404) == "no-such-person"
    other = f"/courses/{await school.course('Other')}"
    section = (await school.teacher.post(f"{other}/sections", {"name": "A"}))["id"]
    new = await school.person("new")
    words = {"person_id": str(new.id), "section_id": section}
    assert code(await school.teacher("POST", f"{path}/enrolments", json=words), 404) == "no-such-section"


async def test_who_is_taken_out_is_out_at_once_and_can_come_back(school: School, path: str) -> None:
    roster = (await school.teacher.get(f"{path}/enrolments"))["items"]
    (student,) = [item for item in roster if item["role"] == "student"]
    entry = f"{path}/enrolments/{student['id']}"
    await school.teacher.patch(entry, 1, {"status": "ended"})
    assert code(await school.student("GET", path), 404) == "no-such-course"
    await school.teacher.patch(entry, 2, {"status": "active", "role": "assistant"})
    assert (await school.student.get(path))["role"] == "assistant"


async def test_assistants_do_not_give_roles(school: School, path: str) -> None:
    new = await school.person("new")
    answer = await school.assistant("POST", f"{path}/enrolments", json={"person_id": str(new.id)})
    assert code(answer, 403) == "not-allowed"


async def test_a_link_lets_so_many_in_and_no_more(school: School, path: str) -> None:
    made = await school.teacher.post(f"{path}/invitations", {"max_uses": 2})
    people = [await school.person(f"p{number}") for number in range(3)]
    body = {"token": made["token"]}
    answers = await asyncio.gather(*(user("POST", "/invitations/accept", json=body) for user in people))
    assert sorted(answer.status_code for answer in answers) == [201, 201, 409]
    assert {answer.json().get("code") for answer in answers} == {None, "invitation-over"}
    assert (await school.teacher.get(f"{path}/invitations"))["items"][0]["uses"] == 2
    assert "token" not in (await school.teacher.get(f"{path}/invitations"))["items"][0]


async def test_an_invitation_ends_and_is_revoked(school: School, path: str) -> None:
    made = await school.teacher.post(f"{path}/invitations", {"max_uses": 5})
    await school.teacher.delete(f"{path}/invitations/{made['id']}")
    body = {"token": made["token"]}
    user = await school.person("p")
    assert code(await user("POST", "/invitations/accept", json=body), 409) == "invitation-over"
    other = await school.teacher.post(f"{path}/invitations", {"days": 1})
    school.rest.clock.advance(86_400)
    late = await school.person("late")
    answer = await late("POST", "/invitations/accept", json={"token": other["token"]})
    assert code(answer, 409) == "invitation-over"


async def test_an_invitation_of_another_school_is_none(school: School, other_school: School, path: str) -> None:
    made = await school.teacher.post(f"{path}/invitations", {"max_uses": 5})
    answer = await other_school.student("POST", "/invitations/accept", json={"token": made["token"]})
    assert code(answer, 404) == "no-such-invitation"


async def test_somebody_new_is_invited_by_message_taken_in_and_takes_part(
    rest: Rest, school: School, path: str
) -> None:
    email, sender = "new@sea.example", Kept()
    made = await school.teacher.post(f"{path}/invitations", {"email": email, "name": "Grace"})
    assert made["token"] is None
    welcome = await sender.link(rest, school.tenant, "welcome")
    invited = await sender.link(rest, school.tenant, "invited")
    good(await rest.client.post("/api/v1/auth/password/set", json={"token": welcome, "password": PASSWORD}))
    sign_in = {"institution": school.tenant, "email": email, "password": PASSWORD, "mode": "bearer"}
    token = good(await rest.client.post("/api/v1/auth/sign-in", json=sign_in))["access_token"]
    other = await school.person("other")
    wrong = await other("POST", "/invitations/accept", json={"token": invited})
    assert code(wrong, 404) == "no-such-invitation"
    headers = {"Authorization": f"Bearer {token}"}
    joined = await rest.client.post("/api/v1/invitations/accept", json={"token": invited}, headers=headers)
    assert good(joined)["role"] == "student"


async def test_nobody_takes_a_higher_role_than_the_inviter_may_give(school: School, path: str) -> None:
    for name in ("assistant", "student", "observer"):
        answer = await school.people[name]("POST", f"{path}/invitations", json={"role": "teacher"})
        assert code(answer, 403) == "not-allowed"
    invited = await school.teacher.post(f"{path}/invitations", {"role": "teacher"})
    colleague = await school.person("colleague", Role.TEACHER)
    assert (await colleague.post("/invitations/accept", {"token": invited["token"]}))["role"] == "teacher"
    assert (await colleague.get(f"{path}/enrolments"))["items"]
    version = (await colleague.get(path))["version"]
    good(await colleague("PATCH", path, json={"title": "Ours"}, headers=at(version)))
