"""Sign-in by a real provider process."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from rest.oidc.fetch import Fetch, ProviderAway
from rest.oidc.protocol import safe_path
from tests.rest.oidc.provider import CLIENT, CLIENT_SECRET
from tests.rest.world import Rest, School, code, good, open_rest

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "tests.rest.oidc.provider", str(port)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            yield f"http://127.0.0.1:{port}"
        finally:
            process.kill()


@pytest.fixture
async def provider(school: School, issuer: str) -> str:
    """The provider's id in the school."""
    return (await school.administrator.post("/oidc-providers", words(school, issuer)))["id"]


def words(school: School, issuer: str, **changes: object) -> dict[str, object]:
    plain = {"name": "Our own", "issuer": issuer, "client_id": CLIENT, "client_secret": CLIENT_SECRET}
    return plain | {"domains": [f"{school.tenant}.example"]} | changes


async def walk(
    browser: httpx.AsyncClient, school: School, provider: str, who: str, next: str = "/courses"
) -> httpx.Response:
    """Through the provider's page and back, as a browser goes; the answer of the callback."""
    begun = await browser.get(f"/api/v1/auth/oidc/{school.tenant}/{provider}", params={"next": next})
    assert begun.status_code == 303
    there = begun.headers["location"]
    assert CLIENT_SECRET not in there
    async with httpx.AsyncClient(trust_env=False) as outside:
        back = (await outside.get(there, params=parse_qs(urlsplit(there).query) | {"login_hint": who})).headers[
            "location"
        ]
    return await browser.get(back)


async def test_a_member_signs_in_by_the_provider(rest: Rest, school: School, provider: str) -> None:
    async with rest.visitor() as browser:
        answer = await walk(browser, school, provider, school.teacher.email)
        assert (answer.status_code, answer.headers["location"]) == (303, "/courses")
        assert good(await browser.get("/api/v1/me"))["id"] == str(school.teacher.id)
        assert "lyceum_oidc" not in browser.cookies


async def test_a_person_is_known_by_subject_when_their_address_changes(
    rest: Rest, school: School, provider: str
) -> None:
    async with rest.visitor() as browser:
        await walk(browser, school, provider, school.teacher.email)
    path = f"/people/{school.teacher.id}"
    version = (await school.administrator.get(path))["version"]
    await school.administrator.patch(path, version, {"email": "married@elsewhere.example"})
    async with rest.visitor() as browser:
        await walk(browser, school, provider, school.teacher.email)
        assert good(await browser.get("/api/v1/me"))["id"] == str(school.teacher.id)


@pytest.mark.parametrize(
    ("who", "problem"),
    [
        ("wrong-nonce", "provider-claims"),
        ("wrong-audience", "provider-claims"),
        ("other-issuer", "provider-claims"),
        ("expired", "provider-claims"),
        ("other-key", "provider-token"),
        ("unsigned", "provider-token"),
        ("unverified", "provider-no-address"),
        ("stranger", "not-a-member"),
    ],
)
async def test_what_the_provider_cannot_prove_signs_nobody_in(
    rest: Rest, school: School, provider: str, who: str, problem: str
) -> None:
    await school.person(who if who != "stranger" else "somebody")
    async with rest.visitor() as browser:
        answer = await walk(browser, school, provider, f"{who}@{school.tenant}.example")
        assert answer.headers["location"] == f"/sign-in?problem={problem}"
        assert code(await browser.get("/api/v1/me"), 401) == "sign-in"


async def test_an_address_outside_the_providers_domains_is_not_believed(
    rest: Rest, school: School, provider: str
) -> None:
    async with rest.visitor() as browser:
        answer = await walk(browser, school, provider, "ceo@bank.example")
        assert answer.headers["location"] == "/sign-in?problem=provider-other-domain"


async def test_a_provider_may_admit_new_people_as_students(rest: Rest, school: School, provider: str) -> None:
    changed = await school.administrator.patch(f"/oidc-providers/{provider}", 1, {"admit": True})
    assert changed["admit"]
    async with rest.visitor() as browser:
        await walk(browser, school, provider, f"newcomer@{school.tenant}.example")
        me = good(await browser.get("/api/v1/me"))
        assert (me["name"], me["roles"]) == ("Newcomer", ["student"])


async def test_a_sign_in_belongs_to_the_browser_that_began_it(rest: Rest, school: School, provider: str) -> None:
    async with rest.visitor() as victim, rest.visitor() as attacker:
        begun = await attacker.get(f"/api/v1/auth/oidc/{school.tenant}/{provider}")
        there = begun.headers["location"]
        who = {"login_hint": school.teacher.email}
        async with httpx.AsyncClient(trust_env=False) as outside:
            back = (await outside.get(there, params=parse_qs(urlsplit(there).query) | who)).headers["location"]
        assert (await victim.get(back)).headers["location"] == "/sign-in?problem=sign-in-lost"
        rest.clock.advance(601)
        assert (await attacker.get(back)).headers["location"] == "/sign-in?problem=sign-in-lost"


@pytest.mark.parametrize("query", ["", "?code=x&state=y", "?code=%00&state=%ff", "?error=access_denied"])
async def test_a_callback_nobody_asked_for_leads_to_the_sign_in_page(rest: Rest, query: str) -> None:
    answer = await rest.client.get("/api/v1/auth/oidc/callback" + query)
    assert answer.headers["location"] == "/sign-in?problem=sign-in-lost"


async def test_a_wrong_client_secret_or_a_dead_provider_is_said_to_be(
    rest: Rest, school: School, provider: str
) -> None:
    admin = school.administrator
    await admin.patch(f"/oidc-providers/{provider}", 1, {"client_secret": "wrong"})
    async with rest.visitor() as browser:
        answer = await walk(browser, school, provider, school.teacher.email)
        assert answer.headers["location"] == "/sign-in?problem=provider-away"
    dead = await admin.post("/oidc-providers", words(school, "http://127.0.0.1:1"))
    begun = await rest.client.get(f"/api/v1/auth/oidc/{school.tenant}/{dead['id']}")
    assert begun.headers["location"] == "/sign-in?problem=provider-away"


async def test_providers_are_looked_after_by_administrators_and_offered_to_all(
    rest: Rest, school: School, other_school: School, provider: str
) -> None:
    offered = good(await rest.client.get("/api/v1/auth/providers", params={"institution": school.tenant}))
    assert offered["items"] == [{"id": provider, "name": "Our own"}]
    assert code(await school.teacher("GET", "/oidc-providers"), 403) == "not-allowed"
    listed = await school.administrator("GET", "/oidc-providers")
    assert CLIENT_SECRET not in listed.text
    assert (await other_school.administrator.get("/oidc-providers"))["items"] == []
    assert code(await other_school.administrator("DELETE", f"/oidc-providers/{provider}"), 404) == "no-such-provider"
    begun = await rest.client.get(f"/api/v1/auth/oidc/{other_school.tenant}/{provider}")
    assert code(begun, 404) == "no-such-provider"
    await school.administrator.delete(f"/oidc-providers/{provider}")
    assert code(await rest.client.get(f"/api/v1/auth/oidc/{school.tenant}/{provider}"), 404)


async def test_a_provider_inside_our_own_network_is_refused(
    rest: Rest, pg_dsn: str, school: School, issuer: str, provider: str
) -> None:
    async with open_rest(pg_dsn, rest.clock.wall(), private_issuers=False) as strict:
        begun = await strict.client.get(f"/api/v1/auth/oidc/{school.tenant}/{provider}")
        assert begun.headers["location"] == "/sign-in?problem=provider-away"
    for url in ("https://localhost/", "https://127.0.0.1/", "https://[::1]/", "https://169.254.169.254/", issuer):
        with pytest.raises(ProviderAway, match=r"private|https"):
            await Fetch(private=False).get(url)


@pytest.mark.parametrize("path", ["//evil.example", "https://evil.example", "/\\evil.example", "evil", "", "/a\n/b"])
def test_nobody_is_sent_elsewhere(path: str) -> None:
    assert safe_path(path) == "/"
    assert safe_path("/courses?x=1#y") == "/courses?x=1#y"
