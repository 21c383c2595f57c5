"""Audit log, export, erasure, consent, rotation of keys."""

from collections.abc import AsyncIterator, Callable
from datetime import date
from pathlib import Path
from uuid import UUID

import asyncpg

from rest.platform.tables import Base
from rest.trust.records import RECORDS
from rest.trust.service import erase_waiting
from tests.rest.world import Rest, School, code, open_rest

NINE = {"title": "Monday", "starts_at": "2026-09-07T09:00"}


class Boards:
    """A plane that keeps what people drew."""

    name = "boards"

    def __init__(self) -> None:
        self.away = True
        self.erased: list[tuple[str, UUID, list[str]]] = []

    async def export(self, tenant: str, person: UUID, rooms: list[str]) -> AsyncIterator[dict[str, object]]:
        for room in rooms:
            yield {"room": room, "drawn": "a circle"}

    async def erase(self, tenant: str, person: UUID, rooms: list[str]) -> None:
        if self.away:
            raise ConnectionError("away")
        self.erased.append((tenant, person, rooms))


async def test_who_read_a_record_and_why_is_in_the_log(school: School) -> None:
    student = school.student
    for name in ("administrator", "guardian", "student"):
        await school.people[name].get(f"/people/{student.id}")
    found = await school.administrator.get(f"/audit?person_id={student.id}")
    reads = {(item["actor"], item["entry"]["why"]) for item in found["items"] if item["action"] == "person.read"}
    assert reads == {
        (f"person:{school.administrator.id}", "administrator"),
        (f"person:{school.guardian.id}", "guardian"),
        (f"person:{student.id}", "self"),
    }
    for name in ("teacher", "student", "guardian"):
        assert code(await school.people[name]("GET", "/audit"), 403) == "not-allowed"


async def test_a_log_that_was_rewritten_under_the_application_is_found_out(
    rest: Rest, school: School, pg_dsn: str
) -> None:
    for _ in range(4):
        await school.administrator.get(f"/people/{school.student.id}")
    before = await school.administrator.get("/audit/verdict")
    assert before["intact"]
    assert before["entries"] >= 4
    connection = await asyncpg.connect(pg_dsn)
    try:
        await connection.execute("SET session_replication_role = replica")
        rewrite = "UPDATE audit SET entry = replace(entry, 'person.read', 'person.made') WHERE tenant = $1 AND seq = 3"
        await connection.execute(rewrite, school.tenant)
    finally:
        await connection.close()
    after = await school.administrator.get("/audit/verdict")
    assert (after["intact"], after["broken_at"]) == (False, 3)


async def test_a_refused_change_leaves_no_entry(school: School) -> None:
    admin = school.administrator
    before = (await admin.get("/audit/verdict"))["entries"]
    assert code(await admin("DELETE", f"/people/{admin.id}"), 409) == "last-administrator"
    assert (await admin.get("/audit/verdict"))["entries"] == before


async def test_somebody_gets_all_there_is_of_them(
    rest: Rest, pg_dsn: str, tmp_path: Path, new_school: Callable[[], School]
) -> None:
    async with open_rest(pg_dsn, rest.clock.wall(), files_dir=tmp_path) as here:
        here.app.state.holders = (Boards(),)
        school = new_school()
        school.rest = here
        await school.found()
        course = await school.course()
        lesson = await school.teacher.post(f"/courses/{course}/classes", NINE)
        for name in ("student", "guardian", "administrator"):
            data = await school.people[name].get(f"/people/{school.student.id}/export")
            assert data["person"]["email"] == school.student.email
            assert [row["course_id"] for row in data["enrolments"]] == [course]
            assert data["planes"] == [{"plane": "boards", "record": {"room": lesson["room"], "drawn": "a circle"}}]
            assert "hash" not in str(data["sessions"]) + str(data["passwords"])
        assert code(await school.teacher("GET", f"/people/{school.student.id}/export"), 404) == "no-such-person"


async def test_an_erased_person_is_gone_here_at_once_and_elsewhere_when_it_can_be(
    rest: Rest, pg_dsn: str, new_school: Callable[[], School]
) -> None:
    boards = Boards()
    async with open_rest(pg_dsn, rest.clock.wall()) as here:
        here.app.state.holders = (boards,)
        school = new_school()
        school.rest = here
        await school.found()
        course, student, admin = await school.course(), school.student, school.administrator
        lesson = await school.teacher.post(f"/courses/{course}/classes", NINE)
        await school.teacher.post(f"/classes/{lesson['id']}/open")
        path = f"/people/{student.id}/erasure"
        assert code(await school.teacher("POST", path, json={"reason": "x"}), 403) == "not-allowed"
        asked = await admin.post(path, {"reason": "asked for by letter"})
        assert (asked["waiting"], asked["done_at"]) == (["boards"], None)
        assert code(await student("GET", "/me"), 401) == "sign-in"
        assert here.live.revoked == [(f"{school.tenant}/{lesson['room']}", str(student.id))]
        assert code(await admin("GET", f"/people/{student.id}"), 404) == "no-such-person"
        await erase_waiting(here.database, (boards,))
        assert (await admin.get(path))["waiting"] == ["boards"]
        boards.away = False
        await erase_waiting(here.database, (boards,))
        assert (await admin.get(path))["done_at"] is not None
        assert boards.erased == [(school.tenant, student.id, [lesson["room"]])]
        assert code(await admin("POST", path, json={"reason": "again"}), 404) == "no-such-person"
        assert (await admin.get("/audit/verdict"))["intact"]
    connection = await asyncpg.connect(pg_dsn)
    try:
        for table in Base.metadata.tables:
            rows = str(await connection.fetch(f"SELECT * FROM {table} WHERE tenant = $1", school.tenant))
            assert student.email not in rows
            if str(student.id) in rows:
                assert table in {"people", "enrolments", "audit", "erasures"}
    finally:
        await connection.close()


async def test_every_column_that_names_a_person_has_a_fate(pg_dsn: str) -> None:
    connection = await asyncpg.connect(pg_dsn)
    try:
        rows = await connection.fetch(
            "SELECT k.conrelid::regclass::text AS t, a.attname AS c FROM pg_constraint k"
            " JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = ANY(k.conkey) AND a.attname <> 'tenant'"
            " WHERE k.contype = 'f' AND k.confrelid = 'people'::regclass"
        )
    finally:
        await connection.close()
    ours = {(row["t"], row["c"]) for row in rows if row["t"] in Base.metadata.tables}
    known = {(record.table, record.column) for record in RECORDS}
    assert ours <= known
    assert {table for table, _ in known} <= set(Base.metadata.tables)


async def test_consent_is_the_guardians_and_its_withdrawal_ends_grants(rest: Rest, school: School) -> None:
    born = date(rest.database.now().year - 12, 1, 1)
    child = await school.person("maria", born=born)
    await school.guard(school.guardian, child)
    course = await school.course()
    await school.teacher.post(f"/courses/{course}/enrolments", {"person_id": str(child.id)})
    lesson = await school.teacher.post(f"/courses/{course}/classes", NINE)
    join = f"/classes/{lesson['id']}"
    await school.teacher.post(f"{join}/open")
    path = f"/people/{child.id}/consent"
    assert (await child.get(path)) == {"needed": True, "given": False, "guardian_id": None, "decided_at": None}
    for user in (child, school.administrator, school.teacher, school.student):
        assert code(await user("PUT", path, json={"given": True}), 404) == "no-such-person"
    assert (await child.post(f"{join}/join"))["role"] == "observer"
    await school.guardian.put(path, {"given": True})
    ticket = await child.post(f"{join}/join")
    assert (ticket["role"], ticket["name"]) == ("student", child.name)
    await school.guardian.put(path, {"given": False})
    assert rest.live.revoked == [(f"{school.tenant}/{lesson['room']}", str(child.id))]
    assert (await child.post(f"{join}/join"))["role"] == "observer"


async def test_keys_rotate_until_nothing_needs_the_old_one(
    rest: Rest, pg_dsn: str, new_school: Callable[[], School]
) -> None:
    now, school = rest.clock.wall(), new_school()
    async with open_rest(pg_dsn, now, field_keys=("old key",)) as old:
        school.rest = old
        await school.found()
    async with open_rest(pg_dsn, now, field_keys=("new key", "old key")) as both:
        school.administrator.rest = both
        admin, total = school.administrator, len(school.people)
        found = await admin.get("/people", params={"email": school.student.email})
        assert [item["id"] for item in found["items"]] == [str(school.student.id)]
        assert await admin.post("/encryption/rotation?limit=2") == {"sealed": 2, "left": total - 2}
        assert await admin.post("/encryption/rotation") == {"sealed": total - 2, "left": 0}
    async with open_rest(pg_dsn, now, field_keys=("new key",)) as new:
        school.administrator.rest = new
        found = await school.administrator.get("/people", params={"email": school.student.email})
        assert [item["name"] for item in found["items"]] == [school.student.name]
