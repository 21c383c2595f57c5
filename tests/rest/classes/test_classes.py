"""Classes: who gets in, as what; opening, ending, sending out."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import asyncpg
import httpx
import pytest
from sqlalchemy import text

from realtime.grants import verify
from realtime.roles import Role as RoomRole
from rest.classes.presence import GAP, Stay, note
from rest.demo.routes import LIFE_SECONDS, TTL_SECONDS
from tests.rest.world import SECRET, Rest, School, User, at, code, good

NINE = {"title": "Monday", "starts_at": "2026-09-07T09:00"}


@pytest.fixture
async def course(school: School) -> str:
    return await school.course()


@pytest.fixture
async def path(school: School, course: str) -> str:
    return "/classes/" + (await school.teacher.post(f"/courses/{course}/classes", NINE))["id"]


async def room_of(school: School, path: str) -> str:
    return (await school.teacher.get(path))["room"]


def key(school: School, room: str) -> str:
    return f"{school.tenant}/{room}"


async def renew(rest: Rest, ticket: dict[str, str]) -> httpx.Response:
    headers = {"Authorization": f"Bearer {ticket['token']}"}
    return await rest.client.post(f"/api/v1/rooms/{ticket['room']}/token/renew", headers=headers)


@pytest.mark.parametrize("name", ["teacher", "assistant", "student", "observer"])
async def test_an_open_class_lets_everybody_in_as_what_they_are(
    rest: Rest, school: School, path: str, name: str
) -> None:
    user = school.people[name]
    assert code(await user("POST", f"{path}/join"), 409) == "class-not-open"
    await school.teacher.post(f"{path}/open")
    ticket = await user.post(f"{path}/join")
    grant = verify(ticket["token"], SECRET, rest.clock.wall())
    assert (grant.role, grant.user, grant.tenant) == (RoomRole(name), str(user.id), school.tenant)
    assert (grant.room, grant.name) == (await room_of(school, path), user.name)


async def test_who_is_not_in_the_course_does_not_get_in(school: School, other_school: School, path: str) -> None:
    await school.teacher.post(f"{path}/open")
    outsider = await school.person("outsider")
    for user in (outsider, school.guardian, other_school.teacher, other_school.administrator):
        assert code(await user("POST", f"{path}/join"), 404) == "no-such-class"
    assert code(await school.administrator("POST", f"{path}/join"), 403) == "not-allowed"


async def test_only_staff_open_and_end_and_of_two_at_once_one_opens(school: School, path: str) -> None:
    for name in ("student", "observer"):
        assert code(await school.people[name]("POST", f"{path}/open"), 403) == "not-allowed"
        assert code(await school.people[name]("POST", f"{path}/end"), 403) == "not-allowed"
    answers = await asyncio.gather(school.teacher("POST", f"{path}/open"), school.assistant("POST", f"{path}/open"))
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    assert (await school.student.get(path))["open"]


async def test_the_end_sends_everybody_out_of_every_room(rest: Rest, school: School, path: str) -> None:
    await school.teacher.post(f"{path}/open")
    groups = await school.teacher.put(f"{path}/groups", {"groups": [{"name": "A"}]})
    await school.assistant.post(f"{path}/end")
    rooms = {key(school, await room_of(school, path)), key(school, groups[0]["room"])}
    assert set(rest.live.ended) == rooms
    assert code(await school.teacher("POST", f"{path}/end"), 409) == "class-not-open"
    assert code(await school.student("POST", f"{path}/join"), 409) == "class-not-open"
    assert [m["ended_at"] is None for m in (await school.student.get(f"{path}/meetings"))["items"]] == [False]


async def test_a_token_is_renewed_only_while_one_would_be_given(rest: Rest, school: School, path: str) -> None:
    await school.teacher.post(f"{path}/open")
    ticket = await school.student.post(f"{path}/join")
    began = int(rest.clock.wall())
    rest.clock.advance(TTL_SECONDS - 60)
    fresh = good(await renew(rest, ticket))
    assert verify(fresh["token"], SECRET, rest.clock.wall()).issued == began
    assert fresh["expires"] <= began + LIFE_SECONDS
    async with rest.database.unit(school.tenant) as unit:
        await unit.session.execute(text("UPDATE meetings SET ended_at = now()"))
    refused = await renew(rest, fresh)
    assert code(refused, 403) == "not-renewable"
    assert "not open" in refused.json()["detail"]


async def test_who_was_sent_out_stays_out_until_let_in(rest: Rest, school: School, path: str) -> None:
    await school.teacher.post(f"{path}/open")
    ticket = await school.student.post(f"{path}/join")
    removal = f"{path}/removals/{school.student.id}"
    assert code(await school.student("PUT", removal), 403) == "not-allowed"
    await school.assistant.put(removal)
    assert rest.live.revoked == [(key(school, ticket["room"]), str(school.student.id))]
    assert code(await school.student("POST", f"{path}/join"), 403) == "sent-out"
    assert code(await renew(rest, ticket), 403) == "not-renewable"
    await school.teacher.delete(removal)
    await school.student.post(f"{path}/join")
    assert code(await school.teacher("DELETE", removal), 404) == "no-such-removal"


async def test_who_leaves_the_course_or_the_school_is_sent_out(
    rest: Rest, school: School, course: str, path: str
) -> None:
    await school.teacher.post(f"{path}/open")
    room = key(school, await room_of(school, path))
    ticket = await school.student.post(f"{path}/join")
    roster = (await school.teacher.get(f"/courses/{course}/enrolments"))["items"]
    (entry,) = [item["id"] for item in roster if item["role"] == "student"]
    await school.teacher.patch(f"/courses/{course}/enrolments/{entry}", 1, {"status": "ended"})
    assert rest.live.revoked == [(room, str(school.student.id))]
    assert code(await renew(rest, ticket), 403) == "not-renewable"
    await school.administrator.delete(f"/people/{school.observer.id}")
    assert rest.live.revoked[1:] == [(room, str(school.observer.id))]


async def test_a_refused_request_tells_the_live_planes_nothing(rest: Rest, school: School, path: str) -> None:
    assert code(await school.teacher("POST", f"{path}/end"), 409) == "class-not-open"
    answer = await school.administrator("DELETE", f"/people/{school.administrator.id}")
    assert code(answer, 409) == "last-administrator"
    assert rest.live.ended == rest.live.revoked == []


async def test_a_child_without_consent_sees_but_does_not_speak(
    rest: Rest, school: School, course: str, path: str
) -> None:
    born = date(rest.database.now().year - 12, 1, 1)
    child = await school.person("maria lopez", born=born)
    await school.teacher.post(f"/courses/{course}/enrolments", {"person_id": str(child.id)})
    await school.teacher.post(f"{path}/open")
    ticket = await child.post(f"{path}/join")
    assert (ticket["role"], ticket["name"]) == ("observer", f"Maria {school.tenant[0]}.")


async def test_a_class_of_a_section_is_for_that_section(school: School, course: str) -> None:
    section = (await school.teacher.post(f"/courses/{course}/sections", {"name": "A"}))["id"]
    made = await school.teacher.post(f"/courses/{course}/classes", NINE | {"section_id": section})
    path = f"/classes/{made['id']}"
    assert code(await school.student("GET", path), 404) == "no-such-class"
    assert (await school.student.get(f"/courses/{course}/classes"))["items"] == []
    assert len((await school.assistant.get(f"/courses/{course}/classes"))["items"]) == 1
    roster = (await school.teacher.get(f"/courses/{course}/enrolments"))["items"]
    (entry,) = [item["id"] for item in roster if item["role"] == "student"]
    await school.teacher.patch(f"/courses/{course}/enrolments/{entry}", 1, {"section_id": section})
    assert (await school.student.get(path))["title"] == "Monday"


async def test_the_schedule_follows_the_rule_and_its_exceptions(
    school: School, other_school: School, course: str
) -> None:
    weekly = NINE | {"recurrence": {"frequency": "weekly", "count": 10}, "time_zone": "Europe/Madrid"}
    path = "/classes/" + (await school.teacher.post(f"/courses/{course}/classes", weekly))["id"]
    query = {"since": "2026-09-01T00:00:00Z", "until": "2026-10-01T00:00:00Z"}

    async def starts(user: User) -> list[str]:
        return [one["starts"][:13] for one in await user.get("/schedule", params=query)]

    assert await starts(school.student) == ["2026-09-07T07", "2026-09-14T07", "2026-09-21T07", "2026-09-28T07"]
    assert await starts(other_school.teacher) == await starts(school.guardian) == []
    await school.teacher.put(f"{path}/occurrences/2026-09-14T09:00", {})
    await school.teacher.put(f"{path}/occurrences/2026-09-21T09:00", {"moved_to": "2026-09-22T16:30"})
    assert await starts(school.student) == ["2026-09-07T07", "2026-09-22T14", "2026-09-28T07"]
    answer = await school.teacher("PUT", f"{path}/occurrences/2026-09-15T09:00", json={})
    assert code(answer, 404) == "no-such-occurrence"
    assert code(await school.student("PUT", f"{path}/occurrences/2026-09-14T09:00", json={}), 403) == "not-allowed"
    await school.teacher.delete(f"{path}/occurrences/2026-09-14T09:00")
    assert len(await starts(school.student)) == 4
    await school.teacher.patch(path, 1, {"starts_at": "2026-09-08T09:00"})
    assert await starts(school.student) == ["2026-09-08T07", "2026-09-15T07", "2026-09-22T07", "2026-09-29T07"]
    assert code(await school.student("GET", "/schedule", params=query | {"until": "2027-01-01T00:00:00Z"}), 422)


async def keep(rest: Rest, tenant: str, *stays: Stay) -> None:
    """What a room worker would."""
    connection = await asyncpg.connect(rest.settings.database_url)
    try:
        await note(connection, tenant, stays)
    finally:
        await connection.close()


async def test_attendance_is_seen_by_the_room_and_corrected_by_staff(rest: Rest, school: School, path: str) -> None:
    await school.teacher.post(f"{path}/open")
    room, student, now = await room_of(school, path), str(school.student.id), rest.clock.wall()
    stay = Stay(room, school.student.id, now + 60, now + 160)
    await keep(rest, school.tenant, stay, Stay(room, UUID(int=1), now, now + 9), replace(stay, room="nowhere"))
    await keep(rest, "nowhere", stay)
    for _ in range(2):
        await keep(rest, school.tenant, replace(stay, until=now + 360))
    meeting = (await school.teacher.get(f"{path}/meetings"))["items"][0]["id"]
    rest.clock.advance(400)
    seen = f"{path}/meetings/{meeting}/attendance"
    (row,) = await school.teacher.get(seen)
    assert (row["status"], row["marked"], row["seconds"]) == ("present", False, 300)
    assert [moment(rest, one) for one in row["stays"]] == [(60, 360)]
    assert code(await school.student("GET", seen), 403) == "not-allowed"
    assert code(await school.student("PUT", f"{seen}/{student}", json={"status": "present"}), 403) == "not-allowed"
    await school.teacher.put(f"{seen}/{student}", {"status": "excused"})
    for user in (school.student, school.guardian, school.administrator):
        (own,) = (await user.get(f"/people/{student}/attendance"))["items"]
        assert (own["status"], own["seconds"]) == ("excused", 300)
    assert code(await school.teacher("GET", f"/people/{student}/attendance"), 404) == "no-such-person"
    outsider = await school.person("outsider")
    answer = await school.teacher("PUT", f"{seen}/{outsider.id}", json={"status": "present"})
    assert code(answer, 404) == "no-such-person"


def moment(rest: Rest, stay: dict[str, str]) -> tuple[int, int]:
    """Seconds since the class opened, 400 s ago."""
    opened = rest.clock.wall() - 400
    return tuple(round(datetime.fromisoformat(stay[name]).timestamp() - opened) for name in ("entered_at", "left_at"))  # type: ignore[return-value]


async def test_a_gap_is_no_second_stay_and_a_stay_ends_with_the_meeting(rest: Rest, school: School, path: str) -> None:
    """Told late, out of order, by two workers, and in the group's room too."""
    teacher, student, gap = school.teacher, school.student.id, GAP.total_seconds()
    (group,) = await teacher.put(f"{path}/groups", {"groups": [{"name": "A", "members": [str(student)]}]})
    await teacher.post(f"{path}/open")
    room, opened = await room_of(school, path), rest.clock.wall()
    rest.clock.advance(400)
    await teacher.post(f"{path}/end")

    def stay(since: float, until: float, where: str = room) -> Stay:
        return Stay(where, student, opened + since, opened + until)

    again = 50 + gap
    await keep(rest, school.tenant, stay(again, again + 20), stay(-30, 50), stay(again + 10, again + 60, group["room"]))
    await keep(rest, school.tenant, stay(again + 61 + gap, 900), stay(again + 61 + gap, 300), stay(401, 900))
    meeting = (await teacher.get(f"{path}/meetings"))["items"][0]["id"]
    (row,) = await teacher.get(f"{path}/meetings/{meeting}/attendance")
    assert [moment(rest, one) for one in row["stays"]] == [(0, again + 60), (again + 61 + gap, 400)]
    assert row["seconds"] == again + 60 + 400 - (again + 61 + gap)


async def test_groups_keep_their_rooms_and_let_their_members_in(school: School, path: str) -> None:
    teacher, student = school.teacher, school.student
    first = await teacher.put(
        f"{path}/groups", {"groups": [{"name": "A", "members": [str(student.id)]}, {"name": "B"}]}
    )
    await teacher.post(f"{path}/open")
    rooms = {group["name"]: (group["id"], group["room"]) for group in first}
    assert [group["name"] for group in await student.get(f"{path}/groups")] == ["A"]
    assert (await student.post(f"{path}/groups/{rooms['A'][0]}/join"))["room"] == rooms["A"][1]
    assert code(await student("POST", f"{path}/groups/{rooms['B'][0]}/join"), 403) == "other-group"
    assert (await teacher.post(f"{path}/groups/{rooms['B'][0]}/join"))["role"] == "teacher"
    second = await teacher.put(
        f"{path}/groups", {"groups": [{"name": "B", "members": [str(student.id)]}, {"name": "C"}]}
    )
    assert {group["name"]: group["room"] for group in second}["B"] == rooms["B"][1]
    assert code(await student("PUT", f"{path}/groups", json={"groups": []}), 403) == "not-allowed"
    for wrong in (
        [{"name": "A", "members": [str(student.id)]}, {"name": "B", "members": [str(student.id)]}],
        [{"name": "A"}, {"name": "A"}],
    ):
        assert code(await teacher("PUT", f"{path}/groups", json={"groups": wrong}), 422) == "groups-overlap"
    stranger = [{"name": "A", "members": [str(school.guardian.id)]}]
    assert code(await teacher("PUT", f"{path}/groups", json={"groups": stranger}), 422) == "not-in-course"
    assert len(await teacher.get(f"{path}/groups")) == 2


async def test_a_class_is_changed_under_its_version_and_deleted_with_everybody_out(
    rest: Rest, school: School, path: str
) -> None:
    changed = await school.teacher.patch(path, 1, {"title": "Tuesday", "minutes": 90})
    assert (changed["title"], changed["minutes"]) == ("Tuesday", 90)
    assert code(await school.teacher("PATCH", path, json={"title": "X"}, headers=at(1)), 412)
    assert code(await school.assistant("PATCH", path, json={"title": "X"}, headers=at(2)), 403) == "not-allowed"
    await school.teacher.post(f"{path}/open")
    await school.teacher.delete(path)
    assert len(rest.live.ended) == 1
    assert code(await school.teacher("GET", path), 404) == "no-such-class"


@pytest.mark.parametrize("time", ["2026-09-07T09:00Z", "2026-09-07T09:00+02:00", "0001-01-01T00:00", "soon"])
async def test_a_wall_time_has_no_offset(school: School, course: str, time: str) -> None:
    answer = await school.teacher("POST", f"/courses/{course}/classes", json=NINE | {"starts_at": time})
    assert code(answer, 422) == "invalid-request"


async def test_an_end_of_time_breaks_nothing(school: School, course: str) -> None:
    daily = {"title": "D", "starts_at": "2199-12-30T23:00", "recurrence": {"frequency": "daily"}}
    await school.teacher.post(f"/courses/{course}/classes", daily)
    since = datetime(2199, 12, 1, tzinfo=UTC)
    query = {"since": since.isoformat(), "until": (since + timedelta(days=60)).isoformat()}
    assert len(await school.student.get("/schedule", params=query)) > 20
