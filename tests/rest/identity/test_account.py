"""One's own account: name, password, links in messages, keys for machines."""

import re

import pytest

from rest.identity.policy import Action, Role
from rest.outbox.delivery import Message, deliver_due
from tests.rest.world import PASSWORD, Rest, School, User, at, code, good

OTHER = "another nine violets"


class Kept:
    """A sender that keeps what it is given."""

    def __init__(self) -> None:
        self.messages: list[Message] = []

    async def send(self, message: Message) -> bool:
        self.messages.append(message)
        return True

    async def link(self, rest: Rest, tenant: str, kind: str) -> str:
        """The token in the last message of ``kind``."""
        await deliver_due(rest.database, rest.vault, self)
        last = [message for message in self.messages if (message.tenant, message.kind) == (tenant, kind)][-1]
        return re.findall(r"#token=(\S+)", last.text)[0]


@pytest.fixture
async def ada(school: School) -> User:
    return await school.person("ada", Role.TEACHER, password=PASSWORD)


async def sign_in(rest: Rest, user: User, password: str) -> int:
    words = {"institution": user.tenant, "email": user.email, "password": password, "mode": "bearer"}
    return (await rest.client.post("/api/v1/auth/sign-in", json=words)).status_code


async def test_a_change_names_the_version_it_was_made_from(ada: User) -> None:
    version = (await ada.get("/me"))["version"]
    changed = await ada("PATCH", "/me", json={"name": "Ada L.", "locale": "es"}, headers=at(version))
    assert good(changed)["name"] == "Ada L."
    assert changed.headers["etag"] == f'"{version + 1}"'
    assert code(await ada("PATCH", "/me", json={"name": "Ada M."}, headers=at(version)), 412) == "changed-meanwhile"
    assert code(await ada("PATCH", "/me", json={"name": "Ada M."}), 428) == "if-match-missing"
    assert code(await ada("PATCH", "/me", json={"name": "A"}, headers={"If-Match": "*"}), 412) == "if-match-unknown"
    assert (await ada.get("/me"))["name"] == "Ada L."


async def test_a_changed_password_ends_the_other_sessions(rest: Rest, ada: User, school: School) -> None:
    words = {"institution": ada.tenant, "email": ada.email, "password": PASSWORD, "mode": "bearer"}
    other = good(await rest.client.post("/api/v1/auth/sign-in", json=words))["access_token"]
    answer = await ada("PUT", "/me/password", json={"current": "not this one", "new": OTHER})
    assert code(answer, 400) == "wrong-password"
    await ada.put("/me/password", {"current": PASSWORD, "new": OTHER})
    assert (await rest.client.get("/api/v1/me", headers={"Authorization": f"Bearer {other}"})).status_code == 401
    assert await sign_in(rest, ada, PASSWORD) == 401
    assert await sign_in(rest, ada, OTHER) == 201
    await ada.get("/me")


@pytest.mark.parametrize("weak", ["password1234", "aaaaaaaaaaaa", "qwertyqwerty", "adalove-adalove"])
async def test_passwords_others_would_guess_are_refused(school: School, weak: str) -> None:
    adalove = await school.person("adalove", Role.STUDENT, password=PASSWORD)
    answer = await adalove("PUT", "/me/password", json={"current": PASSWORD, "new": weak})
    assert code(answer, 422) == "password-weak"


async def test_a_forgotten_password_is_set_by_a_link_that_works_once(rest: Rest, ada: User) -> None:
    sender = Kept()
    forgot = {"institution": ada.tenant, "email": ada.email}
    good(await rest.client.post("/api/v1/auth/password/forgot", json=forgot))
    token = await sender.link(rest, ada.tenant, "set-password")
    weak = {"token": token, "password": "aaaaaaaaaaaa"}
    assert code(await rest.client.post("/api/v1/auth/password/set", json=weak), 422) == "password-weak"
    good(await rest.client.post("/api/v1/auth/password/set", json={"token": token, "password": OTHER}))
    assert await sign_in(rest, ada, OTHER) == 201
    assert code(await ada("GET", "/me"), 401) == "sign-in"
    again = {"token": token, "password": PASSWORD}
    assert code(await rest.client.post("/api/v1/auth/password/set", json=again), 409) == "link-used"


async def test_a_link_ends_with_its_time_and_serves_its_purpose_only(rest: Rest, ada: User) -> None:
    sender = Kept()
    good(await rest.client.post("/api/v1/auth/password/forgot", json={"institution": ada.tenant, "email": ada.email}))
    token = await sender.link(rest, ada.tenant, "set-password")
    assert code(await rest.client.post("/api/v1/auth/email/verify", json={"token": token}), 400) == "link-unknown"
    forged = token[:-2] + ("AA" if token[-2:] != "AA" else "BB")
    words = {"token": forged, "password": OTHER}
    assert code(await rest.client.post("/api/v1/auth/password/set", json=words), 400) == "link-unknown"
    rest.clock.advance(3600)
    words = {"token": token, "password": OTHER}
    assert code(await rest.client.post("/api/v1/auth/password/set", json=words), 409) == "link-used"


async def test_asking_for_a_link_tells_nothing_and_is_slowed_down(rest: Rest, ada: User) -> None:
    answers = [
        await rest.client.post("/api/v1/auth/password/forgot", json={"institution": tenant, "email": email})
        for tenant, email in [(ada.tenant, ada.email), (ada.tenant, "nobody@here.example"), ("nowhere", ada.email)]
    ]
    assert {(answer.status_code, answer.text) for answer in answers} == {(202, "null")}
    words = {"institution": ada.tenant, "email": ada.email}
    statuses = [(await rest.client.post("/api/v1/auth/password/forgot", json=words)).status_code for _ in range(6)]
    assert statuses == [202] * 4 + [429] * 2


async def test_a_key_does_what_it_was_made_for_and_no_more(rest: Rest, school: School) -> None:
    teacher = school.teacher
    made = await teacher.post("/api-keys", {"name": "report", "actions": [Action.INSTITUTION_READ.value]})
    headers = {"Authorization": f"Bearer {made['key']}"}
    good(await rest.client.get("/api/v1/institution", headers=headers))
    assert code(await rest.client.get("/api/v1/me", headers=headers), 403) == "not-allowed"
    listed = (await teacher.get("/api-keys"))["items"]
    assert [(item["name"], "key" in item) for item in listed] == [("report", False)]
    await teacher.delete(f"/api-keys/{made['id']}")
    assert code(await rest.client.get("/api/v1/institution", headers=headers), 401) == "sign-in"


async def test_a_key_can_never_do_more_than_its_owner_may(rest: Rest, school: School) -> None:
    made = await school.teacher.post("/api-keys", {"name": "all", "actions": [action.value for action in Action]})
    headers = {"Authorization": f"Bearer {made['key']}"}
    assert code(await rest.client.get("/api/v1/people", headers=headers), 403) == "not-allowed"
    body = {"name": "child", "actions": ["self"]}
    assert code(await rest.client.post("/api/v1/api-keys", json=body, headers=headers), 403) == "not-by-key"
    rest.clock.advance(90 * 86_400)
    assert code(await rest.client.get("/api/v1/institution", headers=headers), 401) == "sign-in"


async def test_students_have_no_keys_and_nobody_revokes_anothers(school: School) -> None:
    body = {"name": "x", "actions": ["self"]}
    assert code(await school.student("POST", "/api-keys", json=body), 403) == "not-allowed"
    key = (await school.teacher.post("/api-keys", body))["id"]
    assert code(await school.administrator("DELETE", f"/api-keys/{key}"), 404) == "no-such-key"


async def test_a_new_address_is_confirmed_by_a_link_one_asks_for_again(
    rest: Rest, school: School, other_school: School, ada: User
) -> None:
    again = "/me/email/verification"
    assert code(await rest.client.post("/api/v1" + again), 401) == "sign-in"
    for user in (ada, school.administrator, other_school.administrator):
        assert code(await user("POST", again), 409) == "nothing-to-confirm"
    made = await ada.post("/api-keys", {"name": "report", "actions": [Action.INSTITUTION_READ.value]})
    answer = await rest.client.post("/api/v1" + again, headers={"Authorization": f"Bearer {made['key']}"})
    assert code(answer, 403) == "not-allowed"
    version = (await ada.get("/me"))["version"]
    await school.administrator.patch(f"/people/{ada.id}", version, {"email": "ada@elsewhere.example"})
    sender = Kept()
    first = await sender.link(rest, ada.tenant, "verify-email")
    await ada.post(again)
    token = await sender.link(rest, ada.tenant, "verify-email")
    assert code(await rest.client.post("/api/v1/auth/email/verify", json={"token": first}), 400) == "link-unknown"
    assert (await ada.get("/me"))["email_verified"] is False
    good(await rest.client.post("/api/v1/auth/email/verify", json={"token": token}))
    assert (await ada.get("/me"))["email_verified"] is True
    assert code(await ada("POST", again), 409) == "nothing-to-confirm"


async def test_links_to_confirm_an_address_are_slowed_down(school: School) -> None:
    waiting = await school.person("mo", email_verified_at=None)
    statuses = [(await waiting("POST", "/me/email/verification")).status_code for _ in range(6)]
    assert statuses == [202] * 5 + [429]
