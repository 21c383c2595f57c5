"""Questions in and out as QTI, and item analysis, over HTTP."""

import io
import zipfile
from typing import Any
from uuid import UUID

from rest.assessment.items import Item
from rest.assessment.wire import load_item
from tests.rest.assessment.quiz_world import (
    CHOSEN,
    ESSAY,
    NUMERIC,
    ORDERING,
    SINGLE,
    WRONG,
    make_quiz,
    said,
    save,
    submit,
)
from tests.rest.world import School, code, good


def questions(shown: list[Any]) -> dict[str, Item]:
    """The questions by their prompts, all with one id."""
    return {one["content"]["prompt"]: load_item(UUID(int=0), one["content"]) for one in shown}


async def test_what_is_exported_is_imported_as_the_same_questions(school: School) -> None:
    world = await make_quiz(school, SINGLE, NUMERIC, ORDERING, ESSAY)
    teacher = school.teacher
    package = await teacher("GET", f"/courses/{world.course}/qti")
    assert package.headers["content-type"] == "application/zip"
    other = await school.course("Another")
    told = good(await teacher("POST", f"/courses/{other}/qti?tag=imported", content=package.content))
    assert (len(told["made"]), told["refused"]) == (4, [])
    before = [await teacher.get(f"/courses/{world.course}/items/{id}") for id in world.items]
    after = [await teacher.get(f"/courses/{other}/items/{id}") for id in told["made"]]
    assert questions(after) == questions(before)
    assert all(one["tags"] == ["imported"] for one in after)


async def test_a_package_with_a_question_that_cannot_be_used_is_taken_only_when_asked(school: School) -> None:
    world = await make_quiz(school, SINGLE, NUMERIC)
    package = (await school.teacher("GET", f"/courses/{world.course}/qti")).content
    old, broken = zipfile.ZipFile(io.BytesIO(package)), io.BytesIO()
    with zipfile.ZipFile(broken, "w") as new:
        for name in old.namelist():
            spoilt = name.startswith("items/") and b"choiceInteraction" in old.read(name)
            new.writestr(name, b"<assessmentItem/>" if spoilt else old.read(name))
    other = await school.course("Another")
    path = f"/courses/{other}/qti"
    refused = await school.teacher("POST", path, content=broken.getvalue())
    assert code(refused, 422) == "questions-refused"
    assert (await school.teacher.get(f"/courses/{other}/items"))["items"] == []
    told = good(await school.teacher("POST", f"{path}?partial=true", content=broken.getvalue()))
    assert (len(told["made"]), len(told["refused"])) == (1, 1)


async def test_what_is_no_package_is_refused_in_words(school: School) -> None:
    path = f"/courses/{await school.course()}/qti"
    for data in (b"", b"PK\x03\x04 nothing", b"<html/>", b"\x00" * 100):
        assert code(await school.teacher("POST", path, content=data), 422) == "bad-package"
    assert code(await school.student("POST", path, content=b"PK"), 403) == "not-allowed"
    assert code(await school.student("GET", path), 403) == "not-allowed"


async def test_the_figures_of_a_quiz(school: School) -> None:
    world = await make_quiz(school, SINGLE, NUMERIC)
    for n in range(6):
        who = await world.student(f"pupil{n}")
        attempt = await world.start(who)
        right = n >= 2
        saves = [save(world.items[0], 1, CHOSEN if right else WRONG)]
        await submit(who, attempt, *saves, *([save(world.items[1], 1, said("12 m"))] if right else []))
    found = await school.teacher.get(f"{world.path}/analysis")
    assert found["students"] == 6
    single = {one["item_id"]: one for one in found["questions"]}[world.items[0]]
    assert (single["answers"], single["difficulty"]) == (6, 0.6667)
    assert single["flags"] == ["few-answers"]
    picked = {one["choice"]: (one["picked"], one["right"]) for one in single["choices"]}
    assert picked == {"a": (2, False), "b": (4, True)}
    for who in (school.student, school.observer):
        assert code(await who("GET", f"{world.path}/analysis"), 403) == "not-allowed"
