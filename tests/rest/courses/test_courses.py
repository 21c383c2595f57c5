"""Courses as a whole, terms, sections: who sees and changes them, copies, deletion."""

import asyncio

import pytest

from rest.identity.policy import Role
from tests.rest.world import School, User, at, code, good


async def titles(user: User, query: str = "") -> list[str]:
    return [item["title"] for item in (await user.get("/courses" + query))["items"]]


async def test_a_teacher_makes_a_draft_and_publishes_it_to_those_who_take_part(school: School) -> None:
    course = await school.course(status="draft")
    path = f"/courses/{course}"
    assert await titles(school.student) == []
    assert code(await school.student("GET", path), 404) == "no-such-course"
    assert (await school.assistant.get(path))["role"] == "assistant"
    published = await school.teacher("PATCH", path, json={"status": "published"}, headers=at(1))
    assert good(published)["status"] == "published"
    assert await titles(school.student) == ["Algebra"]
    assert (await school.student.get(path))["role"] == "student"


async def test_who_takes_no_part_does_not_learn_of_a_course(school: School) -> None:
    path = f"/courses/{await school.course()}"
    other = await school.person("other", Role.TEACHER)
    for user in (other, school.guardian):
        assert code(await user("GET", path), 404) == "no-such-course"
        assert code(await user("PATCH", path, json={"title": "X"}, headers=at(2)), 404) == "no-such-course"
        assert await titles(user) == []
    assert await titles(school.administrator) == []
    assert await titles(school.administrator, "?scope=all") == ["Algebra"]
    assert (await school.administrator.get(path))["role"] is None


@pytest.mark.parametrize("name", ["student", "assistant", "observer"])
async def test_only_teachers_and_administrators_change_a_course(school: School, name: str) -> None:
    course = await school.course()
    answer = await school.people[name]("PATCH", f"/courses/{course}", json={"title": "X"}, headers=at(2))
    assert code(answer, 403) == "not-allowed"
    assert code(await school.people[name]("DELETE", f"/courses/{course}"), 403) == "not-allowed"
    changed = await school.administrator.patch(f"/courses/{course}", 2, {"title": "Algebra II"})
    assert changed["title"] == "Algebra II"


async def test_students_make_no_courses(school: School) -> None:
    for name in ("student", "assistant", "guardian", "observer"):
        assert code(await school.people[name]("POST", "/courses", json={"title": "X"}), 403) == "not-allowed"


async def test_of_two_who_change_at_once_the_second_is_told(school: School) -> None:
    path = f"/courses/{await school.course()}"
    changes = (school.teacher("PATCH", path, json={"title": f"T{n}"}, headers=at(2)) for n in range(5))
    answers = await asyncio.gather(*changes)
    assert sorted(answer.status_code for answer in answers) == [200, 412, 412, 412, 412]
    assert (await school.teacher.get(path))["version"] == 3


async def test_null_empties_what_may_be_empty(school: School) -> None:
    term = (
        await school.administrator.post("/terms", {"name": "T", "starts_on": "2026-01-01", "ends_on": "2026-06-30"})
    )["id"]
    made = await school.teacher.post("/courses", {"title": "A", "code": "A1", "term_id": term})
    path = f"/courses/{made['id']}"
    assert (made["code"], made["term_id"]) == ("A1", term)
    changed = await school.teacher.patch(path, 1, {"code": None, "term_id": None, "title": None})
    assert (changed["code"], changed["term_id"], changed["title"]) == (None, None, "A")


async def test_a_deleted_course_is_gone_and_comes_back(school: School) -> None:
    course = await school.course()
    await school.teacher.delete(f"/courses/{course}")
    for user in school.people.values():
        assert code(await user("GET", f"/courses/{course}"), 404) == "no-such-course"
    assert code(await school.teacher("POST", f"/courses/{course}/restore"), 403) == "not-allowed"
    await school.administrator.post(f"/courses/{course}/restore")
    assert await titles(school.student) == ["Algebra"]
    assert code(await school.administrator("POST", f"/courses/{course}/restore"), 404) == "no-such-deleted-course"


async def test_deleted_courses_are_listed_for_administrators_of_the_school_alone(
    school: School, other_school: School
) -> None:
    course = await school.course("Secret course")
    kept = await school.course("Kept")
    await school.teacher.delete(f"/courses/{course}")
    anonymous = await school.rest.client.get("/api/v1/courses?scope=deleted")
    assert code(anonymous, 401) == "sign-in"
    assert await titles(other_school.administrator, "?scope=deleted") == []
    for name in ("teacher", "assistant", "student", "observer", "guardian"):
        assert code(await school.people[name]("GET", "/courses?scope=deleted"), 403) == "not-allowed"
    assert await titles(school.administrator, "?scope=deleted") == ["Secret course"]
    assert await titles(school.administrator, "?scope=all") == ["Kept"]
    await school.teacher.delete(f"/courses/{kept}")
    await school.administrator.post(f"/courses/{course}/restore")
    assert await titles(school.administrator, "?scope=deleted") == ["Kept"]


async def test_a_copy_has_the_content_and_nobody_in_it(school: School) -> None:
    teacher, course = school.teacher, await school.course()
    path = f"/courses/{course}"
    modules = [(await teacher.post(f"{path}/modules", {"title": f"M{n}"}))["id"] for n in range(3)]
    gone = (await teacher.post(f"{path}/modules", {"title": "gone"}))["id"]
    await teacher.put(f"{path}/modules/{modules[1]}/prerequisites/{modules[0]}")
    await teacher.put(f"{path}/modules/{modules[2]}/prerequisites/{modules[1]}")
    content = await teacher("POST", f"{path}/files?name=map.txt", content=b"here be dragons")
    file = good(content)["id"]
    body = f"See [the map](/api/v1/courses/{course}/files/{file}/content)"
    page = await teacher.post(f"{path}/modules/{modules[0]}/pages", {"title": "P", "body": body})
    await teacher.patch(f"{path}/pages/{page['id']}", 1, {"status": "published"})
    await teacher.delete(f"{path}/modules/{gone}")

    copy = await teacher.post(f"{path}/copies", {"title": "Algebra again"})
    new = f"/courses/{copy['id']}"
    assert (copy["status"], copy["copied_from"], copy["role"]) == ("draft", course, "teacher")
    copied = (await teacher.get(f"{new}/modules"))["items"]
    assert [module["title"] for module in copied] == ["M0", "M1", "M2"]
    assert not {module["id"] for module in copied} & set(modules)
    edges = (await teacher.get(f"{new}/prerequisites"))["items"]
    ids = [module["id"] for module in copied]
    assert sorted((edge["module_id"], edge["requires_id"]) for edge in edges) == sorted(
        [(ids[1], ids[0]), (ids[2], ids[1])]
    )
    (head,) = (await teacher.get(f"{new}/modules/{ids[0]}/pages"))["items"]
    linked = (await teacher.get(f"{new}/pages/{head['id']}"))["body"]
    answer = await teacher.rest.client.get(
        linked.partition("(")[2].rstrip(")"), headers={"Authorization": f"Bearer {teacher.tokens.access}"}
    )
    assert answer.content == b"here be dragons"
    assert course not in linked
    assert file not in linked
    roster = (await teacher.get(f"{new}/enrolments"))["items"]
    assert [item["person_id"] for item in roster] == [str(teacher.id)]


async def test_a_copy_needs_the_right_to_see_drafts_and_to_make_courses(school: School) -> None:
    path = f"/courses/{await school.course()}/copies"
    for name in ("student", "observer", "assistant"):
        assert code(await school.people[name]("POST", path, json={"title": "X"}), 403) == "not-allowed"


async def test_terms_are_the_administrators(school: School) -> None:
    words = {"name": "Spring", "starts_on": "2026-02-01", "ends_on": "2026-06-30"}
    term = await school.administrator.post("/terms", words)
    assert code(await school.teacher("POST", "/terms", json=words), 403) == "not-allowed"
    assert [item["name"] for item in (await school.student.get("/terms"))["items"]] == ["Spring"]
    backwards = await school.administrator("POST", "/terms", json=words | {"ends_on": "2026-01-01"})
    assert code(backwards, 422) == "term-backwards"
    answer = await school.administrator("PATCH", f"/terms/{term['id']}", json={"ends_on": "2026-01-31"}, headers=at(1))
    assert code(answer, 422) == "term-backwards"
    course = await school.teacher.post("/courses", {"title": "A", "term_id": term["id"]})
    await school.administrator.delete(f"/terms/{term['id']}")
    assert (await school.teacher.get(f"/courses/{course['id']}"))["term_id"] is None
    refused = await school.teacher("POST", "/courses", json={"title": "B", "term_id": term["id"]})
    assert code(refused, 404) == "no-such-term"


async def test_sections_belong_to_their_course(school: School) -> None:
    first, second = await school.course("One"), await school.course("Two")
    teacher = school.teacher
    section = await teacher.post(f"/courses/{first}/sections", {"name": "A"})
    assert code(await teacher("POST", f"/courses/{first}/sections", json={"name": "A"}), 409) == "section-taken"
    await teacher.post(f"/courses/{second}/sections", {"name": "A"})
    other = f"/courses/{second}/sections/{section['id']}"
    assert code(await teacher("PATCH", other, json={"name": "B"}, headers=at(1)), 404) == "no-such-section"
    assert code(await teacher("DELETE", other), 404) == "no-such-section"
    renamed = await teacher.patch(f"/courses/{first}/sections/{section['id']}", 1, {"name": "B"})
    assert renamed["name"] == "B"
    await teacher.delete(f"/courses/{first}/sections/{section['id']}")
    assert (await school.student.get(f"/courses/{first}/sections"))["items"] == []


async def test_courses_are_paged_in_the_order_they_were_made(school: School) -> None:
    for number in range(5):
        await school.teacher.post("/courses", {"title": f"C{number}"})
        school.rest.clock.advance(1)
    first = await school.teacher.get("/courses?limit=2")
    second = await school.teacher.get(f"/courses?limit=2&cursor={first['next']}")
    third = await school.teacher.get(f"/courses?limit=2&cursor={second['next']}")
    seen = [item["title"] for page in (first, second, third) for item in page["items"]]
    assert seen == [f"C{number}" for number in range(5)]
    assert third["next"] is None
    assert code(await school.teacher("GET", "/courses?cursor=bm9uc2Vuc2U"), 400) == "bad-cursor"
