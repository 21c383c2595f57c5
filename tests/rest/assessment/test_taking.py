"""Taking a quiz: what is asked, what is saved, how it ends, what it came to."""

import json
from typing import Any

import asyncpg
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rest.assessment.autosave import Save, acknowledged, merge
from rest.assessment.responses import Said
from rest.assessment.sittings import expire
from tests.rest.assessment.quiz_world import (
    CHOSEN,
    ESSAY,
    NUMERIC,
    ORDERING,
    SINGLE,
    WRONG,
    answer,
    make_quiz,
    result,
    said,
    save,
    submit,
)
from tests.rest.world import School, code

KEYS = ("Well seen", "Just so", '"key"', "tolerance", "feedback")


async def test_nobody_another_school_and_other_roles_take_no_quiz(school: School, other_school: School) -> None:
    world = await make_quiz(school, SINGLE)
    path = f"/api/v1{world.path}/attempts"
    assert code(await school.rest.client.post(path), 401) == "sign-in"
    assert code(await other_school.student("POST", f"{world.path}/attempts"), 404) == "no-such-quiz"
    assert code(await school.teacher("POST", f"{world.path}/attempts"), 403) == "not-allowed"
    assert code(await school.observer("POST", f"{world.path}/attempts"), 403) == "not-allowed"
    stranger = await school.person("stranger")
    assert code(await stranger("POST", f"{world.path}/attempts"), 404) == "no-such-quiz"


async def test_an_attempt_is_ones_own(school: School, other_school: School) -> None:
    world = await make_quiz(school, SINGLE)
    attempt = await world.start(school.student)
    other = await world.student("other")
    body = {"answers": [save(world.items[0], 1, CHOSEN)]}
    for who in (other, school.teacher, other_school.student):
        assert code(await who("GET", f"/attempts/{attempt['id']}"), 404) == "no-such-attempt"
        assert code(await who("PUT", f"/attempts/{attempt['id']}/answers", json=body), 404) == "no-such-attempt"
        assert code(await who("POST", f"/attempts/{attempt['id']}/submit", json={}), 404) == "no-such-attempt"
        assert code(await who("GET", f"/attempts/{attempt['id']}/result"), 404) == "no-such-attempt"
    for who in (other, school.student, school.observer):
        assert code(await who("GET", f"/attempts/{attempt['id']}/review"), 403) == "not-allowed"
    assert (await school.student.get(f"/attempts/{attempt['id']}"))["answers"] == []


async def test_what_is_asked_holds_no_key(school: School) -> None:
    world = await make_quiz(school, SINGLE, NUMERIC, ORDERING, ESSAY)
    attempt = await world.start(school.student)
    shown = json.dumps(attempt)
    assert not any(word in shown for word in KEYS)
    assert [question["kind"] for question in attempt["questions"]] == ["single", "numeric", "ordering", "essay"]
    assert {choice["id"] for choice in attempt["questions"][2]["choices"]} == set("01234")


async def test_starting_twice_is_starting_once(school: School) -> None:
    world = await make_quiz(school, SINGLE, ORDERING, attempts=2, shuffle_choices=True)
    first = await school.student("POST", f"{world.path}/attempts")
    second = await school.student("POST", f"{world.path}/attempts")
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    assert (await school.student.get(f"/attempts/{first.json()['id']}"))["questions"] == first.json()["questions"]


async def test_answers_are_there_after_a_reload_and_the_newest_stays(school: School) -> None:
    world = await make_quiz(school, SINGLE, NUMERIC)
    who, attempt = school.student, await world.start(school.student)
    one, two = world.items
    assert await answer(who, attempt, save(one, 2, WRONG), save(two, 1, said("11 m"))) == {one: 2, two: 1}
    assert await answer(who, attempt, save(one, 1, CHOSEN)) == {one: 2}
    assert await answer(who, attempt, save(one, 2, WRONG), save(two, 4, None), save(two, 3, said("9"))) == {
        one: 2,
        two: 4,
    }
    again = await who.get(f"/attempts/{attempt['id']}")
    assert {a["item"]: (a["seq"], a["response"]) for a in again["answers"]} == {one: (2, WRONG), two: (4, None)}


saves = st.lists(
    st.tuples(st.integers(0, 1), st.integers(0, 5), st.sampled_from(["", "a", "é", "z", "\U0001f600"])), min_size=1
)


async def test_the_database_joins_saves_as_the_pure_merge_does(school: School) -> None:
    world = await make_quiz(school, {**ESSAY, "prompt": "A"}, {**ESSAY, "prompt": "B"}, attempts=0)
    who = school.student

    async def run(batches: list[list[tuple[int, int, str]]]) -> None:
        school.rest.app.state.limiter._buckets.clear()
        attempt = await world.start(who)
        known: dict[str, Save] = {}
        for batch in batches:
            sent = [(world.items[item], seq, text) for item, seq, text in batch]
            told = await answer(who, attempt, *(save(item, seq, said(text)) for item, seq, text in sent))
            known = merge(known, (Save(item, seq, Said(text)) for item, seq, text in sent))
            assert told == {item: seq for item, seq in acknowledged(known).items() if item in told}
        back = await who.get(f"/attempts/{attempt['id']}")
        assert {a["item"]: (a["seq"], a["response"]["text"]) for a in back["answers"]} == {
            item: (one.seq, one.response.text) for item, one in known.items() if isinstance(one.response, Said)
        }
        await submit(who, attempt)

    found: list[Any] = []

    @settings(
        max_examples=15, database=None, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    @given(st.lists(saves, min_size=1, max_size=4))
    def collect(batches: list[list[tuple[int, int, str]]]) -> None:
        found.append(batches)

    collect()
    for batches in found:
        await run(batches)


async def test_what_is_not_an_answer_changes_nothing(school: School) -> None:
    world = await make_quiz(school, SINGLE, NUMERIC)
    who, attempt = school.student, await world.start(school.student)
    one, two = world.items

    async def refused(*saves: Any) -> str:
        return code(await who("PUT", f"/attempts/{attempt['id']}/answers", json={"answers": list(saves)}), 422)

    assert await refused(save(one, 1, CHOSEN), save(two, 1, CHOSEN)) == "bad-response"
    assert await refused(save(one, 1, {"kind": "chosen", "choices": 3})) == "bad-response"
    assert await refused(save(school.tenant and attempt["id"], 1, CHOSEN)) == "not-in-paper"
    assert await refused(save(two, 1, said("\x00"))) == "bad-response"
    assert await refused(save(one, -1, CHOSEN)) == "invalid-request"
    body = json.dumps({"answers": [save(two, 1, said("\ud800"))]})
    raw = await who(
        "PUT", f"/attempts/{attempt['id']}/answers", content=body, headers={"Content-Type": "application/json"}
    )
    assert code(raw, 422)
    assert (await who.get(f"/attempts/{attempt['id']}"))["answers"] == []


async def test_a_quiz_is_graded_as_soon_as_it_is_handed_in(school: School) -> None:
    world = await make_quiz(school, SINGLE, NUMERIC, ESSAY, shows="key")
    who, attempt = school.student, await world.start(school.student)
    one, two, three = world.items
    await answer(who, attempt, save(one, 1, CHOSEN), save(two, 1, said("5 m")))
    ended = await submit(who, attempt, save(three, 1, said("Once upon a time")))
    assert ended["status"] == "graded"
    assert (await submit(who, attempt, save(one, 9, WRONG)))["submitted_at"] == ended["submitted_at"]
    found = await result(who, attempt)
    assert (found["score"], found["maximum"], found["needs_manual"]) == (2.0, 9.0, True)
    by_item = {item["item"]: item for item in found["items"]}
    assert by_item[one]["feedback"][0] == {"code": "right", "about": []}
    assert by_item[one]["key"] == CHOSEN
    assert by_item[three]["needs_manual"]
    assert code(await who("POST", f"{world.path}/attempts"), 409) == "no-attempts-left"
    late = await who("PUT", f"/attempts/{attempt['id']}/answers", json={"answers": [save(one, 9, WRONG)]})
    assert code(late, 409) == "time-up"


async def test_results_wait_until_they_are_out(school: School) -> None:
    world = await make_quiz(school, SINGLE, release="released", shows="score")
    who, attempt = school.student, await world.start(school.student)
    await submit(who, attempt, save(world.items[0], 1, CHOSEN))
    await school.rest.grade()
    hidden = await result(who, attempt)
    assert (hidden["shows"], hidden["score"], hidden["items"]) == (None, None, [])
    assert (await who.get(f"{world.path}/attempts/mine"))[0]["score"] is None
    await school.teacher.post(f"{world.path}/release")
    shown = await result(who, attempt)
    assert (shown["shows"], shown["score"]) == ("score", 2.0)
    assert (shown["items"][0]["key"], shown["items"][0]["feedback"]) == (None, [])
    assert (await who.get(f"{world.path}/attempts/mine"))[0]["score"] == 2.0


async def test_time_runs_out_and_what_was_saved_is_handed_in(school: School) -> None:
    world = await make_quiz(school, SINGLE, minutes=10)
    who, attempt = school.student, await world.start(school.student)
    await answer(who, attempt, save(world.items[0], 1, CHOSEN))
    school.rest.clock.advance(609)
    await answer(who, attempt, save(world.items[0], 2, CHOSEN))
    school.rest.clock.advance(2)
    body = {"answers": [save(world.items[0], 3, WRONG)]}
    assert code(await who("PUT", f"/attempts/{attempt['id']}/answers", json=body), 409) == "time-up"
    while await expire(school.rest.database, school.rest.app.state.contents):
        pass
    found = await result(who, attempt)
    assert (found["status"], found["score"]) == ("graded", 2.0)
    assert found["submitted_at"] == found["ends_at"]


async def test_somebody_with_extra_time_has_it_at_once(school: School) -> None:
    world = await make_quiz(school, SINGLE, minutes=10)
    who, attempt = school.student, await world.start(school.student)
    course = f"/courses/{world.course}"
    await school.teacher.put(f"{course}/accommodations/{who.id}", {"extra_time": 50})
    assert (await who.get(world.path))["minutes"] == 15
    school.rest.clock.advance(880)
    assert await answer(who, attempt, save(world.items[0], 1, CHOSEN)) == {world.items[0]: 1}
    given = (await school.teacher.get(f"{course}/accommodations"))["items"]
    await school.teacher.delete(f"{course}/accommodations/{given[0]['id']}")
    body = {"answers": [save(world.items[0], 2, CHOSEN)]}
    assert code(await who("PUT", f"/attempts/{attempt['id']}/answers", json=body), 409) == "time-up"


async def test_a_quiz_is_there_when_it_is_published_and_open(school: School) -> None:
    world = await make_quiz(school, SINGLE)
    await world.edit(status="draft")
    assert code(await school.student("GET", world.path), 404) == "no-such-quiz"
    assert (await school.student.get(f"/courses/{world.course}/quizzes"))["items"] == []
    now = school.rest.database.now().timestamp()
    stamps = [school.rest.database.now().fromtimestamp(now + n).astimezone().isoformat() for n in (60, 120)]
    await world.edit(status="published", opens_at=stamps[0], closes_at=stamps[1])
    assert code(await school.student("POST", f"{world.path}/attempts"), 409) == "not-open"
    school.rest.clock.advance(61)
    attempt = await world.start(school.student)
    school.rest.clock.advance(80)
    assert code(await school.student("POST", f"{world.path}/attempts"), 409) == "closed"
    assert (await result(school.student, attempt))["status"] == "graded"


async def test_row_level_security_alone_hides_what_others_answered(
    school: School, other_school: School, pg_dsn: str
) -> None:
    world = await make_quiz(school, SINGLE)
    attempt = await world.start(school.student)
    await submit(school.student, attempt, save(world.items[0], 1, CHOSEN))
    connection = await asyncpg.connect(pg_dsn)
    try:
        for tenant, least in ((school.tenant, 1), (other_school.tenant, 0)):
            async with connection.transaction():
                await connection.execute("SET LOCAL ROLE lyceum_rest")
                await connection.execute("SELECT set_config('lyceum.tenant', $1, true)", tenant)
                for table in ("items", "item_versions", "quizzes", "attempts", "answers", "answer_events"):
                    assert await connection.fetchval(f"SELECT count(*) FROM {table}") == least, table
    finally:
        await connection.close()


async def test_somebody_who_left_the_course_saves_no_more(school: School) -> None:
    world = await make_quiz(school, SINGLE)
    attempt = await world.start(school.student)
    roster = (await school.teacher.get(f"/courses/{world.course}/enrolments"))["items"]
    (entry,) = [one for one in roster if one["person_id"] == str(school.student.id)]
    await school.teacher.patch(f"/courses/{world.course}/enrolments/{entry['id']}", 1, {"status": "ended"})
    body = {"answers": [save(world.items[0], 1, CHOSEN)]}
    gone = await school.student("PUT", f"/attempts/{attempt['id']}/answers", json=body)
    assert code(gone, 404) == "no-such-attempt"


async def test_pools_draw_from_tags(school: School) -> None:
    world = await make_quiz(school, SINGLE)
    teacher, course = school.teacher, f"/courses/{world.course}"
    for n in range(6):
        await teacher.post(f"{course}/items", {"content": {**SINGLE, "prompt": f"Q{n}"}, "tags": ["pool"]})
    body = {"title": "P", "parts": [{"tags": ["pool"], "draw": 3, "points": "5"}], "attempts": 0}
    quiz = await teacher.post(f"{course}/quizzes", body)
    shown = await teacher.patch(f"/quizzes/{quiz['id']}", 1, {"status": "published"})
    assert (shown["questions"], shown["maximum"]) == (3, 15.0)
    papers: set[tuple[str, ...]] = set()
    for _ in range(5):
        attempt = await school.student.post(f"/quizzes/{quiz['id']}/attempts")
        papers.add(tuple(question["item"] for question in attempt["questions"]))
        assert [question["points"] for question in attempt["questions"]] == [5.0] * 3
        await submit(school.student, attempt)
    assert len(papers) > 1
    assert len((await teacher.get(f"{course}/items?tag=pool&kind=single"))["items"]) == 6
