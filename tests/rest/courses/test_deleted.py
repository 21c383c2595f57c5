"""What was deleted in a course, and its way back."""

import random
from graphlib import TopologicalSorter
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from rest.trust.retention import sweep
from tests.rest.world import Rest, School, User, at, code, good

DAY = 86_400


@pytest.fixture
async def path(school: School) -> str:
    return f"/courses/{await school.course()}"


async def module(user: User, path: str, title: str) -> str:
    return (await user.post(f"{path}/modules", {"title": title}))["id"]


async def page(user: User, path: str, module: str, title: str) -> str:
    return (await user.post(f"{path}/modules/{module}/pages", {"title": title, "body": f"# {title}"}))["id"]


async def file(user: User, path: str, name: str, content: bytes = b"words") -> str:
    return good(await user("POST", f"{path}/files", params={"name": name}, content=content))["id"]


async def titles(user: User, path: str) -> list[str]:
    return [one.get("title") or one["name"] for one in (await user.get(path))["items"]]


async def remove(school: School, path: str) -> None:
    """As the teacher, at a moment of its own."""
    school.rest.clock.advance(1)
    await school.teacher.delete(path)


async def gone(user: User, path: str) -> list[dict[str, Any]]:
    return (await user.get(f"{path}/deleted"))["items"]


@pytest.fixture
async def lost(school: School, path: str) -> list[tuple[str, str]]:
    """One of each, deleted, and how each is asked for: the list of them and the ways back."""
    kept, left = await module(school.teacher, path, "Kept"), await module(school.teacher, path, "Secret module")
    note, words = await page(school.teacher, path, kept, "Secret page"), await file(school.teacher, path, "secret.txt")
    here = (f"modules/{left}", f"pages/{note}", f"files/{words}")
    for one in here:
        await remove(school, f"{path}/{one}")
    return [("GET", f"{path}/deleted"), *(("POST", f"{path}/{one}/restore") for one in here)]


async def test_nobody_is_told_what_was_deleted_and_brings_nothing_back(
    rest: Rest, school: School, path: str, lost: list[tuple[str, str]]
) -> None:
    for method, way in lost:
        assert code(await rest.client.request(method, "/api/v1" + way), 401) == "sign-in"
    assert len(await gone(school.teacher, path)) == 3


async def test_to_another_school_there_is_no_such_course(
    school: School, other_school: School, path: str, lost: list[tuple[str, str]]
) -> None:
    for user in (other_school.administrator, other_school.teacher):
        for method, way in lost:
            assert code(await user(method, way), 404) == "no-such-course"
    assert len(await gone(school.teacher, path)) == 3


@pytest.mark.parametrize("name", ["student", "observer"])
async def test_those_who_learn_neither_see_nor_restore(
    school: School, path: str, lost: list[tuple[str, str]], name: str
) -> None:
    for method, way in lost:
        assert code(await school.people[name](method, way), 403) == "not-allowed"
    assert len(await gone(school.teacher, path)) == 3


async def test_who_takes_no_part_does_not_learn_of_it(school: School, lost: list[tuple[str, str]]) -> None:
    for method, way in lost:
        assert code(await school.guardian(method, way), 404) == "no-such-course"


@pytest.mark.parametrize("name", ["teacher", "assistant", "administrator"])
async def test_staff_see_what_was_deleted_and_bring_it_back(
    school: School, path: str, lost: list[tuple[str, str]], name: str
) -> None:
    user = school.people[name]
    found = {one["kind"]: one for one in await gone(user, path)}
    assert {kind: (one["title"], one["pages"]) for kind, one in found.items()} == {
        "module": ("Secret module", 0),
        "page": ("Secret page", 0),
        "file": ("secret.txt", 0),
    }
    (kept,) = (await user.get(f"{path}/modules"))["items"]
    assert [found[kind]["module_id"] for kind in ("module", "page", "file")] == [None, kept["id"], None]
    assert all(one["deleted_at"] < one["kept_until"] for one in found.values())
    for _, way in lost[1:]:
        await user.post(way)
    assert await gone(user, path) == []
    assert await titles(user, f"{path}/modules") == ["Kept", "Secret module"]
    assert await titles(user, f"{path}/modules/{kept['id']}/pages") == ["Secret page"]
    assert await titles(user, f"{path}/files") == ["secret.txt"]
    for _, way in lost[1:]:
        assert code(await user("POST", way), 404).startswith("no-such-deleted-")


async def test_what_comes_back_is_as_it_was_and_a_version_on(school: School, path: str) -> None:
    teacher = school.teacher
    made = await teacher.post(f"{path}/modules", {"title": "Waves", "summary": "of water"})
    note = await page(teacher, path, made["id"], "Tides")
    published = await teacher.patch(f"{path}/pages/{note}", 1, {"status": "published"})
    await remove(school, f"{path}/pages/{note}")
    answer = await teacher("POST", f"{path}/pages/{note}/restore")
    back = good(answer)
    assert {key: back[key] for key in ("title", "body", "status", "position")} == {
        key: published[key] for key in ("title", "body", "status", "position")
    }
    assert answer.headers["etag"] == f'"{back["version"]}"'
    late = await teacher("PATCH", f"{path}/pages/{note}", json={"title": "X"}, headers=at(published["version"]))
    assert code(late, 412) == "changed-meanwhile"
    await remove(school, f"{path}/modules/{made['id']}")
    back = await teacher.post(f"{path}/modules/{made['id']}/restore")
    assert (back["title"], back["summary"], back["position"]) == ("Waves", "of water", made["position"])
    await teacher.patch(f"{path}/modules/{made['id']}", back["version"], {"title": "Waves and tides"})


async def test_a_module_brings_back_the_pages_that_went_with_it_and_no_others(school: School, path: str) -> None:
    teacher = school.teacher
    sea = await module(teacher, path, "Sea")
    ids = [await page(teacher, path, sea, title) for title in ("Old", "Tides", "Waves")]
    await remove(school, f"{path}/pages/{ids[0]}")
    await remove(school, f"{path}/modules/{sea}")
    (one,) = await gone(teacher, path)
    assert (one["title"], one["pages"]) == ("Sea", 2)
    assert code(await teacher("POST", f"{path}/pages/{ids[0]}/restore"), 409) == "module-deleted"
    await teacher.post(f"{path}/modules/{sea}/restore")
    assert await titles(school.assistant, f"{path}/modules/{sea}/pages") == ["Tides", "Waves"]
    assert [one["title"] for one in await gone(teacher, path)] == ["Old"]
    await teacher.post(f"{path}/pages/{ids[0]}/restore")
    assert await titles(school.assistant, f"{path}/modules/{sea}/pages") == ["Old", "Tides", "Waves"]


async def test_a_module_comes_back_with_what_it_required_and_what_required_it(school: School, path: str) -> None:
    teacher = school.teacher
    a, b, c = [await module(teacher, path, title) for title in "abc"]
    await teacher.put(f"{path}/modules/{b}/prerequisites/{a}")
    await teacher.put(f"{path}/modules/{c}/prerequisites/{b}")
    await remove(school, f"{path}/modules/{b}")
    assert await teacher.get(f"{path}/modules/{c}/prerequisites") == []
    assert (await teacher.get(f"{path}/prerequisites"))["items"] == []
    await teacher.post(f"{path}/modules/{b}/restore")
    before = await teacher.get(f"{path}/modules/{c}/prerequisites")
    assert [(step["title"], step["steps"]) for step in before] == [("a", 2), ("b", 1)]


async def test_no_cycle_is_closed_by_what_comes_back(school: School, path: str) -> None:
    teacher = school.teacher
    a, b, c = [await module(teacher, path, title) for title in "abc"]
    await teacher.put(f"{path}/modules/{b}/prerequisites/{a}")
    await teacher.put(f"{path}/modules/{c}/prerequisites/{b}")
    await remove(school, f"{path}/modules/{b}")
    await teacher.put(f"{path}/modules/{a}/prerequisites/{c}")  # with b it would be a circle: a, b, c, a
    await teacher.post(f"{path}/modules/{b}/restore")
    edges = (await teacher.get(f"{path}/prerequisites"))["items"]
    assert {(one["module_id"], one["requires_id"]) for one in edges} == {(c, b), (a, c)}
    assert code(await teacher("PUT", f"{path}/modules/{b}/prerequisites/{a}"), 409) == "cycle"


@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 2**32))
async def test_whatever_is_deleted_required_and_restored_there_is_no_cycle(school: School, seed: int) -> None:
    path, rng, teacher = f"/courses/{await school.course()}", random.Random(seed), school.teacher
    ids = [await module(teacher, path, title) for title in "abcde"]
    for _ in range(15):
        one, other = rng.choice(ids), rng.choice(ids)
        require = ("PUT", f"{one}/prerequisites/{other}")
        method, way = rng.choice((("DELETE", one), ("POST", f"{one}/restore"), require, require))
        assert (await teacher(method, f"{path}/modules/{way}")).status_code in (200, 204, 404, 409)
        school.rest.clock.advance(1)
    for one in ids:
        await teacher("POST", f"{path}/modules/{one}/restore")
    graph: dict[str, set[str]] = {one: set() for one in ids}
    for edge in (await teacher.get(f"{path}/prerequisites"))["items"]:
        graph[edge["module_id"]].add(edge["requires_id"])
    assert set(TopologicalSorter(graph).static_order()) == set(ids)  # raises when there is a cycle


async def test_a_file_comes_back_under_its_address_when_there_is_room_for_it(school: School, path: str) -> None:
    teacher = school.teacher
    more, chart = f"{path}/files", await file(teacher, path, "map.txt", b"here be dragons")
    await remove(school, f"{more}/{chart}")
    assert code(await school.student("GET", f"{more}/{chart}/content"), 404) == "no-such-file"
    await teacher.post(f"{more}/{chart}/restore")
    assert (await school.student("GET", f"{more}/{chart}/content")).content == b"here be dragons"
    await remove(school, f"{more}/{chart}")
    async with school.rest.database.unit(school.tenant) as unit:
        quotas = {"q": '{"storage_bytes": 10}'}
        await unit.session.execute(text("UPDATE institutions SET quotas = CAST(:q AS jsonb)"), quotas)
    assert code(await teacher("POST", f"{more}/{chart}/restore"), 403) == "quota-reached"


async def test_nothing_of_another_course_is_listed_or_brought_back(
    school: School, path: str, lost: list[tuple[str, str]]
) -> None:
    other = f"/courses/{await school.course('Other')}"
    assert await gone(school.teacher, other) == []
    for _, way in lost[1:]:
        answer = await school.teacher("POST", way.replace(path, other))
        assert code(answer, 404).startswith("no-such-deleted-")


async def test_what_was_purged_is_listed_no_more(rest: Rest, school: School, path: str) -> None:
    left = await module(school.teacher, path, "Left")
    await remove(school, f"{path}/modules/{left}")
    async with rest.database.unit(school.tenant) as unit:
        await unit.session.execute(text("UPDATE modules SET deleted_at = deleted_at - interval '31 days'"))
    (one,) = await gone(school.teacher, path)
    assert one["kept_until"] < rest.database.now().isoformat()
    assert await sweep(rest.database, rest.app.state.store, school.tenant) == {"modules": 1}
    assert await gone(school.teacher, path) == []
    assert code(await school.teacher("POST", f"{path}/modules/{left}/restore"), 404) == "no-such-deleted-module"
