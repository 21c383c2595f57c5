"""Assignments from the draft to the mark, over HTTP on a real database and object store."""

import base64
import json
from dataclasses import dataclass
from typing import Any

import asyncpg
import pytest
from sqlalchemy import text

from rest.identity.policy import Role
from tests.rest.world import School, User, at, code, good

RUBRIC = {
    "criteria": [
        {
            "id": "clear",
            "text": "Clarity",
            "levels": [{"id": "no", "text": "-", "points": 0}, {"id": "yes", "text": "+", "points": 4}],
        },
        {"id": "right", "text": "Truth", "levels": [{"id": "yes", "text": "+", "points": 6}]},
    ]
}
PICKS = {"clear": {"level": "no", "comment": "too long"}, "right": {"level": "yes"}}


@dataclass
class Task:
    """A published assignment."""

    school: School
    course: str
    id: str

    @property
    def path(self) -> str:
        return f"/assignments/{self.id}"

    async def hand_in(self, who: User, body: str = "My words") -> dict[str, Any]:
        await who.put(f"{self.path}/submission", {"body": body})
        return await who.post(f"{self.path}/submission/hand-in")

    async def pupil(self, name: str) -> User:
        who = await self.school.person(name, Role.STUDENT)
        await self.school.teacher.post(f"/courses/{self.course}/enrolments", {"email": who.email, "role": "student"})
        return who

    async def grade(self, submission: dict[str, Any], body: dict[str, Any]) -> Any:
        path = f"/submissions/{submission['id']}/grade"
        return await self.school.teacher.put(path, body, headers=at(submission["version"]))


async def assignment(school: School, **fields: Any) -> Task:
    course = await school.course()
    made = await school.teacher.post(f"/courses/{course}/assignments", {"title": "An essay", **fields})
    await school.teacher.patch(f"/assignments/{made['id']}", made["version"], {"status": "published"})
    return Task(school, course, made["id"])


async def test_a_draft_is_not_there_for_students_nor_is_one_that_is_not_open(school: School) -> None:
    course = await school.course()
    made = await school.teacher.post(f"/courses/{course}/assignments", {"title": "Later"})
    path = f"/assignments/{made['id']}"
    assert code(await school.student("GET", path), 404) == "no-such-assignment"
    await school.teacher.patch(path, 1, {"status": "published", "opens_at": "2199-01-01T00:00:00Z"})
    assert code(await school.student("GET", path), 404) == "no-such-assignment"
    assert (await school.student.get(f"/courses/{course}/assignments"))["items"] == []
    await school.teacher.patch(path, 2, {"opens_at": None})
    assert (await school.student.get(path))["title"] == "Later"
    assert len((await school.student.get(f"/courses/{course}/assignments"))["items"]) == 1


async def test_from_writing_to_the_mark(school: School) -> None:
    task = await assignment(school, points=20, rubric=RUBRIC)
    student, teacher = school.student, school.teacher
    written = await student.put(f"{task.path}/submission", {"body": "First words"})
    assert written["status"] == "draft"
    assert code(await teacher("GET", f"/submissions/{written['id']}"), 404) == "no-such-submission"
    handed = await task.hand_in(student)
    assert (handed["status"], handed["late_seconds"]) == ("submitted", 0)
    (row,) = (await teacher.get(f"{task.path}/submissions"))["items"]
    assert (row["name"], row["score"]) == (student.name, None)
    graded = await task.grade(handed, {"picks": PICKS, "feedback": "Good."})
    assert (graded["score"], graded["feedback"]) == ("12.0000", "Good.\n\nClarity: too long")
    hidden = await student.get(f"/submissions/{handed['id']}")
    assert (hidden["score"], hidden["feedback"], hidden["picks"], hidden["graded_at"]) == (None, "", None, None)
    again = await student("PUT", f"{task.path}/submission", json={"body": "Better words"})
    assert code(again, 409) == "being-graded"
    path = f"/submissions/{handed['id']}/return"
    await teacher.post(path, headers=at(graded["version"]))
    shown = await student.get(f"/submissions/{handed['id']}")
    assert (shown["status"], shown["score"]) == ("returned", "12.0000")
    assert shown["picks"]["clear"]["comment"] == "too long"


async def test_lateness_costs_what_the_policy_says_and_a_closed_assignment_takes_nothing(school: School) -> None:
    now = school.rest.database.now()
    due = now.replace(microsecond=0)
    late = {"percent": 10, "per": "day", "free_minutes": 1}
    closes = due.replace(year=due.year + 1)
    task = await assignment(school, due_at=due.isoformat(), closes_at=closes.isoformat(), late=late)
    school.rest.clock.advance(600)
    handed = await task.hand_in(school.student)
    assert 599 <= handed["late_seconds"] <= 601
    graded = await task.grade(handed, {"points": 50})
    assert (graded["raw_score"], graded["score"]) == ("50.0000", "45.0000")
    await school.teacher.patch(task.path, 2, {"closes_at": due.isoformat()})
    refused = await (await task.pupil("second"))("PUT", f"{task.path}/submission", json={"body": "x"})
    assert code(refused, 409) == "assignment-closed"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"points": 5}, "has a rubric"),
        ({"picks": {"clear": {"level": "no"}}}, "every criterion"),
        ({"picks": {**PICKS, "clear": {"level": "maybe"}}}, "no level"),
        ({"picks": {**PICKS, "clear": {"level": "yes", "points": 5}}}, "0 to 4"),
    ],
)
async def test_a_mark_fits_the_rubric_or_changes_nothing(school: School, body: Any, words: str) -> None:
    task = await assignment(school, rubric=RUBRIC)
    handed = await task.hand_in(school.student)
    path = f"/submissions/{handed['id']}/grade"
    refused = await school.teacher("PUT", path, json=body, headers=at(handed["version"]))
    assert code(refused, 422) == "mark"
    assert words in refused.json()["detail"]
    assert (await school.teacher.get(f"/submissions/{handed['id']}"))["graded_at"] is None


async def test_a_rubric_that_contradicts_itself_is_refused(school: School) -> None:
    course = await school.course()
    twice = {"criteria": [RUBRIC["criteria"][0]] * 2}
    path = f"/courses/{course}/assignments"
    assert code(await school.teacher("POST", path, json={"title": "x", "rubric": twice}), 422) == "rubric"


async def test_two_teachers_who_grade_at_once_do_not_undo_each_other(school: School) -> None:
    task = await assignment(school)
    handed = await task.hand_in(school.student)
    await task.grade(handed, {"points": 10})
    path = f"/submissions/{handed['id']}/grade"
    second = await school.assistant("PUT", path, json={"points": 90}, headers=at(handed["version"]))
    assert code(second, 412) == "changed-meanwhile"


async def test_files_are_handed_in_and_come_back_as_they_were(school: School) -> None:
    task, student = await assignment(school), school.student
    path = f"{task.path}/submission/files"
    file = good(await student("POST", f"{path}?name=notes.txt", content=b"all my notes"))
    refused = await student("POST", f"{path}?name=a.exe", content=b"MZ")
    assert code(refused, 415) == "file-kind"
    handed = await student.post(f"{task.path}/submission/hand-in")
    assert [one["name"] for one in handed["files"]] == ["notes.txt"]
    got = await school.teacher("GET", f"/submissions/{handed['id']}/files/{file['id']}")
    assert (got.content, got.headers["x-content-type-options"]) == (b"all my notes", "nosniff")
    await student.delete(f"{path}/{file['id']}")
    assert (await student.get(f"{task.path}/submission"))["files"] == []


async def test_what_is_handed_in_and_what_courses_keep_share_one_quota(school: School) -> None:
    task = await assignment(school)
    async with school.rest.database.unit(school.tenant) as unit:
        quotas = '{"storage_bytes": 1500}'
        await unit.session.execute(text("UPDATE institutions SET quotas = CAST(:q AS jsonb)"), {"q": quotas})
    good(await school.teacher("POST", f"/courses/{task.course}/files?name=a.txt", content=b"x" * 1000))
    path = f"{task.path}/submission/files?name=b.txt"
    assert code(await school.student("POST", path, content=b"x" * 501), 403) == "quota-reached"
    good(await school.student("POST", path, content=b"x" * 500))
    assert code(await school.teacher("POST", f"/courses/{task.course}/files?name=c.txt", content=b"x"), 403)


async def test_a_live_document_is_handed_in_as_it_was_saved_with_its_history(school: School, pg_dsn: str) -> None:
    task, student, teacher = await assignment(school), school.student, school.teacher
    starts = {"title": "Lesson", "starts_at": "2026-09-07T09:00"}
    lesson = await teacher.post(f"/courses/{task.course}/classes", starts)
    connection = await asyncpg.connect(pg_dsn)
    insert = (
        "INSERT INTO {} (tenant, room, doc, epoch, seq, body, authors, at)"
        " VALUES ($1, $2, 'notes', 1, $3, $4, $5, to_timestamp(1800000000 + $3::bigint))"
    )
    for table, seq in (("room_history", 1), ("room_log", 2)):
        authors = [str(student.id)]
        await connection.execute(insert.format(table), school.tenant, lesson["room"], seq, b"update %d" % seq, authors)
    found = await student.get(f"/classes/{lesson['id']}/documents")
    assert [(one["document"], one["saved_at"][:10]) for one in found] == [("notes", "2027-01-15")]
    taken = {"class_id": lesson["id"], "document": "notes"}
    await student.put(f"{task.path}/submission/document", taken)
    await connection.execute(
        insert.format("room_log"), school.tenant, lesson["room"], 3, b"written after it was taken", []
    )
    await connection.close()
    handed = await student.post(f"{task.path}/submission/hand-in")
    assert (handed["document"]["document"], handed["document"]["entries"]) == ("notes", 2)
    answer = await teacher("GET", f"/submissions/{handed['id']}/document")
    lines = [json.loads(line) for line in answer.text.splitlines()]
    assert [base64.b64decode(line["update"]) for line in lines] == [b"update 1", b"update 2"]
    assert lines[0]["authors"] == [str(student.id)]
    nothing = await student("PUT", f"{task.path}/submission/document", json={**taken, "document": "other"})
    assert code(nothing, 404) == "no-such-document"


async def test_a_document_of_a_class_one_is_not_in_cannot_be_taken(school: School) -> None:
    task = await assignment(school)
    other = await school.course("Another")
    starts = {"title": "Lesson", "starts_at": "2026-09-07T09:00"}
    lesson = await school.teacher.post(f"/courses/{other}/classes", starts)
    taken = {"class_id": lesson["id"], "document": "notes"}
    refused = await school.student("PUT", f"{task.path}/submission/document", json=taken)
    assert code(refused, 404) == "no-such-class"


async def reviewed(school: School, people: int = 4, **fields: Any) -> tuple[Task, list[User], dict[str, Any]]:
    """An assignment everybody handed something in for; by person: what they handed in."""
    task = await assignment(school, points=10, peer_reviews=2, **fields)
    pupils = [school.student, *[await task.pupil(f"pupil{n}") for n in range(1, people)]]
    handed = {str(who.id): await task.hand_in(who, f"Words of number {n}") for n, who in enumerate(pupils)}
    return task, pupils, handed


async def test_reviews_are_balanced_anonymous_and_never_ones_own(school: School) -> None:
    task, pupils, _ = await reviewed(school)
    told = await school.teacher.post(f"{task.path}/peer-reviews")
    assert told == {"reviewers": 4, "reviews": 8}
    got: list[str] = []
    for n, who in enumerate(pupils):
        mine = await who.get(f"{task.path}/peer-reviews/mine")
        assert len(mine) == 2
        bodies = [one["body"] for one in mine]
        assert f"Words of number {n}" not in bodies
        got += bodies
        for other in pupils:
            assert str(other.id) not in json.dumps(mine)
            assert other.name not in json.dumps(mine)
        assert all(one["author"].startswith("Author ") for one in mine)
    assert sorted(got) == sorted([f"Words of number {n}" for n in range(4)] * 2)
    assert code(await school.teacher("POST", f"{task.path}/peer-reviews"), 409) == "assigned-already"
    changed = await pupils[0]("PUT", f"{task.path}/submission", json={"body": "Other words"})
    assert code(changed, 409) == "being-graded"
    strange = (await pupils[0].get(f"{task.path}/peer-reviews/mine"))[0]["id"]
    assert code(await pupils[1]("PUT", f"/peer-reviews/{strange}", json={"points": 1}), 404) == "no-such-review"


async def test_reviews_that_agree_make_the_mark_and_others_wait_for_a_person(school: School) -> None:
    task, pupils, _ = await reviewed(school)
    await school.teacher.post(f"{task.path}/peer-reviews")
    for who in pupils:
        for one in await who.get(f"{task.path}/peer-reviews/mine"):
            points = 8 if one["body"] != "Words of number 0" else (2 if who is pupils[1] else 9)
            await who.put(f"/peer-reviews/{one['id']}", {"points": points, "comment": "Well"})
    found = {one["person_id"]: one for one in await school.teacher.get(f"{task.path}/peer-verdicts")}
    assert all(one["reviews"] == 2 for one in found.values())
    agreed = [one for one in found.values() if not one["needs_person"]]
    assert {one["share"] for one in agreed} <= {0.8, 0.9}
    applied = await school.teacher.post(f"{task.path}/peer-verdicts")
    assert applied == {"graded": len(agreed), "left": 4 - len(agreed)}
    submission = await school.teacher.get(f"/submissions/{agreed[0]['submission_id']}")
    assert submission["score"] in ("8.0000", "9.0000")
    author = next(who for who in pupils if str(who.id) == submission["person_id"])
    path = f"/submissions/{submission['id']}"
    assert code(await author("GET", f"{path}/reviews"), 403) == "not-returned"
    await school.teacher.post(f"{path}/return", headers=at(submission["version"]))
    reviews = await author.get(f"{path}/reviews")
    assert [one["reviewer"] for one in reviews] == ["Reviewer 1", "Reviewer 2"]
    assert all(str(who.id) not in json.dumps(reviews) for who in pupils)


async def test_who_judges_like_the_teacher_weighs_more(school: School) -> None:
    task, pupils, handed = await reviewed(school, people=5)
    await school.teacher.post(f"{task.path}/peer-reviews")
    tasks = {str(who.id): await who.get(f"{task.path}/peer-reviews/mine") for who in pupils}
    number = {f"Words of number {n}": str(who.id) for n, who in enumerate(pupils)}
    reviewers: dict[str, list[str]] = {}
    for reviewer, mine in tasks.items():
        for one in mine:
            reviewers.setdefault(number[one["body"]], []).append(reviewer)
    author, (good_judge, bad_judge) = next(iter(reviewers.items()))
    calibration = {r: next(a for a in reviewers if r in reviewers[a] and a != author) for r in (good_judge, bad_judge)}
    for who in pupils:
        for one in tasks[str(who.id)]:
            about, me = number[one["body"]], str(who.id)
            points = {good_judge: 6, bad_judge: 8}.get(me, 7) if about == author else 10
            if about == calibration[bad_judge] and me == bad_judge:
                points = 0
            await who.put(f"/peer-reviews/{one['id']}", {"points": points})
    for about in set(calibration.values()):
        await task.grade(handed[about], {"points": 10})
    found = {one["person_id"]: one for one in await school.teacher.get(f"{task.path}/peer-verdicts")}
    assert found[author]["share"] < 0.7, "the good judge gave 0.6, the bad one 0.8"


async def test_too_few_submissions_cannot_review_each_other(school: School) -> None:
    task = await assignment(school, peer_reviews=2)
    await task.hand_in(school.student)
    assert code(await school.teacher("POST", f"{task.path}/peer-reviews"), 409) == "too-few"


async def test_students_do_not_see_each_others_work_and_do_not_grade(school: School) -> None:
    task = await assignment(school)
    handed = await task.hand_in(school.student)
    other = await task.pupil("other")
    path = f"/submissions/{handed['id']}"
    assert code(await other("GET", path), 403) == "not-allowed"
    assert code(await other("GET", f"{task.path}/submissions"), 403) == "not-allowed"
    grade = await school.student("PUT", f"{path}/grade", json={"points": 100}, headers=at(handed["version"]))
    assert code(grade, 403) == "not-allowed"
    assert code(await school.observer("PUT", f"{task.path}/submission", json={"body": "x"}), 403) == "not-allowed"


async def test_an_erased_person_leaves_no_work(school: School, pg_dsn: str) -> None:
    task = await assignment(school)
    await task.hand_in(school.student)
    await school.administrator.post(f"/people/{school.student.id}/erasure", {"reason": "asked"})
    assert (await school.teacher.get(f"{task.path}/submissions"))["items"] == []


async def test_marks_stand_in_the_gradebook_and_in_ones_own_grades_once_they_are_returned(school: School) -> None:
    task = await assignment(school, points=20)
    handed = await task.hand_in(school.student)
    graded = await task.grade(handed, {"points": 15})
    book = await school.teacher.get(f"/courses/{task.course}/gradebook")
    assert "An essay" in json.dumps(book)
    assert "15.0" in json.dumps(book)
    own = json.dumps(await school.student.get(f"/people/{school.student.id}/grades"))
    assert "15.0" not in own
    await school.teacher.post(f"/submissions/{handed['id']}/return", headers=at(graded["version"]))
    own = json.dumps(await school.student.get(f"/people/{school.student.id}/grades"))
    assert "15.0" in own
