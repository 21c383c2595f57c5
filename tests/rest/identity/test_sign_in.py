"""Signing in and out, refresh, cookies and where requests come from."""

import pytest

from rest.identity.policy import Role
from rest.identity.sessions import IDLE, LIFE
from rest.identity.tokens import ACCESS_SECONDS
from tests.rest.world import ORIGIN, PASSWORD, Rest, School, User, code, good

SIGN_IN = "/api/v1/auth/sign-in"
REFRESH = "/api/v1/auth/refresh"
ME = "/api/v1/me"


@pytest.fixture
async def ada(school: School) -> User:
    return await school.person("ada", Role.TEACHER, password=PASSWORD)


def words(user: User, **changes: str) -> dict[str, str]:
    return {"institution": user.tenant, "email": user.email, "password": PASSWORD, "mode": "bearer"} | changes


async def signed_in(rest: Rest, user: User) -> dict[str, str]:
    return good(await rest.client.post(SIGN_IN, json=words(user)))


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def test_a_bearer_session_is_opened_used_and_ended(rest: Rest, ada: User) -> None:
    tokens = await signed_in(rest, ada)
    headers = bearer(tokens["access_token"])
    me = good(await rest.client.get(ME, headers=headers))
    assert (me["email"], me["roles"], me["institution"]) == (ada.email, ["teacher"], ada.tenant)
    good(await rest.client.post("/api/v1/auth/sign-out", headers=headers))
    assert code(await rest.client.get(ME, headers=headers), 401) == "sign-in"
    assert code(await rest.client.post(REFRESH, json={"token": tokens["refresh_token"]}), 401) == "sign-in"


async def test_an_address_is_compared_without_regard_to_case(rest: Rest, ada: User) -> None:
    good(await rest.client.post(SIGN_IN, json=words(ada, email=ada.email.upper())))


@pytest.mark.parametrize(
    "wrong", [{"password": "five wooden stair"}, {"email": "nobody@nowhere.example"}, {"institution": "nowhere"}]
)
async def test_whatever_is_wrong_is_refused_with_the_same_words(rest: Rest, ada: User, wrong: dict[str, str]) -> None:
    answer = await rest.client.post(SIGN_IN, json=words(ada, **wrong))
    assert code(answer, 401) == "wrong-credentials"
    assert answer.json()["detail"] == "The institution, the e-mail address or the password is not right."


async def test_the_same_address_in_another_school_is_somebody_else(rest: Rest, ada: User, other_school: School) -> None:
    answer = await rest.client.post(SIGN_IN, json=words(ada, institution=other_school.tenant))
    assert code(answer, 401) == "wrong-credentials"


async def test_unverified_and_suspended_people_stay_out(rest: Rest, school: School) -> None:
    new = await school.person("new", Role.STUDENT, password=PASSWORD, email_verified_at=None)
    gone = await school.person("gone", Role.STUDENT, password=PASSWORD, status="suspended")
    assert code(await rest.client.post(SIGN_IN, json=words(new)), 403) == "email-unverified"
    assert code(await rest.client.post(SIGN_IN, json=words(gone)), 403) == "account-closed"
    assert code(await gone("GET", "/me"), 401) == "sign-in"


async def test_tries_at_one_account_are_slowed_down(rest: Rest, ada: User) -> None:
    tries = [await rest.client.post(SIGN_IN, json=words(ada, password="wrong")) for _ in range(12)]
    assert {answer.status_code for answer in tries} == {401}
    refused = await rest.client.post(SIGN_IN, json=words(ada))
    assert code(refused, 429) == "too-many-requests"
    rest.clock.advance(float(refused.headers["retry-after"]))
    good(await rest.client.post(SIGN_IN, json=words(ada)))


async def test_an_access_token_ends_and_a_refresh_token_gives_the_next(rest: Rest, ada: User) -> None:
    tokens = await signed_in(rest, ada)
    rest.clock.advance(ACCESS_SECONDS)
    assert code(await rest.client.get(ME, headers=bearer(tokens["access_token"])), 401) == "sign-in"
    fresh = good(await rest.client.post(REFRESH, json={"token": tokens["refresh_token"]}))
    good(await rest.client.get(ME, headers=bearer(fresh["access_token"])))
    assert fresh["refresh_token"] != tokens["refresh_token"]


async def test_a_refresh_token_used_twice_ends_the_session_for_both(rest: Rest, ada: User) -> None:
    tokens = await signed_in(rest, ada)
    fresh = good(await rest.client.post(REFRESH, json={"token": tokens["refresh_token"]}))
    rest.clock.advance(60)
    assert code(await rest.client.post(REFRESH, json={"token": tokens["refresh_token"]}), 401) == "sign-in"
    assert code(await rest.client.post(REFRESH, json={"token": fresh["refresh_token"]}), 401) == "sign-in"
    assert code(await rest.client.get(ME, headers=bearer(fresh["access_token"])), 401) == "sign-in"


async def test_two_tabs_that_refresh_at_once_stay_in(rest: Rest, ada: User) -> None:
    tokens = await signed_in(rest, ada)
    fresh = good(await rest.client.post(REFRESH, json={"token": tokens["refresh_token"]}))
    assert code(await rest.client.post(REFRESH, json={"token": tokens["refresh_token"]}), 409) == "refresh-raced"
    good(await rest.client.get(ME, headers=bearer(fresh["access_token"])))


async def test_a_session_ends_unused_and_at_the_latest_after_its_life(rest: Rest, ada: User) -> None:
    idle = await signed_in(rest, ada)
    rest.clock.advance(IDLE.total_seconds())
    assert code(await rest.client.post(REFRESH, json={"token": idle["refresh_token"]}), 401) == "sign-in"
    used = await signed_in(rest, ada)
    token = used["refresh_token"]
    for _ in range(3):
        rest.clock.advance(LIFE.total_seconds() / 3 - 1)
        token = good(await rest.client.post(REFRESH, json={"token": token}))["refresh_token"]
    rest.clock.advance(3)
    assert code(await rest.client.post(REFRESH, json={"token": token}), 401) == "sign-in"


async def test_a_browser_gets_cookies_no_script_reads_and_no_token(rest: Rest, ada: User) -> None:
    async with rest.visitor() as browser:
        answer = await browser.post(SIGN_IN, json=words(ada, mode="cookie"))
        assert good(answer)["access_token"] is None
        set_cookies = answer.headers.get_list("set-cookie")
        assert len(set_cookies) == 2
        assert all("HttpOnly" in cookie and "SameSite" in cookie for cookie in set_cookies)
        assert any("Path=/api/v1/auth" in cookie for cookie in set_cookies)
        good(await browser.get(ME))
        good(await browser.post(REFRESH, json={}))
        good(await browser.post("/api/v1/auth/sign-out"))
        assert not browser.cookies
        assert code(await browser.get(ME), 401) == "sign-in"


@pytest.mark.parametrize(
    ("headers", "allowed"),
    [
        ({"Origin": ORIGIN}, True),
        ({"Origin": "https://evil.example"}, False),
        ({"Origin": "null"}, False),
        ({"Origin": "http://127.0.0.1:8001"}, False),
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({}, False),
    ],
)
async def test_a_change_by_cookie_must_come_from_our_own_pages(
    rest: Rest, ada: User, headers: dict[str, str], allowed: bool
) -> None:
    async with rest.visitor() as browser:
        good(await browser.post(SIGN_IN, json=words(ada, mode="cookie")))
        del browser.headers["Origin"]
        patch = {"If-Match": '"1"'} | headers
        answer = await browser.patch(ME, json={"name": "Somebody Else"}, headers=patch)
        if allowed:
            assert good(answer)["name"] == "Somebody Else"
        else:
            assert code(answer, 403) == "other-origin"
            assert good(await browser.get(ME))["name"] == ada.name


async def test_nobody_is_signed_in_by_another_site(rest: Rest, ada: User) -> None:
    async with rest.visitor() as browser:
        answer = await browser.post(SIGN_IN, json=words(ada, mode="cookie"), headers={"Origin": "https://evil.example"})
        assert code(answer, 403) == "other-origin"
        assert not browser.cookies


async def test_somebody_sees_and_ends_their_other_sessions(rest: Rest, ada: User) -> None:
    other = await signed_in(rest, ada)
    listed = {item["current"]: item["id"] for item in (await ada.get("/me/sessions"))["items"]}
    await ada.delete(f"/me/sessions/{listed[False]}")
    assert code(await rest.client.get(ME, headers=bearer(other["access_token"])), 401) == "sign-in"
    assert len((await ada.get("/me/sessions"))["items"]) == 1


async def test_nobody_ends_somebody_elses_session(ada: User, school: School) -> None:
    theirs = (await ada.get("/me/sessions"))["items"][0]["id"]
    assert code(await school.administrator("DELETE", f"/me/sessions/{theirs}"), 404) == "no-such-session"
    await ada.get("/me")


async def test_nobody_ends_the_other_sessions_of_somebody_else(
    rest: Rest, ada: User, school: School, other_school: School
) -> None:
    assert code(await rest.client.delete(f"{ME}/sessions"), 401) == "sign-in"
    await signed_in(rest, ada)
    await other_school.administrator.delete("/me/sessions")
    await school.administrator.delete("/me/sessions")
    made = await ada.post("/api-keys", {"name": "report", "actions": ["institution.read"]})
    answer = await rest.client.delete(f"{ME}/sessions", headers=bearer(made["key"]))
    assert code(answer, 403) == "not-allowed"
    assert len((await ada.get("/me/sessions"))["items"]) == 2


async def test_somebody_signs_out_everywhere_else_at_once(rest: Rest, ada: User) -> None:
    others = [await signed_in(rest, ada) for _ in range(2)]
    await ada.delete("/me/sessions")
    for other in others:
        assert code(await rest.client.get(ME, headers=bearer(other["access_token"])), 401) == "sign-in"
    assert [item["current"] for item in (await ada.get("/me/sessions"))["items"]] == [True]


async def test_a_session_nobody_can_go_on_with_is_not_shown(rest: Rest, ada: User) -> None:
    rest.clock.advance(IDLE.total_seconds() + 1)
    now = await signed_in(rest, ada)
    listed = good(await rest.client.get(f"{ME}/sessions", headers=bearer(now["access_token"])))["items"]
    assert [item["current"] for item in listed] == [True]
