"""The school in a browser: signing in, the way into the live class, a quiz from its first answer to the gradebook."""

import re
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.e2e.people import People, in_class
from tests.e2e.school import (
    LINA,
    PASSWORD,
    SAM,
    TEACHER,
    answers_are,
    open_course,
    open_part,
    outbox_link,
    question,
    sign_in,
)

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="package")]


async def test_signing_in_by_password_and_out_again(people: People) -> None:
    people.expect_refusal(401, "/auth/sign-in")
    page = await people.open()
    await page.goto(f"{people.lyceum.url}/schedule")
    await page.get_by_role("textbox", name="School").fill("default")
    await page.get_by_role("textbox", name="E-mail address").fill("student@demo.example")
    await page.get_by_role("textbox", name="Password").fill("not this one")
    await page.get_by_role("button", name="Sign in", exact=True).click()
    await expect(page.get_by_role("alert")).to_have_text("School, e-mail address or password is not right.")
    await expect(page.get_by_role("textbox", name="E-mail address")).to_have_value("student@demo.example")
    await page.get_by_role("textbox", name="Password").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="The next seven days")).to_be_focused()  # the page asked for
    await page.get_by_role("button", name="Sign out").click()
    await expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    await page.goto(f"{people.lyceum.url}/courses")
    await expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


async def test_a_forgotten_password(people: People) -> None:
    page = await people.open()
    await page.goto(f"{people.lyceum.url}/sign-in?school=default")
    await page.get_by_role("link", name="I forgot my password").click()
    await page.get_by_role("textbox", name="School").fill("default")
    await page.get_by_role("textbox", name="E-mail address").fill("guardian@demo.example")
    await page.get_by_role("button", name="Send the link").click()
    await expect(page.get_by_role("heading", name="Look into your mail")).to_be_focused()
    await page.goto(people.lyceum.url + outbox_link(people, "/set-password#"))
    await expect(page).not_to_have_url(re.compile("token"))
    await page.reload()  # the token is out of the address and not forgotten
    await page.get_by_role("textbox", name="New password").fill("short")
    await page.get_by_role("button", name="Keep this password").click()
    await expect(page.get_by_role("alert")).to_contain_text("At least 10")
    await page.get_by_role("textbox", name="New password").fill("a longer password")
    await page.get_by_role("button", name="Keep this password").click()
    await page.get_by_role("link", name="To sign-in").click()
    await page.get_by_role("textbox", name="School").fill("default")
    await page.get_by_role("textbox", name="E-mail address").fill("guardian@demo.example")
    await page.get_by_role("textbox", name="Password").fill("a longer password")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="My courses")).to_be_visible()


async def test_from_the_schedule_into_the_live_class(people: People) -> None:
    page = await sign_in(people, SAM)
    await page.get_by_role("link", name="Schedule").click()
    await page.get_by_role("button", name="Join now: Demo class").click()
    await in_class(page)
    await expect(page.get_by_role("complementary", name="The class")).to_contain_text(SAM)
    await expect(page).to_have_url(re.compile("/class/demo(#|$)"))


async def test_a_page_of_the_course_is_read(people: People) -> None:
    page = await sign_in(people, SAM)
    await open_course(page)
    await expect(page.locator(".module").nth(1)).to_contain_text("First: ")
    await page.get_by_role("link", name="Counting to infinity").click()
    await expect(page.get_by_role("heading", name="Counting to infinity", level=1)).to_be_focused()
    await expect(page.get_by_role("listitem").filter(has_text="Name a distance")).to_be_visible()
    await page.go_back()
    await expect(page.locator(".module")).to_have_count(3)


async def test_a_quiz_over_a_reload_and_a_lost_connection(people: People) -> None:
    page = await sign_in(people, SAM)
    await open_course(page)
    await expect(page.get_by_test_id("basis")).to_have_attribute("data-basis", "cold-start")
    await open_part(page, "Quizzes")
    await page.get_by_role("link", name="First steps").click()
    await page.get_by_role("button", name="Start").click()
    await expect(page.get_by_role("timer")).to_be_visible()
    await answer_and_reload(page)
    await answer_offline(page)
    await put_in_order(page, ["√n", "n", "n²", "2ⁿ"])
    await page.get_by_role("button", name="Hand in").click()
    dialog = page.get_by_role("dialog", name="Hand in your answers?")
    await expect(dialog).to_contain_text("All questions are answered.")
    await dialog.get_by_role("button", name="Hand in").click()
    await expect(page.locator(".big-score")).to_contain_text("8 of 8")
    await expect(page.get_by_text("Yes: “however small”")).to_be_visible()
    await open_course(page)
    await expect(page.get_by_test_id("basis")).not_to_have_attribute("data-basis", "cold-start")
    await open_part(page, "Grades")
    await expect(page.get_by_role("row").filter(has_text="First steps")).to_contain_text("8")
    await teacher_sees_it(people)


async def answer_and_reload(page: Page) -> None:
    """Right answers to the first three; the third one is on its way when the page is reloaded."""
    await question(page, 1).get_by_role("radio", name=re.compile("However small")).check()
    await question(page, 2).get_by_role("radio", name="True").check()
    await answers_are(page, "saved")
    await question(page, 3).get_by_role("textbox").fill("2")
    await page.reload()
    await expect(question(page, 3).get_by_role("textbox")).to_have_value("2")
    await expect(question(page, 2).get_by_role("radio", name="True")).to_be_checked()
    await answers_are(page, "saved")


async def answer_offline(page: Page) -> None:
    """The connection is lost, the page says so, and what was answered meanwhile arrives."""
    await page.context.set_offline(True)
    await question(page, 4).get_by_role("checkbox", name="1/n").check()
    await answers_are(page, "offline")
    await expect(page.get_by_test_id("announcer")).to_contain_text("Offline.")
    await question(page, 4).get_by_role("checkbox", name="5", exact=True).check()
    await answers_are(page, "offline")
    await page.context.set_offline(False)
    await answers_are(page, "saved")


async def put_in_order(page: Page, wanted: list[str]) -> None:
    """With the keyboard: each one is moved up until it stands where it should."""
    lines = question(page, 5).get_by_role("listitem")
    await lines.last.get_by_role("button", name=re.compile("^Move up")).press("Enter")
    await expect(page.get_by_test_id("announcer")).to_contain_text("now at place 3")
    for place, text in enumerate(wanted):
        while (await lines.all_inner_texts())[place].splitlines()[-1].strip() != text:
            await question(page, 5).get_by_role("button", name=f"Move up: {text}", exact=True).press("Enter")
    await answers_are(page, "saved")


async def teacher_sees_it(people: People) -> None:
    page = await sign_in(people, TEACHER)
    await open_course(page)
    await open_part(page, "Quizzes")
    await page.get_by_role("link", name="First steps", exact=True).click()
    attempt = page.get_by_role("listitem").filter(has=page.get_by_role("heading", name=SAM)).first
    await expect(attempt).to_contain_text("8 of 8")
    await attempt.get_by_role("link", name=f"Result of {SAM}").click()
    await expect(question(page, 3).get_by_role("textbox")).to_have_value("2")
    await open_course(page)
    await open_part(page, "Grades")
    await expect(page.get_by_role("button", name=f"{SAM}, First steps: 8. Change")).to_be_visible()
    async with page.expect_download() as download:
        await page.get_by_role("link", name="Download as CSV").click()
    assert "First steps" in Path(await (await download.value).path()).read_text()


async def test_the_time_that_is_left_is_said_aloud_and_at_its_end_answers_are_handed_in(people: People) -> None:
    """The clock of the page is put forward; who gets more time has more."""
    page = await sign_in(people, LINA)
    await open_course(page)
    await open_part(page, "Quizzes")
    await page.get_by_role("link", name="First steps").click()
    await expect(page.get_by_text("30 minutes")).to_be_visible()  # 20, and half as much again
    await page.clock.install()
    await page.get_by_role("button", name="Start").click()
    await expect(page.get_by_role("timer")).to_have_accessible_name(re.compile("29|30 minutes left"))
    await question(page, 2).get_by_role("radio", name="True").check()
    await page.clock.fast_forward("20:30")
    await expect(page.get_by_test_id("announcer")).to_contain_text("minutes left")
    await answers_are(page, "saved")
    await page.clock.fast_forward("31:00")
    await expect(page.locator(".big-score")).to_contain_text("of 8")


async def test_a_teacher_writes_questions_of_every_kind_and_a_quiz_of_them(people: People) -> None:
    page = await sign_in(people, TEACHER)
    await open_course(page)
    await open_part(page, "Questions")
    kinds = ["One right answer", "Several right answers", "True or false", "Number", "Short text", "Put in order"]
    kinds += ["Match", "Essay", "Program"]
    for kind in kinds:
        await write_question(page, kind)
    await open_part(page, "Quizzes")
    await page.get_by_role("link", name="New quiz").click()
    await page.get_by_role("button", name="Save and publish").click()
    await expect(page.get_by_role("alert")).to_have_text("Please give it a title.")
    await page.get_by_role("textbox", name="Title").fill("Everything at once")
    for kind in kinds:
        await page.get_by_role("combobox", name="Add a question").select_option(f"Written: {kind}")
    await page.get_by_role("button", name="Move up: Written: Essay").click()
    await page.get_by_role("button", name="Save and publish").click()
    await page.get_by_role("link", name="Everything at once", exact=True).click()
    await expect(page.get_by_text("9 points")).to_be_visible()
    await page.go_back()
    await page.get_by_role("link", name="Edit: Everything at once").click()
    await expect(page.locator(".order-line").nth(6)).to_contain_text("Essay")


async def write_question(page: Page, kind: str) -> None:
    await page.get_by_role("link", name="New question").click()
    await page.get_by_role("combobox", name="Kind").select_option(kind)
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("alert")).to_have_text("Please write the question.")
    await page.get_by_role("textbox", name="Short title").fill(f"Written: {kind}")
    await page.get_by_role("textbox", name="Question", exact=True).fill(f"What about **{kind}**?")
    fills = {
        "Answer 1": "one",
        "Answer 2": "two",
        "Right number": "9.81",
        "Accepted answers": "yes\nperhaps = 50%",
        "Left side of pair 1": "cat",
        "Right side of pair 1": "mammal",
        "Left side of pair 2": "eel",
        "Right side of pair 2": "fish",
        "Tests": "adds up",
    }
    for name, text in fills.items():
        field = page.locator("form").get_by_role("textbox", name=name, exact=True)
        if await field.count():
            await field.fill(text)
    preview = page.get_by_role("complementary", name="As students see it")
    await expect(preview.locator("strong")).to_have_text(kind)
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("link", name=f"Written: {kind}")).to_be_visible()


async def test_an_assignment_from_draft_to_mark(people: People) -> None:
    people.expect_refusal(404, "/submission$")  # nothing was begun yet
    student = await sign_in(people, SAM)
    await open_work(student)
    await student.get_by_role("textbox", name="Your work").fill("My coffee cools *faster* while it is hot.")
    await student.reload()
    await expect(student.get_by_role("textbox", name="Your work")).to_have_value(re.compile("^My coffee"))
    await student.get_by_role("button", name="Hand in", exact=True).click()
    await expect(student.get_by_text("Handed in", exact=True)).to_be_visible()
    teacher = await sign_in(people, TEACHER)
    await open_work(teacher)
    await teacher.get_by_role("link", name=f"Mark: {SAM}").click()
    await teacher.get_by_role("button", name="Mark and return").click()
    await expect(teacher.get_by_role("alert")).to_have_text("Please pick a level for each criterion.")
    for level in ("exact", "has gaps", "clear"):
        await teacher.get_by_role("radio", name=re.compile(f"^{level}")).check()
    await expect(teacher.get_by_text("That comes to 80%.")).to_be_visible()
    await teacher.get_by_role("textbox", name="Words for the student").fill("Measure it!")
    await teacher.get_by_role("button", name="Mark and return").click()
    await expect(teacher.get_by_role("listitem").filter(has_text=SAM)).to_contain_text("8 of 10")
    await student.reload()
    await expect(student.get_by_text("8 of 10")).to_be_visible()
    await expect(student.get_by_text("Measure it!")).to_be_visible()


async def open_work(page: Page) -> None:
    await open_course(page)
    await open_part(page, "Assignments")
    await page.get_by_role("link", name="A slope of your own").click()
    await expect(page.get_by_role("heading", name="A slope of your own", level=1)).to_be_visible()
