"""Search finds what one may see, in the language of each text."""

import pytest

from tests.rest.world import School, User


async def page(user: User, path: str, module: str, title: str, body: str, **changes: str) -> str:
    made = await user.post(f"{path}/modules/{module}/pages", {"title": title, "body": body} | changes)
    await user.patch(f"{path}/pages/{made['id']}", 1, {"status": "published"})
    return made["id"]


@pytest.fixture
async def path(school: School) -> str:
    return f"/courses/{await school.course('Marine biology')}"


@pytest.fixture
async def module(school: School, path: str) -> str:
    made = (await school.teacher.post(f"{path}/modules", {"title": "Whales and dolphins"}))["id"]
    await school.teacher.patch(f"{path}/modules/{made}", 1, {"status": "published"})
    return made


async def found(user: User, words: str, language: str = "en", **more: object) -> list[str]:
    answer = await user.get("/search", params={"q": words, "language": language} | more)
    return [hit["title"] for hit in answer["items"]]


async def test_words_are_found_in_their_other_forms(school: School, path: str, module: str) -> None:
    await page(school.teacher, path, module, "Migration", "Each year they migrated over the oceans.")
    await page(school.teacher, path, module, "Cantos", "Las ballenas cantaban canciones.", language="es")
    assert await found(school.student, "migrating ocean") == ["Migration"]
    assert await found(school.student, "ballena canción", "es") == ["Cantos"]
    assert await found(school.student, "ballena canción", "en") == []
    assert await found(school.student, "whale") == ["Whales and dolphins"]
    assert await found(school.student, "biological") == ["Marine biology"]
    assert await found(school.student, '"over the oceans" -year') == []


async def test_what_is_found_shows_where(school: School, path: str, module: str) -> None:
    await page(school.teacher, path, module, "Song", "Humpbacks sing for hours. " * 20)
    (hit,) = (await school.student.get("/search?q=humpback"))["items"]
    assert (hit["kind"], "**Humpbacks** sing" in hit["snippet"]) == ("page", True)


async def test_only_what_was_found_stands_between_the_marks(school: School, path: str, module: str) -> None:
    await page(school.teacher, path, module, "Song", "A **loud** song, heard by ***every*** humpback: 2**3 times.")
    (hit,) = (await school.student.get("/search?q=loud humpbacks"))["items"]
    assert hit["snippet"] == "**loud*** song, heard by *every* **humpback**: 2*3 times"


async def test_nothing_is_found_that_one_may_not_see(
    school: School, other_school: School, path: str, module: str
) -> None:
    teacher = school.teacher
    await page(teacher, path, module, "Krill", "krill")
    hidden = await teacher.post(f"{path}/modules", {"title": "Krill draft module"})
    await page(teacher, path, hidden["id"], "Krill in a hidden module", "krill")
    await teacher.post(f"{path}/modules/{module}/pages", {"title": "Krill draft page"})
    await teacher.post("/courses", {"title": "Krill draft course"})
    assert await found(school.student, "krill") == ["Krill"]
    assert len(await found(teacher, "krill")) == len(await found(school.administrator, "krill")) == 5
    outsider = await school.person("outsider")
    for user in (school.guardian, other_school.teacher, other_school.administrator, outsider):
        assert await found(user, "krill") == []
    await teacher.delete(f"{path}/modules/{module}")
    assert await found(school.student, "krill") == []


async def test_titles_come_first_and_pages_of_hits_repeat_nothing(school: School, path: str, module: str) -> None:
    for number in range(5):
        await page(school.teacher, path, module, f"Page {number}", "plankton " * (number + 1))
    await page(school.teacher, path, module, "Plankton", "small")
    seen: list[str] = []
    cursor = None
    while True:
        query = {"q": "plankton", "limit": 2} | ({"cursor": cursor} if cursor else {})
        answer = await school.student.get("/search", params=query)
        seen += [hit["title"] for hit in answer["items"]]
        cursor = answer["next"]
        if cursor is None:
            break
    assert seen[0] == "Plankton"
    assert sorted(seen) == ["Page 0", "Page 1", "Page 2", "Page 3", "Page 4", "Plankton"]


@pytest.mark.parametrize("words", ["'", '"', "(", "a & b", "!!", ":*", "\\", "-", "the", "%"])
async def test_odd_words_find_nothing_and_break_nothing(school: School, path: str, words: str) -> None:
    assert await found(school.student, words) == []
