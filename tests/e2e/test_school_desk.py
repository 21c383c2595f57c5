"""Running a course in a browser: written and filled, people invited, marks set up and graded again, works reviewed."""

import re

import pytest
from playwright.async_api import FilePayload, Page, expect

from tests.e2e.account import FAY, PASSWORD, enter_as, the_founders_account
from tests.e2e.looks import CHECKABLE, looks
from tests.e2e.people import People
from tests.e2e.school import LINA, TEACHER, Api, open_course, open_part, outbox_link, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="package")]

LIGHT, PHONE = looks("light", "arabic-dark-phone")
"""The first is looked at on the way."""


async def test_a_course_is_written_and_somebody_new_is_invited_into_it(people: People) -> None:
    people.expect_refusal(409, "/prerequisites/")
    teacher = await sign_in(people, TEACHER, **CHECKABLE)
    await teacher.get_by_role("button", name="New course").click()
    await teacher.get_by_role("textbox", name="Title").fill("Optics")
    await teacher.get_by_role("button", name="Create").click()
    await teacher.get_by_role("link", name="Edit contents").click()
    await write_modules(teacher)
    await write_page(teacher)
    await lose_and_find(teacher)
    await add_files(teacher)
    await teacher.get_by_role("button", name="Publish the course").click()
    await expect(teacher.get_by_role("button", name="Back to a draft")).to_be_visible()
    await teacher.get_by_role("checkbox", name="Tell others of the school about it").check()
    await teacher.get_by_role("button", name="Save").click()
    await expect(teacher.get_by_text("Saved.")).to_be_visible()
    await teacher.get_by_role("link", name="Back to Optics").click()
    await plan_class(teacher)
    await invite(people, teacher)
    other = await sign_in(people, LINA, **CHECKABLE)
    await expect(other.get_by_role("heading", name="Optics", level=3)).to_be_visible()
    await LIGHT.check(other, "desk-courses")
    await search(other)


async def write_modules(page: Page) -> None:
    """Two, in the other order by keyboard; the second after the first, and not the other way round as well."""
    for title in ("Lenses", "Light"):
        await page.get_by_role("button", name="New module").click()
        await page.get_by_role("dialog").get_by_role("textbox", name="Title").fill(title)
        await page.get_by_role("dialog").get_by_role("button", name="Save").click()
        await expect(page.get_by_role("heading", name=title, level=3)).to_be_visible()
    await page.get_by_role("button", name="Move up: Light").press("Enter")
    await expect(page.get_by_test_id("announcer")).to_contain_text("Light: now at place 1")
    await expect(page.get_by_role("heading", level=3).first).to_have_text("Light")
    await expect(page.get_by_role("button", name="Move up: Light")).to_be_focused()
    await require(page, "Lenses", "Light")
    await expect(page.get_by_text("First: \u2068Light\u2069")).to_be_visible()
    await require(page, "Light", "Lenses")
    dialog = page.get_by_role("dialog")
    await expect(dialog.get_by_role("alert")).to_have_text(
        "That module comes, by way of others, after this one already."
    )
    await LIGHT.check(page, "desk-module")
    await dialog.get_by_role("button", name="Cancel").click()
    for title in ("Light", "Lenses"):
        await page.get_by_role("button", name=f"Publish {title}").click()
        await expect(page.get_by_role("button", name=f"Make {title} a draft again")).to_be_visible()


async def require(page: Page, module: str, other: str) -> None:
    await page.get_by_role("button", name=f"Edit: {module}").click()
    await page.get_by_role("checkbox", name=other).check()
    await page.get_by_role("dialog").get_by_role("button", name="Save").click()


async def write_page(page: Page) -> None:
    await page.get_by_role("link", name="New page in Light").click()
    await page.get_by_role("textbox", name="Title").fill("Rays")
    await page.get_by_role("textbox", name="Text").fill("Light goes **straight** on.")
    await expect(page.get_by_role("complementary").locator("strong")).to_have_text("straight")
    await LIGHT.check(page, "desk-page")
    await page.get_by_role("button", name="Save and publish").click()
    await expect(page.get_by_role("button", name="Make Rays a draft again")).to_be_visible()


async def lose_and_find(page: Page) -> None:
    """A page is deleted and taken back in one press; a module with its page is found again among what was deleted."""
    await delete(page, "Rays")
    await expect(page.get_by_role("button", name="Undo")).to_be_focused()
    await expect(page.get_by_text("Rays was deleted.")).to_be_visible()
    await expect(page.get_by_role("button", name="Make Rays a draft again")).to_have_count(0)
    await LIGHT.check(page, "desk-undo")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Rays", exact=True)).to_be_focused()
    await expect(page.get_by_role("button", name="Make Rays a draft again")).to_be_visible()
    await expect(page.get_by_text("Rays was deleted.")).to_have_count(0)
    await delete(page, "Light")
    await page.get_by_role("button", name="Put this message away").click()
    await expect(page.get_by_role("heading", name="Light", level=3)).to_have_count(0)
    restore = page.get_by_role("button", name="Bring back: Light")
    await expect(restore).to_be_hidden()
    await page.locator("summary").press("Enter")
    await expect(page.get_by_role("listitem").filter(has=restore)).to_contain_text("Module · with 1 page · kept until")
    await LIGHT.check(page, "desk-deleted")
    await restore.press("Enter")
    await expect(page.get_by_role("heading", name="Light", level=3)).to_be_focused()
    await expect(page.get_by_text("First: \u2068Light\u2069")).to_be_visible()
    await expect(page.get_by_role("button", name="Make Rays a draft again")).to_be_visible()
    await expect(page.get_by_role("heading", name="Deleted")).to_have_count(0)


async def delete(page: Page, title: str) -> None:
    await page.get_by_role("button", name=f"Delete {title}").click()
    await page.get_by_role("dialog", name=f"Delete {title}").get_by_role("button", name="Delete").click()


async def search(page: Page) -> None:
    """By keyboard: nothing typed, nothing found, no server, and then what was meant; a module is turned to."""
    box = page.get_by_role("searchbox", name="Search courses and pages")
    status = page.get_by_role("region", name="Found").get_by_role("status")
    await box.press("Enter")
    await expect(page.get_by_role("alert")).to_have_text("Please type what you are looking for.")
    await box.fill("xylophone")
    await box.press("Enter")
    await expect(status).to_have_text("Nothing was found for \u2068xylophone\u2069.")
    await LIGHT.check(page, "desk-search-nothing")
    await page.route("**/api/v1/search?*", lambda route: route.abort("connectionrefused"))
    await box.fill("derivatives")
    await box.press("Enter")
    await expect(page.get_by_role("alert")).to_contain_text("The server cannot be reached.")
    await LIGHT.check(page, "desk-search-failed")
    await page.unroute("**/api/v1/search?*")
    await page.get_by_role("button", name="Try again").press("Enter")
    await expect(status).to_have_text("3 results for \u2068derivatives\u2069")
    await expect(page.locator(".hit mark").first).to_have_text(re.compile("derivative"))
    hit = page.get_by_role("listitem").filter(has_text="Module").filter(has_text="Calculus, gently")
    await hit.get_by_role("link", name="Slopes").press("Enter")
    await expect(page.get_by_role("heading", name="Slopes", level=3)).to_be_focused()
    await page.go_back()
    await expect(status).to_have_text("3 results for \u2068derivatives\u2069")
    await expect(box).to_have_value("derivatives")
    await page.get_by_role("link", name="Back to all courses").press("Enter")
    await expect(page.get_by_role("heading", name="Calculus, gently", level=2)).to_be_visible()
    await expect(box).to_have_value("")


async def add_files(page: Page) -> None:
    """One is taken, one is refused for its kind before it is sent, and one for what is really in it."""
    notes: FilePayload = {"name": "notes.txt", "mimeType": "text/plain", "buffer": b"Snell's law\n" * 1000}
    program: FilePayload = {"name": "game.exe", "mimeType": "application/octet-stream", "buffer": b"MZ"}
    chooser = page.locator("input[type=file]")
    await chooser.set_input_files([notes, program])
    await expect(page.get_by_role("alert")).to_contain_text("Files of this kind are not taken.")
    await expect(page.get_by_role("link", name=re.compile("notes.txt"))).to_contain_text("12 kilobytes")
    await LIGHT.check(page, "desk-contents")
    await page.get_by_role("button", name="Put this away: game.exe").click()
    await expect(page.get_by_role("alert")).to_have_count(0)


async def plan_class(page: Page) -> None:
    """It is planned, opened, and ended; its time zone is the device's."""
    await page.get_by_role("button", name="Plan a class").click()
    dialog = page.get_by_role("dialog", name="Plan a class")
    await dialog.get_by_role("textbox", name="Title").fill("Prisms")
    await dialog.get_by_role("button", name="Save").click()
    await expect(dialog.get_by_role("alert")).to_have_text("Please say when it meets first.")
    await dialog.get_by_label("First time").fill("2031-03-03T09:00")
    await dialog.get_by_role("combobox", name="Repeats").select_option("Every week")
    await dialog.get_by_role("checkbox", name="Monday").check()
    await LIGHT.check(page, "desk-class")
    await dialog.get_by_role("button", name="Save").click()
    await page.get_by_role("button", name="Open Prisms").click()
    await expect(page.get_by_role("button", name="Join now: Prisms")).to_be_visible()
    await page.get_by_role("button", name="End Prisms").click()
    await page.get_by_role("dialog", name="End Prisms").get_by_role("button", name="End the class").click()
    await expect(page.get_by_role("button", name="Open Prisms")).to_be_visible()


async def invite(people: People, teacher: Page) -> None:
    """By message: somebody new chooses a password, follows the invitation, and is in the course."""
    await open_part(teacher, "People")
    await teacher.get_by_role("button", name="Invite").click()
    await teacher.get_by_role("button", name="Send the invitation").click()
    await expect(teacher.get_by_role("alert")).to_have_text("Please enter your e-mail address.")
    await LIGHT.check(teacher, "desk-invite")
    await teacher.get_by_role("textbox", name="E-mail address").fill("nora@demo.example")
    await teacher.get_by_role("textbox", name="Name").fill("Nora Newcomer")
    await teacher.get_by_role("button", name="Send the invitation").click()
    await expect(teacher.get_by_role("listitem").filter(has_text="Message")).to_contain_text("Student")
    nora = await people.open()
    await nora.goto(people.lyceum.url + outbox_link(people, "/set-password#"))
    await nora.get_by_role("textbox", name="New password").fill("a long enough one")
    await nora.get_by_role("button", name="Keep this password").click()
    await expect(nora.get_by_role("heading", name="Your password is set")).to_be_focused()
    await nora.goto(people.lyceum.url + outbox_link(people, "/invitation#"))
    await nora.get_by_role("textbox", name="School").fill("default")
    await nora.get_by_role("textbox", name="E-mail address").fill("nora@demo.example")
    await nora.get_by_role("textbox", name="Password").fill("a long enough one")
    await nora.keyboard.press("Enter")
    await expect(nora.get_by_role("heading", name="Optics", level=1)).to_be_visible()
    await nora.get_by_role("link", name="Rays").click()
    await expect(nora.locator(".prose strong")).to_have_text("straight")
    await teacher.reload()
    await expect(teacher.locator(".person-line").filter(has_text="Nora Newcomer")).to_be_visible()


async def test_a_school_is_founded_and_its_address_confirmed(people: People) -> None:
    people.expect_refusal(40, "/auth/sign-in|/auth/email/verify")
    page = await people.open(**CHECKABLE)
    await page.goto(f"{people.lyceum.url}/sign-in")
    await page.get_by_role("link", name="Found a school").click()
    await page.get_by_role("textbox", name="Name of the school").fill("North School")
    await page.get_by_role("textbox", name="Short name").fill("North School")
    await page.get_by_role("textbox", name="Your name").fill("Fay Founder")
    await page.get_by_role("textbox", name="E-mail address").fill(FAY)
    await page.get_by_role("textbox", name="New password").fill(PASSWORD)
    await page.get_by_role("button", name="Found it").click()
    await expect(page.get_by_role("alert")).to_contain_text("small letters, digits, dashes")
    await page.get_by_role("textbox", name="Short name").fill("north")
    await page.get_by_role("button", name="Found it").click()
    await expect(page.get_by_role("heading", name="Look into your mail")).to_be_focused()
    await page.get_by_role("link", name="To sign-in").click()
    await enter(page)
    await expect(page.get_by_role("alert")).to_contain_text("the message we sent you")
    link = outbox_link(people, "/verify-email#", institution="north")
    await page.goto(people.lyceum.url + link)
    await expect(page.get_by_role("heading", name="Your address is confirmed")).to_be_focused()
    await expect(page).not_to_have_url(re.compile("token"))
    await page.get_by_role("link", name="To sign-in").click()
    await enter(page)
    await expect(page.get_by_text("North School")).to_be_visible()
    await page.goto(people.lyceum.url + link)
    await expect(page.get_by_role("alert")).to_contain_text("used already")
    await a_course_is_brought_back(people, page)
    await the_founders_account(people, page)


async def a_course_is_brought_back(people: People, page: Page) -> None:
    """By the administrator of the school, on the list of courses."""
    api = Api(people, page)
    made = await api("POST", "/courses", {"title": "Acoustics", "code": "AC-1"})
    await api("DELETE", f"/courses/{made['id']}")
    await page.goto(f"{people.lyceum.url}/courses")
    await page.locator("summary").press("Enter")
    await expect(page.get_by_role("listitem").filter(has_text="Acoustics")).to_contain_text("AC-1 · Draft")
    await LIGHT.check(page, "desk-deleted-courses")
    await page.get_by_role("button", name="Bring back: Acoustics").press("Enter")
    await expect(page.get_by_role("link", name="Acoustics")).to_be_focused()
    await expect(page.get_by_test_id("announcer")).to_contain_text("Acoustics is back.")
    await expect(page.locator("summary")).to_have_count(0)


async def enter(page: Page) -> None:
    """By password, as the founder of the school."""
    await enter_as(page, FAY, PASSWORD)


async def test_a_key_is_mended_grades_follow_and_there_is_a_way_back(people: People) -> None:
    teacher, student = await sign_in(people, TEACHER, **CHECKABLE), await sign_in(people, LINA)
    await set_up_quiz(people, teacher, student)
    await mend_key(teacher)
    await grade_again(teacher, change="1 mark changes, of 1 attempts.", moves="Higher: 1. Lower: 0.")
    await score_is(teacher, "1 of 1")
    await open_course(teacher)
    await open_part(teacher, "Questions")
    await teacher.get_by_role("link", name="A doubtful key").click()
    await teacher.get_by_text(re.compile("^Version 1, ")).click()
    await teacher.get_by_role("button", name="Bring version 1 back").click()
    await expect(teacher.get_by_text(re.compile("^Version 2, "))).to_be_visible()
    await grade_again(teacher, change="1 mark changes, of 1 attempts.", moves="Higher: 0. Lower: 1.")
    await score_is(teacher, "0 of 1")
    await how_questions_did(teacher)
    await marks_add_up(teacher)
    await more_time(teacher)


async def set_up_quiz(people: People, teacher: Page, student: Page) -> None:
    """A quiz whose key is wrong, its results held back, and one attempt with the right answer."""
    api, own = Api(people, teacher), Api(people, student)
    course = await api.demo_course()
    choices = [{"id": "a", "text": "A wave"}, {"id": "b", "text": "A brick"}]
    content = {"kind": "single", "title": "A doubtful key", "prompt": "What is light?", "points": "1"}
    content |= {"choices": choices, "key": "b"}
    item = await api("POST", f"/courses/{course}/items", {"content": content})
    quiz = {"title": "Doubtful", "parts": [{"items": [item["id"]]}], "release": "released", "category": "doubts"}
    made = await api("POST", f"/courses/{course}/quizzes", quiz)
    await api("PATCH", f"/quizzes/{made['id']}", {"status": "published"}, made["version"])
    attempt = await own("POST", f"/quizzes/{made['id']}/attempts")
    answer = {"item": item["id"], "seq": 1, "response": {"kind": "chosen", "choices": ["a"]}}
    await own("POST", f"/attempts/{attempt['id']}/submit", {"answers": [answer]})


async def mend_key(page: Page) -> None:
    await open_course(page)
    await open_part(page, "Questions")
    await page.get_by_role("link", name="A doubtful key").click()
    await page.get_by_role("radio", name="Answer 1 is right").check()
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("heading", name="Questions", level=2)).to_be_visible()


async def open_quiz(page: Page) -> None:
    await open_course(page)
    await open_part(page, "Quizzes")
    await page.get_by_role("link", name="Doubtful", exact=True).click()


async def grade_again(page: Page, change: str, moves: str) -> None:
    await open_quiz(page)
    await page.get_by_role("button", name="Grade again…").click()
    dialog = page.get_by_role("dialog", name="Grade again")
    await expect(dialog.get_by_role("link", name="A doubtful key")).to_be_visible()
    await expect(dialog).to_contain_text(change)
    await expect(dialog).to_contain_text(moves)
    await LIGHT.check(page, "desk-regrade")
    await dialog.get_by_role("button", name="Grade again now").click()
    await expect(page.get_by_text("1 attempt is graded again.")).to_be_visible()


async def score_is(page: Page, score: str) -> None:
    """As staff see it, once the worker has graded; the page asks by itself."""
    line = page.get_by_role("listitem").filter(has=page.get_by_role("heading", name=LINA))
    await expect(line).to_contain_text(score)


async def how_questions_did(page: Page) -> None:
    await page.get_by_role("link", name="How the questions did").click()
    table = page.get_by_role("region", name="What was picked: A doubtful key")
    await expect(table.get_by_role("row").filter(has_text="A wave")).to_contain_text("100%")
    await expect(table.get_by_role("row").filter(has_text="Right")).to_contain_text("A brick")
    await LIGHT.check(page, "desk-analysis")


async def marks_add_up(page: Page) -> None:
    await open_course(page)
    await open_part(page, "Grades")
    await page.get_by_role("link", name="How marks add up").click()
    doubts = page.get_by_role("group", name="Kind of work: doubts")
    await doubts.get_by_label("Weight").fill("3")
    await expect(doubts).to_contain_text("60% of the course")
    for least, grade in (("50", "passed"), ("10", "not yet")):
        await page.get_by_role("button", name="Add a grade").click()
        await page.get_by_label("From percent").last.fill(least)
        await page.get_by_label("Grade", exact=True).last.fill(grade)
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("alert")).to_have_text("The scale needs a grade that starts at 0 percent.")
    await LIGHT.check(page, "desk-book")
    await page.get_by_label("From percent").last.fill("0")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("row").filter(has_text=LINA)).to_contain_text("not yet")


async def more_time(page: Page) -> None:
    """For one quiz, beside what holds for all of them; and taken back."""
    await open_part(page, "People")
    person = page.locator(".person-line").filter(has_text=LINA)
    await expect(person).to_contain_text("50% more time")
    await page.get_by_role("button", name=f"More time for {LINA}").click()
    dialog = page.get_by_role("dialog", name=f"Beside the others: {LINA}")
    await dialog.get_by_role("combobox", name="For").select_option("Doubtful")
    await dialog.get_by_label("Percent more time").fill("500")
    await dialog.get_by_role("button", name="Save").click()
    await expect(dialog.get_by_role("alert")).to_contain_text("whole numbers")
    await LIGHT.check(page, "desk-accommodations")
    await dialog.get_by_label("Percent more time").fill("25")
    await dialog.get_by_label("More attempts").fill("1")
    await dialog.get_by_role("button", name="Save").click()
    await expect(person).to_contain_text("25% more time and 1 more attempt")
    await page.get_by_role("button", name=f"More time for {LINA}").click()
    await dialog.get_by_role("button", name="Take it back: Doubtful").click()
    await expect(person).not_to_contain_text("25%")


async def test_questions_leave_and_come_back(people: People) -> None:
    people.expect_refusal(422, "/qti")
    page = await sign_in(people, TEACHER, **CHECKABLE)
    await open_course(page)
    await open_part(page, "Questions")
    async with page.expect_download() as download:
        await page.get_by_role("link", name="Export (QTI)").click()
    package = await (await download.value).path()
    await page.get_by_role("button", name="Import (QTI)").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("button", name="Import", exact=True).click()
    await expect(dialog.get_by_role("alert")).to_have_text("Please choose a file.")
    chooser = dialog.get_by_label("Choose a file")
    await chooser.set_input_files({"name": "q.zip", "mimeType": "application/zip", "buffer": b"PK nothing"})
    await dialog.get_by_role("button", name="Import", exact=True).click()
    await expect(dialog.get_by_role("alert")).to_contain_text("cannot be read")
    await LIGHT.check(page, "desk-import")
    await chooser.set_input_files(package)
    await dialog.get_by_role("textbox", name="Tags").fill("again")
    await dialog.get_by_role("button", name="Import", exact=True).click()
    await expect(page.get_by_role("dialog", name="What came of the import")).to_contain_text("questions were made.")
    await page.get_by_role("dialog").get_by_role("button", name="Close").last.click()
    await expect(page.get_by_text("again", exact=True).first).to_be_visible()


async def test_the_desk_on_a_phone_from_right_to_left(people: People) -> None:
    """The pages with which a course is run."""
    page, look = await sign_in(people, TEACHER, **PHONE.options, **CHECKABLE), PHONE
    await open_course(page)
    course = page.url
    await page.locator(".page-head button").click()
    await expect(page.get_by_role("dialog").locator("form")).to_be_visible()
    await look.check(page, "desk-class")
    await page.goto(f"{course}/contents/edit")
    await expect(page.locator(".modules .card")).to_have_count(3)
    await look.check(page, "desk-contents")
    await page.locator(".modules .part-tools button").nth(3).click()
    await expect(page.get_by_role("dialog")).to_be_visible()
    await look.check(page, "desk-module")
    await page.keyboard.press("Escape")
    await lose_on_a_phone(people, page)
    await look.check(page, "desk-deleted")
    await page.goto(f"{course}/contents/edit")
    await page.locator(".order .part-tools a").first.click()
    await expect(page.locator(".preview .prose > *").first).to_be_visible()
    await look.check(page, "desk-page")
    await page.goto(f"{course}/grades/settings")
    await page.locator("form .field > .button").last.click()
    await look.check(page, "desk-book")
    await page.goto(course)
    await page.locator(".line-card a.icon-button").first.click()
    await expect(page.locator("td select").first).to_be_visible()
    await look.check(page, "desk-attendance")
    await page.goto(f"{course}/people")
    await page.locator(".person-line .icon-button").first.click()
    await expect(page.get_by_role("dialog").locator("form")).to_be_visible()
    await look.check(page, "desk-accommodations")
    await page.keyboard.press("Escape")
    await page.locator(".page-head .button").last.click()
    await expect(page.get_by_role("dialog").locator("form")).to_be_visible()
    await look.check(page, "desk-invite")
    await page.goto(f"{course}/items")
    await page.locator(".page-head button").click()
    await expect(page.get_by_role("dialog").locator("form")).to_be_visible()
    await look.check(page, "desk-import")
    await page.goto(f"{course}/assignments/new")
    await expect(page.locator("textarea").first).to_be_visible()
    await look.check(page, "desk-assignment")
    await page.goto(f"{course}/quizzes")
    await page.locator(".line-card .text-link").first.click()
    await page.locator(".school .row > button").click()
    await expect(page.get_by_role("dialog").locator(".primary")).to_be_visible()
    await look.check(page, "desk-regrade")


async def lose_on_a_phone(people: People, page: Page) -> None:
    """In a course of its own: a module and a page of another one deleted, with the way back in view twice."""
    api = Api(people, page)
    course = await api("POST", "/courses", {"title": "Sound", "summary": "What is heard", "language": "en"})
    base = f"/courses/{course['id']}"
    first, second = [await api("POST", f"{base}/modules", {"title": title}) for title in ("Strings", "Pipes and drums")]
    await api("POST", f"{base}/modules/{first['id']}/pages", {"title": "Overtones"})
    pipes = await api("POST", f"{base}/modules/{second['id']}/pages", {"title": "Pipes"})
    await api("DELETE", f"{base}/pages/{pipes['id']}")
    await page.goto(f"{people.lyceum.url}{base}/contents/edit")
    await page.locator(".modules .part-tools button").nth(4).click()
    await page.get_by_role("dialog").locator(".danger").click()
    await expect(page.locator(".undo .button")).to_be_focused()
    await page.locator("summary").click()
    await expect(page.locator(".deleted .order-line")).to_have_count(2)
