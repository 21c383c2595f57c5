"""The demo class, and staying in a class."""

import pytest

from realtime.grants import DEFAULT_TENANT, Grant, mint, verify
from realtime.roles import Role
from rest.demo.routes import LIFE_SECONDS, TTL_SECONDS
from tests.rest.world import SECRET, Rest, code, good, open_rest

JOIN = "/api/v1/demo/join"
RENEW = "/api/v1/rooms/demo/token/renew"


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def test_anybody_joins_the_demo_class_where_there_is_one(rest: Rest, pg_dsn: str) -> None:
    assert code(await rest.client.get("/api/v1/demo"), 404) == "no-demo"
    assert code(await rest.client.post(JOIN, json={"name": "Ada"}), 404) == "no-demo"
    async with open_rest(pg_dsn, rest.clock.wall(), demo=True) as demo:
        shown = good(await demo.client.get("/api/v1/demo"))
        assert (shown["class"]["room"], len(shown["roles"])) == ("demo", 4)
        ticket = good(await demo.client.post(JOIN, json={"name": " Ada ", "role": "teacher"}))
        grant = verify(ticket["token"], SECRET, rest.clock.wall())
        assert (grant.room, grant.role, grant.name, grant.tenant) == ("demo", Role.TEACHER, "Ada", DEFAULT_TENANT)
        assert ticket["expires"] == pytest.approx(rest.clock.wall() + TTL_SECONDS, abs=1)


async def test_a_renewal_keeps_when_it_began_and_ends_with_its_life(rest: Rest) -> None:
    began = int(rest.clock.wall())
    token = mint(Grant("demo", "guest-1", name="Ada"), SECRET, began, TTL_SECONDS)
    renewals, expires = 0, began + TTL_SECONDS
    while True:
        rest.clock.advance(expires - 60 - rest.clock.wall())
        answer = await rest.client.post(RENEW, headers=bearer(token))
        if answer.status_code != 201:
            break
        renewals += 1
        token = good(answer)["token"]
        grant = verify(token, SECRET, rest.clock.wall())
        assert grant.issued == began
        expires = grant.expires
        assert expires <= began + LIFE_SECONDS
    assert code(answer, 403) == "renewed-too-long"
    assert renewals == 6


@pytest.mark.parametrize(
    ("token", "path", "status", "expected"),
    [
        ("", RENEW, 401, "token-missing"),
        ("x" * 5000, RENEW, 401, "token-invalid"),
        ("demo", "/api/v1/rooms/other/token/renew", 401, "token-wrong-room"),
        ("old", RENEW, 401, "token-expired"),
        ("*", RENEW, 403, "not-renewable"),
    ],
)
async def test_what_cannot_be_renewed(rest: Rest, token: str, path: str, status: int, expected: str) -> None:
    now = rest.clock.wall()
    known = {
        "demo": mint(Grant("demo", "guest-1"), SECRET, now, 60),
        "old": mint(Grant("demo", "guest-1"), SECRET, now - 61, 60),
        "*": mint(Grant("*", "service"), SECRET, now, 60),
    }
    assert code(await rest.client.post(path, headers=bearer(known.get(token, token))), status) == expected
