"""The demo institution."""

import asyncio
import time

from realtime.grants import verify
from rest.app import seed_demo
from tests.fixtures.services import FreshDatabase
from tests.rest.world import SECRET, code, good, open_rest


async def test_the_demo_institution_is_made_once_and_everybody_in_it_can_sign_in(pg: FreshDatabase) -> None:
    async with open_rest(pg.dsn, time.time(), demo=True) as rest:
        made = await asyncio.gather(seed_demo(rest.app), seed_demo(rest.app))
        assert sorted(made) == [False, True]
        accounts = good(await rest.client.get("/api/v1/demo/accounts"))
        for account in accounts:
            words = {key: account[key] for key in ("institution", "email", "password")} | {"mode": "bearer"}
            token = good(await rest.client.post("/api/v1/auth/sign-in", json=words))["access_token"]
            me = good(await rest.client.get("/api/v1/me", headers={"Authorization": f"Bearer {token}"}))
            assert (me["name"], me["roles"]) == (account["name"], [account["role"]])


async def test_a_student_and_a_guest_meet_in_the_demo_room_and_stay(pg: FreshDatabase) -> None:
    async with open_rest(pg.dsn, time.time(), demo=True) as rest:
        await seed_demo(rest.app)
        accounts = good(await rest.client.get("/api/v1/demo/accounts"))
        (student,) = [one for one in accounts if one["email"] == "student@demo.example"]
        words = {key: student[key] for key in ("institution", "email", "password")} | {"mode": "bearer"}
        token = good(await rest.client.post("/api/v1/auth/sign-in", json=words))["access_token"]
        headers = {"Authorization": f"Bearer {token}"}
        course = good(await rest.client.get("/api/v1/courses", headers=headers))["items"][0]["id"]
        lesson = good(await rest.client.get(f"/api/v1/courses/{course}/classes", headers=headers))["items"][0]["id"]
        inside = good(await rest.client.post(f"/api/v1/classes/{lesson}/join", headers=headers))
        guest = good(await rest.client.post("/api/v1/demo/join", json={"name": "Walk In"}))
        keys = {verify(t["token"], SECRET, rest.clock.wall()).key(t["room"]) for t in (inside, guest)}
        assert len(keys) == 1
        for ticket in (inside, guest):
            bearer = {"Authorization": f"Bearer {ticket['token']}"}
            good(await rest.client.post("/api/v1/rooms/demo/token/renew", headers=bearer))


async def test_no_account_is_told_where_there_is_no_demo(pg_dsn: str) -> None:
    async with open_rest(pg_dsn, time.time()) as rest:
        assert code(await rest.client.get("/api/v1/demo/accounts"), 404) == "no-demo"
