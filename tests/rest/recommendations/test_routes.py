"""Suggestions, mastery, skills and progress over HTTP, on a real database."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest

from rest.identity.policy import Role
from rest.recommendations.fitting import fit_course, fit_every_course
from rest.recommendations.online import Graded, learn, rebuild
from tests.rest.assessment.quiz_world import CHOSEN, SINGLE, make_quiz, result, save, submit
from tests.rest.world import Rest, School, User, code


@dataclass
class Taught:
    """A course of four modules, each but the first after the one before, with a skill each; everything published."""

    school: School
    id: str
    modules: list[str]
    skills: list[str]

    @property
    def path(self) -> str:
        return f"/courses/{self.id}"

    async def answers(self, who: User, item: UUID, *correct: float, skills: tuple[str, ...] = ()) -> int:
        async with self.school.rest.database.unit(self.school.tenant) as unit:
            graded = [Graded(f"{who.id}/{item}/{n}", item, one, skills) for n, one in enumerate(correct)]
            return await learn(unit, UUID(self.id), who.id, graded)

    async def next(self, who: User) -> dict[str, Any]:
        return await who.get(f"{self.path}/what-next")

    async def finish(self, who: User, *modules: int) -> None:
        for module in modules:
            await who.put(f"{self.path}/modules/{self.modules[module]}/progress", {"status": "done"})

    async def mastery(self, who: User) -> dict[str, dict[str, Any]]:
        return {one["name"]: one for one in await who.get(f"{self.path}/mastery")}


@pytest.fixture
async def taught(school: School) -> Taught:
    course, teacher = await school.course(), school.teacher
    modules, skills = [], []
    for n in range(4):
        module = await teacher.post(f"/courses/{course}/modules", {"title": f"Part {n}"})
        await teacher.patch(f"/courses/{course}/modules/{module['id']}", 1, {"status": "published"})
        modules.append(module["id"])
        skill = await teacher.post(f"/courses/{course}/skills", {"name": f"Skill {n}", "modules": [module["id"]]})
        skills.append(skill["id"])
        if n:
            await teacher.put(f"/courses/{course}/modules/{module['id']}/prerequisites/{modules[n - 1]}")
    return Taught(school, course, modules, skills)


async def test_a_newcomer_begins_at_the_beginning(taught: Taught) -> None:
    found = await taught.next(taught.school.student)
    assert found["basis"] == "cold-start"
    assert [one["module_id"] for one in found["suggestions"]] == taught.modules[:1]
    (reason,) = found["suggestions"][0]["reasons"]
    assert (reason["kind"], reason["names"][0]["title"]) == ("unlocks", "Part 1")
    assert reason["text"] == "opens the way to Part 1"


async def test_what_is_done_opens_what_stands_on_it_and_the_path_is_shorter(taught: Taught) -> None:
    student, goal = taught.school.student, taught.modules[3]
    path = await student.get(f"{taught.path}/learning-path", params={"goal": goal})
    assert [one["module_id"] for one in path] == taught.modules
    await taught.finish(student, 0)
    assert [one["module_id"] for one in (await taught.next(student))["suggestions"]] == taught.modules[1:2]
    path = await student.get(f"{taught.path}/learning-path", params={"goal": goal})
    assert [one["module_id"] for one in path] == taught.modules[1:]


async def test_an_answer_counts_in_the_next_request(taught: Taught) -> None:
    student, item = taught.school.student, uuid4()
    before = (await taught.mastery(student))["Skill 0"]
    assert (before["chance"], before["answers"], before["mastered"]) == (0.5, 0, False)
    assert await taught.answers(student, item, 1.0, skills=("skill 0",)) == 1
    once = (await taught.mastery(student))["Skill 0"]
    assert once["chance"] > 0.5
    assert once["answers"] == 1
    assert (await taught.next(student))["basis"] == "mastery"
    for _ in range(12):
        assert await taught.answers(student, uuid4(), 1.0, skills=("skill 0",)) == 1
    assert (await taught.mastery(student))["Skill 0"]["mastered"]
    assert [one["module_id"] for one in (await taught.next(student))["suggestions"]] == taught.modules[1:2]


async def test_a_finished_module_comes_again_when_its_skill_turns_out_weak(taught: Taught) -> None:
    student, teacher = taught.school.student, taught.school.teacher
    page = await teacher.post(f"{taught.path}/modules/{taught.modules[0]}/pages", {"title": "Again", "body": "x"})
    await teacher.patch(f"{taught.path}/pages/{page['id']}", 1, {"status": "published"})
    await teacher.patch(f"{taught.path}/skills/{taught.skills[0]}", 1, {"pages": [page["id"]]})
    await taught.finish(student, 0)
    await taught.answers(student, uuid4(), 0.0, 0.0, 0.0, skills=("Skill 0",))
    again = {one["module_id"]: one for one in (await taught.next(student))["suggestions"]}[taught.modules[0]]
    assert again["reasons"][0]["kind"] == "practise"
    assert again["reasons"][0]["names"][0]["title"] == "Skill 0"
    assert [one["title"] for one in again["pages"]] == ["Again"]


async def test_an_answer_told_twice_counts_once_and_a_regrade_when_rebuilt(rest: Rest, taught: Taught) -> None:
    student, course = taught.school.student, UUID(taught.id)
    made = await taught.school.teacher.post(f"{taught.path}/items", {"content": SINGLE})
    item = UUID(made["id"])
    await taught.school.teacher.patch(f"{taught.path}/skills/{taught.skills[0]}", 1, {"items": [str(item)]})
    assert await taught.answers(student, item, 0.0) == 1
    wrong = await taught.mastery(student)
    assert await taught.answers(student, item, 1.0) == 0
    assert await taught.mastery(student) == wrong
    async with rest.database.unit(taught.school.tenant) as unit:
        assert await rebuild(unit, course) == 1
    regraded = (await taught.mastery(student))["Skill 0"]
    assert regraded["answers"] == 1
    assert regraded["chance"] > 0.5 > wrong["Skill 0"]["chance"]


async def test_rebuilding_gives_what_was_kept_up_answer_by_answer(rest: Rest, taught: Taught) -> None:
    items = [uuid4() for _ in range(3)]
    for n, who in enumerate([taught.school.student, await _another(taught, "second"), await _another(taught, "third")]):
        for m, item in enumerate(items):
            await taught.answers(who, item, float(n % 2), 1.0, skills=(f"Skill {m}", "Skill 3"))
    kept = await taught.school.teacher.get(f"{taught.path}/mastery/students")
    async with rest.database.unit(taught.school.tenant) as unit:
        assert await rebuild(unit, UUID(taught.id)) == 18
    rebuilt = await taught.school.teacher.get(f"{taught.path}/mastery/students")
    assert [one["answers"] for one in rebuilt["items"]] == [6, 6, 6]
    for one, other in zip(kept["items"], rebuilt["items"], strict=True):
        assert [s["chance"] for s in one["skills"]] == pytest.approx([s["chance"] for s in other["skills"]], abs=2e-4)


async def _another(taught: Taught, name: str) -> User:
    who = await taught.school.person(name, Role.STUDENT)
    await taught.school.teacher.post(f"{taught.path}/enrolments", {"email": who.email, "role": "student"})
    return who


async def test_staff_see_the_class_and_students_only_themselves(taught: Taught) -> None:
    school = taught.school
    for _ in range(12):
        await taught.answers(school.student, uuid4(), 1.0, skills=("Skill 1",))
    await taught.answers(await _another(taught, "second"), uuid4(), 0.0, 0.0, skills=("Skill 1",))
    for who in (school.teacher, school.assistant, school.administrator):
        found = await who.get(f"{taught.path}/mastery/overview")
        row = {one["name"]: one for one in found["skills"]}["Skill 1"]
        assert found["students"] == 2
        assert (row["met"], row["mastered"], row["weak"]) == (2, 1, 1)
    people = (await school.teacher.get(f"{taught.path}/mastery/students"))["items"]
    assert {one["name"] for one in people} == {school.student.name, f"Second of {school.tenant}"}
    for path in ("overview", "students"):
        assert code(await school.student("GET", f"{taught.path}/mastery/{path}"), 403) == "not-allowed"
        assert code(await school.observer("GET", f"{taught.path}/mastery/{path}"), 403) == "not-allowed"


async def test_a_guardian_sees_their_wards_mastery_and_nobody_elses(taught: Taught) -> None:
    school = taught.school
    other = await _another(taught, "second")
    await taught.answers(school.student, uuid4(), 1.0, skills=("Skill 0",))
    own = await school.guardian.get(f"/people/{school.student.id}/courses/{taught.id}/mastery")
    assert {one["name"]: one["answers"] for one in own}["Skill 0"] == 1
    assert code(await school.guardian("GET", f"/people/{other.id}/courses/{taught.id}/mastery"), 404)
    assert code(await other("GET", f"/people/{school.student.id}/courses/{taught.id}/mastery"), 404)


async def test_the_night_teaches_what_others_did_next(
    rest: Rest, taught: Taught, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Modules 1 and 2 both stand on 0 here; all others took 2 first."""
    teacher, student = taught.school.teacher, taught.school.student
    await teacher.delete(f"{taught.path}/modules/{taught.modules[2]}/prerequisites/{taught.modules[1]}")
    await teacher.put(f"{taught.path}/modules/{taught.modules[2]}/prerequisites/{taught.modules[0]}")
    assert await fit_course(rest.database, taught.school.tenant, UUID(taught.id)) is False
    for n in range(8):
        who = await _another(taught, f"other{n}")
        for module in (0, 2, 3) if n else (0, 2, 3, 1):
            rest.clock.advance(1)
            await taught.finish(who, module)
    await taught.finish(student, 0)
    assert (await taught.next(student))["basis"] == "cold-start"
    assert await fit_every_course(rest.database) >= 1
    found = await taught.next(student)
    assert found["basis"] == "blend"
    first = found["suggestions"][0]
    assert first["title"] == "Part 2"
    reason = {one["kind"]: one for one in first["reasons"]}["went-on"]
    assert (reason["count"], reason["total"]) == (8, 9)
    assert await taught.next(student) == found


async def test_a_draft_is_neither_suggested_nor_named(taught: Taught) -> None:
    await taught.school.teacher.patch(f"{taught.path}/modules/{taught.modules[1]}", 2, {"status": "draft"})
    found = await taught.next(taught.school.student)
    assert {one["title"] for one in found["suggestions"]} == {"Part 0", "Part 2"}
    assert "Part 1" not in str(found)
    shown = {one["name"]: one for one in (await taught.school.student.get(f"{taught.path}/skills"))["items"]}
    assert shown["Skill 1"]["modules"] == []
    path = f"{taught.path}/learning-path"
    assert code(await taught.school.student("GET", path, params={"goal": taught.modules[1]}), 404) == "no-such-module"


async def test_skills_are_named_once_and_train_with_what_is_in_the_course(
    taught: Taught, new_school: Callable[[], School]
) -> None:
    teacher = taught.school.teacher
    taken = await teacher("POST", f"{taught.path}/skills", json={"name": "sKILL 0"})
    assert code(taken, 409) == "skill-taken"
    other = await taught.school.course("Another")
    module = (await teacher.post(f"/courses/{other}/modules", {"title": "Elsewhere"}))["id"]
    strange = await teacher("POST", f"{taught.path}/skills", json={"name": "New", "modules": [module]})
    assert code(strange, 422) == "not-of-the-course"
    assert code(await taught.school.student("POST", f"{taught.path}/skills", json={"name": "Mine"}), 403)
    await teacher.delete(f"{taught.path}/skills/{taught.skills[0]}")
    assert len((await teacher.get(f"{taught.path}/skills"))["items"]) == 3


async def test_what_was_done_can_be_taken_back(taught: Taught) -> None:
    student = taught.school.student
    await taught.finish(student, 0)
    await student.put(f"{taught.path}/modules/{taught.modules[0]}/progress", {"status": "begun"})
    (row,) = (await student.get(f"{taught.path}/progress"))["items"]
    assert row["done_at"] is None
    first = (await taught.next(student))["suggestions"][0]
    assert first["reasons"][0]["kind"] == "continue"


async def test_an_erased_person_leaves_no_answer_and_no_rating(rest: Rest, taught: Taught) -> None:
    school = taught.school
    await taught.answers(school.student, uuid4(), 1.0, skills=("Skill 0",))
    await taught.finish(school.student, 0)
    exported = str((await school.administrator("GET", f"/people/{school.student.id}/export")).json())
    assert "skill_answers" in exported
    await school.administrator.post(f"/people/{school.student.id}/erasure", {"reason": "asked"})
    async with rest.database.unit(school.tenant) as unit:
        connection = await unit.session.connection()
        for table in ("skill_answers", "learner_ratings", "skill_ratings", "module_progress"):
            left = await connection.exec_driver_sql(f"SELECT count(*) FROM {table}")
            assert left.scalar() == 0, table


async def test_a_quiz_that_was_handed_in_shows_in_the_next_request(school: School) -> None:
    world = await make_quiz(school, SINGLE)
    student, path = school.student, f"/courses/{world.course}"
    await school.teacher.post(f"{path}/skills", {"name": "Adding"})
    attempt = await world.start(student)
    await submit(student, attempt, save(world.items[0], 1, CHOSEN))
    assert (await result(student, attempt))["score"] is not None
    (skill,) = await student.get(f"{path}/mastery")
    assert skill["answers"] == 1
    assert skill["chance"] > 0.5
