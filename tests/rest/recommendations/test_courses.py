"""Which course next: from who takes what together, and for whom nothing is known yet."""

from itertools import count

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert

from rest.courses.tables import Enrolment
from rest.identity.policy import Role
from rest.recommendations.co_enrolment import Together, suggest
from rest.recommendations.reasons import FEWEST, Reason
from tests.rest.world import School, User, code

names = st.sampled_from("abcdefgh")
sizes = st.dictionaries(names, st.integers(0, 50))


def test_what_is_taken_together_comes_before_what_many_take() -> None:
    pairs = [Together("algebra", "geometry", 8), Together("algebra", "music", 6), Together("algebra", "tiny", 4)]
    found = suggest({"algebra": 10}, {"music": 60, "geometry": 10, "tiny": 4, "sport": 90}, pairs, 3)
    assert [one.course for one in found] == ["geometry", "music", "sport"]
    assert [one.reason for one in found] == [
        Reason("together", ("algebra",), 8, 10),
        Reason("together", ("algebra",), 6, 10),
        Reason("popular", count=90),
    ]
    assert found[0].worth == 0.8


@given(sizes, sizes, st.lists(st.builds(Together, names, names, st.integers(0, 50))), st.integers(1, 5))
def test_nothing_is_said_of_a_few_people_and_nothing_of_ones_own_suggested(
    mine: dict[str, int], others: dict[str, int], pairs: list[Together], most: int
) -> None:
    found = suggest(mine, others, pairs, most)
    assert len(found) == min(most, len(others.keys() - mine.keys()))
    assert not {one.course for one in found} & mine.keys()
    assert all(one.reason.kind == "offered" or one.reason.count >= FEWEST for one in found)
    assert [one.worth for one in found] == sorted((one.worth for one in found), reverse=True)


async def crowd(school: School, courses: list[str], size: int, numbers: "count[int]") -> None:
    """So many students who take all of ``courses``."""
    people = [await school.person(f"crowd-{next(numbers)}", Role.STUDENT) for _ in range(size)]
    async with school.rest.database.unit(school.tenant) as unit:
        moment = {"tenant": school.tenant, "version": 1, "created_at": unit.now, "updated_at": unit.now}
        rows = [
            moment | {"id": unit.ids.new(), "course_id": id, "person_id": one.id, "role": "student", "status": "active"}
            for one in people
            for id in courses
        ]
        await unit.session.execute(insert(Enrolment), rows)


async def test_suggestions_have_reasons_and_only_listed_courses_are_suggested(
    school: School, other_school: School
) -> None:
    own, near, far, hidden = [await school.course(title) for title in ("Own", "Near", "Far", "Hidden")]
    numbers = count()  # beside the student whom every course has
    newcomer: User = await school.person("newcomer", Role.STUDENT)
    student: User = await school.person("taker", Role.STUDENT)
    await school.teacher.post(f"/courses/{own}/enrolments", {"email": student.email, "role": "student"})
    await crowd(school, [own, near, hidden], FEWEST, numbers)
    await crowd(school, [far], FEWEST + 3, numbers)
    for one in (near, far):
        await school.teacher.patch(f"/courses/{one}", 2, {"listed": True})
    found = await student.get("/course-suggestions")
    assert (found["basis"], [one["title"] for one in found["suggestions"]]) == ("co-enrolment", ["Near", "Far"])
    (why,) = found["suggestions"][0]["reasons"]
    assert (why["kind"], why["count"], why["names"]) == ("together", FEWEST + 1, [{"id": own, "title": "Own"}])
    assert why["text"] == f"{FEWEST + 1} of {FEWEST + 2} students of Own also take this"
    cold = await newcomer.get("/course-suggestions")
    assert (cold["basis"], [one["title"] for one in cold["suggestions"]]) == ("cold-start", ["Far", "Near"])
    assert cold["suggestions"][0]["reasons"][0]["text"] == f"{FEWEST + 4} students took this"
    assert (await other_school.student.get("/course-suggestions"))["suggestions"] == []
    assert code(await school.rest.client.get("/api/v1/course-suggestions"), 401) == "sign-in"
