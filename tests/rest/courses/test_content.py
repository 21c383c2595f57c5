"""Modules, prerequisites and pages."""

import asyncio
import random
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.rest.world import School, User, at, code


async def modules(user: User, path: str, *titles: str) -> list[str]:
    return [(await user.post(f"{path}/modules", {"title": title}))["id"] for title in titles]


async def listed(user: User, path: str) -> list[str]:
    return [item["title"] for item in (await user.get(f"{path}/modules"))["items"]]


@pytest.fixture
async def path(school: School) -> str:
    return f"/courses/{await school.course()}"


async def test_students_see_what_is_published_and_open(school: School, path: str) -> None:
    teacher, student = school.teacher, school.student
    later = (school.rest.database.now() + timedelta(days=1)).isoformat()
    ids = await modules(teacher, path, "open", "later", "draft")
    await teacher.patch(f"{path}/modules/{ids[0]}", 1, {"status": "published"})
    await teacher.patch(f"{path}/modules/{ids[1]}", 1, {"status": "published", "opens_at": later})
    page = await teacher.post(f"{path}/modules/{ids[1]}/pages", {"title": "P", "body": "secret until tomorrow"})
    await teacher.patch(f"{path}/pages/{page['id']}", 1, {"status": "published"})
    assert await listed(student, path) == ["open"]
    assert await listed(school.assistant, path) == ["open", "later", "draft"]
    assert code(await student("GET", f"{path}/modules/{ids[1]}"), 404) == "no-such-module"
    assert code(await student("GET", f"{path}/modules/{ids[1]}/pages"), 404) == "no-such-module"
    assert code(await student("GET", f"{path}/pages/{page['id']}"), 404) == "no-such-page"
    school.rest.clock.advance(86_400)
    fresh = await school.person("fresh")
    await teacher_again(school, path, fresh)
    assert await listed(fresh, path) == ["open", "later"]
    assert (await fresh.get(f"{path}/pages/{page['id']}"))["body"] == "secret until tomorrow"


async def teacher_again(school: School, path: str, user: User) -> None:
    """Enrol ``user`` though the clock has moved past everybody's access tokens."""
    from rest.identity.policy import Role

    administrator = await school.person("second-administrator", Role.ADMINISTRATOR)
    await administrator.post(f"{path}/enrolments", {"person_id": str(user.id)})


async def test_modules_are_put_in_order_all_at_once(school: School, path: str) -> None:
    teacher = school.teacher
    ids = await modules(teacher, path, "a", "b", "c")
    version = (await teacher.get(path))["version"]
    order = {"modules": [ids[2], ids[0], ids[1]]}
    answer = await teacher("PUT", f"{path}/modules/order", json=order, headers=at(version))
    assert answer.headers["etag"] == f'"{version + 1}"'
    assert await listed(teacher, path) == ["c", "a", "b"]
    again = await teacher("PUT", f"{path}/modules/order", json=order, headers=at(version))
    assert code(again, 412) == "changed-meanwhile"
    for wrong in (ids[:2], [*ids, ids[0]], [ids[0]] * 3):
        answer = await teacher("PUT", f"{path}/modules/order", json={"modules": wrong}, headers=at(version + 1))
        assert code(answer, 409) == "other-modules"
    assert await listed(teacher, path) == ["c", "a", "b"]


async def test_a_cycle_is_refused(school: School, path: str) -> None:
    teacher = school.teacher
    a, b, c = await modules(teacher, path, "a", "b", "c")
    await teacher.put(f"{path}/modules/{b}/prerequisites/{a}")
    await teacher.put(f"{path}/modules/{c}/prerequisites/{b}")
    await teacher.put(f"{path}/modules/{c}/prerequisites/{b}")
    for module, requires in ((a, c), (a, b), (a, a)):
        answer = await teacher("PUT", f"{path}/modules/{module}/prerequisites/{requires}")
        assert code(answer, 409) == "cycle"
    before = await teacher.get(f"{path}/modules/{c}/prerequisites")
    assert [(step["title"], step["steps"]) for step in before] == [("a", 2), ("b", 1)]
    await teacher.delete(f"{path}/modules/{c}/prerequisites/{b}")
    assert await teacher.get(f"{path}/modules/{c}/prerequisites") == []
    await teacher.put(f"{path}/modules/{a}/prerequisites/{c}")


async def test_two_edges_at_once_close_no_cycle(school: School, path: str) -> None:
    teacher = school.teacher
    a, b = await modules(teacher, path, "a", "b")
    answers = await asyncio.gather(
        teacher("PUT", f"{path}/modules/{a}/prerequisites/{b}"), teacher("PUT", f"{path}/modules/{b}/prerequisites/{a}")
    )
    assert sorted(answer.status_code for answer in answers) == [204, 409]


@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 2**32))
async def test_whatever_is_asked_for_the_graph_stays_free_of_cycles(school: School, seed: int) -> None:
    path, rng = f"/courses/{await school.course()}", random.Random(seed)
    ids = await modules(school.teacher, path, *"abcdef")
    edges: set[tuple[str, str]] = set()
    for _ in range(12):
        module, requires = rng.choice(ids), rng.choice(ids)
        answer = await school.teacher("PUT", f"{path}/modules/{module}/prerequisites/{requires}")
        assert (answer.status_code == 204) == (requires != module and not reaches(edges, requires, module))
        if answer.status_code == 204:
            edges.add((module, requires))


def reaches(edges: set[tuple[str, str]], start: str, goal: str) -> bool:
    """Whether ``goal`` is required, by way of others, by ``start``: the plain way, as an oracle."""
    seen, todo = set(), [start]
    while todo:
        here = todo.pop()
        if here not in seen:
            seen.add(here)
            todo += [requires for module, requires in edges if module == here]
    return goal in seen


async def test_modules_of_two_courses_never_meet(school: School, path: str) -> None:
    teacher, other = school.teacher, f"/courses/{await school.course('Other')}"
    (mine,), (theirs,) = await modules(teacher, path, "mine"), await modules(teacher, other, "theirs")
    for method, sub in (
        ("PUT", f"modules/{mine}/prerequisites/{theirs}"),
        ("GET", f"modules/{theirs}"),
        ("DELETE", f"modules/{theirs}"),
        ("GET", f"modules/{theirs}/pages"),
    ):
        assert code(await teacher(method, f"{path}/{sub}"), 404) == "no-such-module"
    answer = await teacher("PATCH", f"{path}/modules/{theirs}", json={"title": "X"}, headers=at(1))
    assert code(answer, 404) == "no-such-module"
    answer = await teacher("POST", f"{path}/modules/{theirs}/pages", json={"title": "X"})
    assert code(answer, 404) == "no-such-module"


async def test_a_deleted_module_takes_its_pages_and_edges_along(school: School, path: str) -> None:
    teacher = school.teacher
    a, b = await modules(teacher, path, "a", "b")
    await teacher.put(f"{path}/modules/{b}/prerequisites/{a}")
    page = await teacher.post(f"{path}/modules/{a}/pages", {"title": "P"})
    await teacher.delete(f"{path}/modules/{a}")
    assert await listed(teacher, path) == ["b"]
    assert await teacher.get(f"{path}/modules/{b}/prerequisites") == []
    assert code(await teacher("GET", f"{path}/pages/{page['id']}"), 404) == "no-such-page"


async def test_pages_are_drafted_ordered_and_published(school: School, path: str) -> None:
    teacher, student = school.teacher, school.student
    (module,) = await modules(teacher, path, "m")
    await teacher.patch(f"{path}/modules/{module}", 1, {"status": "published"})
    pages = [await teacher.post(f"{path}/modules/{module}/pages", {"title": t, "body": f"# {t}"}) for t in "xyz"]
    for page, place in zip(pages, (3, 1, 2), strict=True):
        changed = await teacher.patch(f"{path}/pages/{page['id']}", 1, {"status": "published", "position": place})
        assert changed["body"] == f"# {changed['title']}"
    heads: list[dict[str, Any]] = (await student.get(f"{path}/modules/{module}/pages"))["items"]
    assert [head["title"] for head in heads] == ["y", "z", "x"]
    assert "body" not in heads[0]
    await teacher.patch(f"{path}/pages/{pages[0]['id']}", 2, {"status": "draft"})
    assert code(await student("GET", f"{path}/pages/{pages[0]['id']}"), 404) == "no-such-page"
    await teacher.delete(f"{path}/pages/{pages[1]['id']}")
    assert len((await student.get(f"{path}/modules/{module}/pages"))["items"]) == 1


@pytest.mark.parametrize("name", ["student", "observer"])
async def test_those_who_learn_change_nothing(school: School, path: str, name: str) -> None:
    user = school.people[name]
    (module,) = await modules(school.teacher, path, "m")
    page = await school.teacher.post(f"{path}/modules/{module}/pages", {"title": "P"})
    tries = [
        await user("POST", f"{path}/modules", json={"title": "X"}),
        await user("PATCH", f"{path}/modules/{module}", json={"title": "X"}, headers=at(1)),
        await user("DELETE", f"{path}/modules/{module}"),
        await user("POST", f"{path}/modules/{module}/pages", json={"title": "X"}),
        await user("PATCH", f"{path}/pages/{page['id']}", json={"title": "X"}, headers=at(1)),
        await user("DELETE", f"{path}/pages/{page['id']}"),
        await user("PUT", f"{path}/modules/{module}/prerequisites/{module}"),
        await user("POST", f"{path}/files?name=x.txt", content=b"x"),
    ]
    assert {code(answer, 403) for answer in tries} == {"not-allowed"}
