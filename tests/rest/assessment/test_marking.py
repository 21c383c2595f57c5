"""Marks by people, grading again, the gradebook."""

import csv
import io
from typing import Any
from uuid import UUID

from rest.assessment.jobs import grade_later
from tests.rest.assessment.quiz_world import (
    CHOSEN,
    ESSAY,
    NUMERIC,
    SINGLE,
    WRONG,
    QuizWorld,
    answer,
    make_quiz,
    result,
    said,
    save,
    submit,
)
from tests.rest.world import School, User, at, code, good


async def take(world: QuizWorld, who: User, *responses: Any) -> dict[str, Any]:
    """One attempt with these answers, handed in."""
    attempt = await world.start(who)
    sent = [save(item, 1, response) for item, response in zip(world.items, responses, strict=False)]
    await submit(who, attempt, *sent)
    return attempt


async def test_staff_read_and_mark_and_nobody_else(school: School, other_school: School) -> None:
    world = await make_quiz(school, SINGLE, ESSAY)
    attempt = await take(world, school.student, CHOSEN, said("Well."))
    path, mark = f"/attempts/{attempt['id']}", {"score": "3", "comment": "Fair"}
    marking = f"{path}/marks/{world.items[1]}"
    assert code(await school.rest.client.put(f"/api/v1{marking}", json=mark), 401) == "sign-in"
    assert code(await other_school.teacher("PUT", marking, json=mark), 404) == "no-such-attempt"
    assert code(await school.student("PUT", marking, json=mark), 403) == "not-allowed"
    assert code(await school.teacher("PUT", marking, json={"score": "4.5"}), 422) == "bad-mark"
    assert (await result(school.student, attempt))["score"] == 2.0
    waiting = (await school.assistant.get(f"{world.path}/attempts?needs_manual=true"))["items"]
    assert [one["id"] for one in waiting] == [attempt["id"]]
    shown = await school.assistant.put(marking, mark)
    assert (shown["score"], shown["needs_manual"]) == (5.0, False)
    told = (await result(school.student, attempt))["items"][1]
    assert (told["score"], told["comment"]) == (3.0, "Fair")
    again = good(await school.teacher("DELETE", marking))
    assert (again["score"], again["needs_manual"]) == (2.0, True)
    assert code(await school.teacher("DELETE", marking), 404) == "no-such-mark"


async def test_grading_again_equals_grading_afresh(school: School) -> None:
    """The key was wrong: one graded before it was mended, one after, and one who never changed come out alike."""
    world = await make_quiz(school, SINGLE, NUMERIC, attempts=0, keep="last")
    item, course = world.items[0], f"/courses/{world.course}"
    before = await take(world, school.student, WRONG, said("12 m"))
    assert (await result(school.student, before))["score"] == 3.0
    running = await world.start(school.student)
    await answer(school.student, running, save(item, 1, WRONG), save(world.items[1], 1, said("12 m")))
    mended = {**SINGLE, "key": "a", "points": "4"}
    changed = await school.teacher("PATCH", f"{course}/items/{item}", json={"content": mended}, headers=at(1))
    assert good(changed)["version"] == 2
    assert (await result(school.student, before))["score"] == 3.0
    preview = await school.teacher.get(f"{world.path}/regrade")
    assert [(one["item_id"], one["used"], one["newest"]) for one in preview.pop("questions")] == [(item, 1, 2)]
    assert preview == {"attempts": 1, "changed": 1, "higher": 1, "lower": 0}
    assert (await result(school.student, before))["score"] == 3.0
    assert await school.teacher.post(f"{world.path}/regrade") == {"attempts": 1}
    await submit(school.student, running)
    assert await school.rest.grade() == 1
    after, afresh = await result(school.student, before), await result(school.student, running)
    assert (after["score"], after["maximum"]) == (afresh["score"], afresh["maximum"]) == (7.0, 7.0)
    assert [one["score"] for one in after["items"]] == [one["score"] for one in afresh["items"]]
    again = await school.teacher.get(f"{world.path}/regrade")
    assert (again["questions"], again["attempts"], again["changed"]) == ([], 2, 0)
    versions = (await school.teacher.get(f"{course}/items/{item}/versions"))["items"]
    assert [(one["number"], one["content"]["key"]) for one in versions] == [(1, "b"), (2, "a")]


async def test_a_job_that_runs_twice_changes_nothing(school: School) -> None:
    world = await make_quiz(school, SINGLE, release="closed")
    attempt = await take(world, school.student, CHOSEN)
    async with school.rest.database.unit(school.tenant) as unit:
        await grade_later(unit, [UUID(attempt["id"])] * 3)
    assert await school.rest.grade() == 4
    review = await school.teacher.get(f"/attempts/{attempt['id']}/review")
    assert (review["score"], review["status"]) == (2.0, "graded")


async def test_questions_of_a_quiz_somebody_began_stay(school: School) -> None:
    world = await make_quiz(school, SINGLE)
    await world.start(school.student)
    known = await school.teacher.get(f"{world.path}/settings")
    for body in ({"status": "draft"}, {"parts": []}):
        refused = await school.teacher("PATCH", world.path, json=body, headers=at(known["version"]))
        assert code(refused, 409) == "quiz-begun"
    assert (await school.teacher.get(f"{world.path}/settings")) == known


async def test_lateness_costs_what_the_quiz_says(school: School) -> None:
    world = await make_quiz(school, SINGLE, late={"percent": 25, "per": "day"})
    due = school.rest.database.now().isoformat()
    await world.edit(due_at=due)
    school.rest.clock.advance(600)
    attempt = await take(world, school.student, CHOSEN)
    assert (await result(school.student, attempt))["score"] == 1.5


async def test_the_gradebook_is_for_staff_and_ones_own_grades_for_oneself(school: School, other_school: School) -> None:
    world = await make_quiz(school, SINGLE, title="=Sum", release="released")
    path, own = f"/courses/{world.course}/gradebook", f"/people/{school.student.id}/grades"
    await take(world, school.student, CHOSEN)
    await school.rest.grade()
    for suffix in ("", ".csv", "/settings"):
        assert code(await school.rest.client.get(f"/api/v1{path}{suffix}"), 401) == "sign-in"
        assert code(await other_school.teacher("GET", path + suffix), 404) == "no-such-course"
        assert code(await school.student("GET", path + suffix), 403) == "not-allowed"
    assert code(await school.teacher("GET", own), 404) == "no-such-person"
    assert code(await other_school.student("GET", own), 404) == "no-such-person"
    (hidden,) = await school.student.get(own)
    assert (hidden["columns"], hidden["percent"]) == ([], None)
    await school.teacher.post(f"{world.path}/release")
    for who in (school.student, school.guardian, school.administrator):
        (shown,) = await who.get(own)
        assert (shown["percent"], shown["cells"][0]["score"]) == (100.0, 2.0)
    lines = list(csv.reader(io.StringIO((await school.teacher("GET", f"{path}.csv")).text)))
    assert lines[0][2] == "'=Sum"
    assert lines[1][1:] == [school.student.name, "2", "100", "100", ""]


async def test_weights_drops_curve_scale_and_marks_by_hand(school: School) -> None:
    world = await make_quiz(school, SINGLE, category="tests")
    path = f"/courses/{world.course}/gradebook"
    other = await world.student("other")
    await take(world, school.student, CHOSEN)
    await take(world, other, WRONG)
    body: dict[str, Any] = {
        "categories": [{"name": "tests", "weight": 60}],
        "curve": "raise-mean",
        "curve_mean": 75,
        "scale": [{"least": 90, "grade": "A"}, {"least": 0, "grade": "F"}],
    }
    teacher = school.teacher
    refused = await teacher(
        "PUT", f"{path}/settings", json={**body, "scale": [{"least": 50, "grade": "A"}]}, headers=at(0)
    )
    assert code(refused, 422) == "bad-settings"
    assert code(await school.assistant("PUT", f"{path}/settings", json=body, headers=at(0)), 403) == "not-allowed"
    assert good(await teacher("PUT", f"{path}/settings", json=body, headers=at(0)))["version"] == 1
    assert code(await teacher("PUT", f"{path}/settings", json=body, headers=at(0)), 412) == "changed-meanwhile"
    rows = {row["person_id"]: row for row in (await teacher.get(path))["rows"]}
    found = {id: (row["percent"], row["curved"], row["grade"]) for id, row in rows.items()}
    assert found == {str(school.student.id): (100.0, 100.0, "A"), str(other.id): (0.0, 25.0, "F")}
    cell = f"{path}/{world.quiz['id']}/{other.id}"
    good(await teacher("PUT", cell, json={"score": "1", "comment": "talked"}))
    rows = {row["person_id"]: row for row in (await teacher.get(path))["rows"]}
    assert (rows[str(other.id)]["percent"], rows[str(other.id)]["cells"][0]["overridden"]) == (50.0, True)
    good(await teacher("PUT", cell, json={"excused": True}))
    rows = {row["person_id"]: row for row in (await teacher.get(path))["rows"]}
    assert (rows[str(other.id)]["percent"], rows[str(other.id)]["cells"][0]["excused"]) == (None, True)
    await teacher.delete(cell)
    assert code(await teacher("DELETE", cell), 404) == "no-such-mark"


async def test_what_is_missing_counts_as_nothing_once_it_is_over(school: School) -> None:
    world = await make_quiz(school, SINGLE)
    path = f"/courses/{world.course}/gradebook"
    assert (await school.teacher.get(path))["rows"][0]["percent"] is None
    await world.edit(closes_at=school.rest.database.now().isoformat())
    assert (await school.teacher.get(path))["rows"][0]["percent"] == 0.0
