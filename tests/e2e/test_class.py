"""One class: people come in, see each other, talk, raise hands, answer, follow the teacher."""

import re

import pytest
from playwright.async_api import Page, expect

from realtime.roles import Role
from tests.e2e.drawing import board_is_up
from tests.e2e.peer import crowd, damage
from tests.e2e.people import BOARD, NOTES, PHONE, People, in_class, open_document, open_panel, screenshot

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="package")]


async def join_demo(people: People, name: str, role: str, picture: str = "") -> Page:
    page = await people.open()
    await page.goto(people.lyceum.url)
    await page.get_by_role("textbox", name="Your name").fill(name)
    await page.get_by_role("radio", name=role).check()
    if picture:
        await screenshot(page, picture)
    await page.get_by_role("button", name="Join Demo class").click()
    await in_class(page)
    return page


async def test_two_people_join_the_demo_class_from_the_first_page(people: People) -> None:
    teacher = await join_demo(people, "Tess Ortega", "Teacher", picture="landing")
    student = await join_demo(people, "Sam Li", "Student")
    for page in (teacher, student):
        roster = page.get_by_role("complementary", name="The class")
        await expect(roster.get_by_text("Tess Ortega")).to_be_visible()
        await expect(roster.get_by_text("Sam Li")).to_be_visible()
    assert student.url == f"{people.lyceum.url}/class/demo#doc=board.main"


async def test_a_name_is_needed_and_the_field_gets_the_focus(people: People) -> None:
    page = await people.open()
    await page.goto(people.lyceum.url)
    await page.get_by_role("button", name="Join Demo class").click()
    await expect(page.get_by_role("alert")).to_have_text("Please tell the others your name.")
    await expect(page.get_by_role("textbox", name="Your name")).to_be_focused()


async def test_a_token_in_the_link_opens_the_class_and_leaves_the_address(people: People) -> None:
    page = await people.enter("Sam")
    assert page.url == f"{people.lyceum.url}/class/{people.room}#doc=text.notes"
    assert "token" not in await page.evaluate("JSON.stringify(history.state) + location.href")
    await page.reload()
    await in_class(page)


async def test_without_a_token_one_is_asked_for(people: People) -> None:
    page = await people.open()
    await page.goto(f"{people.lyceum.url}/class/{people.room}")
    await expect(page.get_by_role("heading", name=f"Enter {people.room}")).to_be_visible()
    await screenshot(page, "enter")
    token = people.lyceum.token(people.room, "pasted", Role.STUDENT, "Pat")
    await page.get_by_role("textbox", name="Join token").fill(token)
    await page.get_by_role("button", name="Enter the class").click()
    await in_class(page)


async def test_a_token_for_another_class_is_refused_in_words(people: People) -> None:
    page = await people.open()
    token = people.lyceum.token("elsewhere", "lost", Role.STUDENT)
    await page.goto(f"{people.lyceum.url}/class/{people.room}#token={token}")
    await expect(page.get_by_role("heading", name="You are not in the class")).to_be_focused()
    await screenshot(page, "ended")
    await page.get_by_role("button", name="Try again").click()
    await expect(page.get_by_role("textbox", name="Join token")).to_be_visible()


async def test_chat_reaches_everybody_and_staff_delete(people: People) -> None:
    teacher = await people.enter("Tess Ortega", Role.TEACHER)
    student = await people.enter("Sam Li", **PHONE)
    await open_panel(student, "Chat")
    field = student.get_by_role("textbox", name="Message to the class")
    await field.fill("What does the arrow mean?")
    await field.press("Enter")
    await expect(field).to_have_value("")
    await expect(teacher.get_by_role("tab", name="Chat")).to_contain_text("1")
    await expect(teacher.get_by_test_id("announcer")).to_contain_text("Sam Li writes: What does the arrow mean?")
    await open_panel(teacher, "Chat")
    await expect(teacher.get_by_role("region", name="Messages")).to_contain_text("What does the arrow mean?")
    await screenshot(teacher, "chat")
    await screenshot(student, "chat-phone")
    await teacher.get_by_role("button", name="Delete the message of Sam Li").click()
    await expect(student.get_by_role("region", name="Messages")).to_contain_text("This message was deleted.")
    await expect(student.get_by_text("What does the arrow mean?")).to_have_count(0)


async def test_hands_are_a_queue_that_staff_lower(people: People) -> None:
    teacher = await people.enter("Tess Ortega", Role.TEACHER)
    first = await people.enter("Ana", **PHONE)
    second = await people.enter("Bo")
    await first.get_by_role("button", name="Raise hand").click()
    await expect(teacher.get_by_role("region", name="Raised hands")).to_contain_text("Ana")
    await expect(first.get_by_role("button", name="Lower hand")).to_be_visible()
    await second.keyboard.press("Alt+h")
    queue = teacher.get_by_role("region", name="Raised hands").get_by_role("listitem")
    await expect(queue).to_have_count(2)
    await expect(queue.nth(0)).to_contain_text("Ana")
    await expect(queue.nth(1)).to_contain_text("Bo")
    await screenshot(teacher, "people")
    await open_panel(first, "People")
    await screenshot(first, "people-phone")
    await teacher.get_by_role("button", name="Lower the hand of Ana").click()
    await expect(first.get_by_role("button", name="Raise hand")).to_be_visible()
    await expect(queue).to_have_count(1)


async def test_class_7_a_large_class_is_counted_its_hands_are_shown_and_its_roster_pages(people: People) -> None:
    async with crowd(people.lyceum, people.room, 205):
        teacher = await people.enter("Tess Ortega", Role.TEACHER)
        here = teacher.get_by_role("complementary", name="The class")
        await expect(here.get_by_text("206 people here")).to_be_visible()
        await expect(here.get_by_role("region", name="Raised hands")).to_contain_text("Student 000")
        listed = here.locator(".roster > li")
        await expect(listed).to_have_count(1)
        for shown in (101, 201, 206):
            await here.get_by_role("button", name="Show more people").click()
            await expect(listed).to_have_count(shown)
        await expect(here.get_by_role("button", name="Show more people")).to_have_count(0)
        await screenshot(teacher, "people-large")


async def test_a_document_that_does_not_load_says_so_and_the_class_goes_on(people: People) -> None:
    await damage(people.lyceum, people.room, NOTES)
    page = await people.enter("Sam")
    notice = page.get_by_role("region", name="Notes").get_by_role("alert")
    await expect(notice).to_have_text("This document could not be loaded. Its history is kept and staff can mend it.")
    await expect(page.get_by_text("Opening")).to_have_count(0)
    await screenshot(page, "quarantined")
    await open_document(page, "Whiteboard")
    await board_is_up(page)


async def test_a_poll_is_asked_answered_tallied_and_ended(people: People) -> None:
    teacher = await people.enter("Tess Ortega", Role.TEACHER)
    students = [await people.enter("Ana", **PHONE), await people.enter("Bo")]
    await open_panel(teacher, "Polls")
    await teacher.get_by_role("button", name="New poll").click()
    await teacher.get_by_role("textbox", name="Question").fill("Is zero a number?")
    await screenshot(teacher, "poll-dialog")
    await teacher.get_by_role("button", name="Ask the class").click()
    for student, choice in zip(students, ("Yes", "No"), strict=True):
        await open_panel(student, "Polls")
        await student.get_by_role("radio", name=choice).check()
    poll = teacher.get_by_role("group", name="Is zero a number?")
    await expect(poll).to_contain_text("50%")
    await expect(teacher.get_by_text("2 answers")).to_be_visible()
    await students[1].get_by_role("radio", name="Yes").check()
    await expect(poll).to_contain_text("100%")
    await screenshot(teacher, "polls")
    await screenshot(students[0], "polls-phone")
    await teacher.get_by_role("button", name="End voting").click()
    await expect(students[0].get_by_role("radio", name="Yes")).to_be_disabled()
    await students[0].reload()
    await open_panel(students[0], "Polls")
    await expect(students[0].get_by_role("radio", name="Yes")).to_be_checked()


async def test_a_hidden_tally_shows_only_when_it_is_revealed(people: People) -> None:
    teacher = await people.enter("Tess", Role.TEACHER)
    student = await people.enter("Sam")
    await open_panel(teacher, "Polls")
    await teacher.get_by_role("button", name="New poll").click()
    await teacher.get_by_role("textbox", name="Question").fill("Primes?")
    await teacher.get_by_role("checkbox", name="Several answers").check()
    await teacher.get_by_role("checkbox", name="Everybody sees").uncheck()
    await teacher.get_by_role("button", name="Ask the class").click()
    await open_panel(student, "Polls")
    for choice in ("Yes", "No"):
        await student.get_by_role("checkbox", name=choice).check()
    poll = student.get_by_role("group", name="Primes?")
    await expect(teacher.get_by_role("group", name="Primes?")).to_contain_text("100%")
    await expect(poll).not_to_contain_text("%")
    await teacher.get_by_role("button", name="Reveal the result").click()
    await expect(poll).to_contain_text("100%")


async def test_reactions_float_by(people: People) -> None:
    teacher = await people.enter("Tess", Role.TEACHER)
    student = await people.enter("Sam Li")
    await student.get_by_role("button", name="React").click()
    await student.get_by_role("button", name="Slower, please").click()
    await expect(teacher.locator(".reaction")).to_contain_text("Sam Li")


async def test_everybody_follows_the_teacher_until_they_look_around(people: People) -> None:
    teacher = await people.enter("Tess Ortega", Role.TEACHER, BOARD)
    student = await people.enter("Sam", doc=BOARD, **PHONE)
    await board_is_up(student)
    await teacher.get_by_role("button", name="Lead", exact=True).click()
    await expect(student.get_by_text("You follow Tess Ortega.")).to_be_visible()
    await open_document(teacher, "Notes")
    await expect(student.get_by_role("textbox", name="Shared notes")).to_be_visible()
    await open_document(teacher, "Whiteboard")
    await board_is_up(student)
    await teacher.get_by_role("button", name="Add a page").click()
    pages = student.get_by_role("navigation", name="Pages")
    await expect(pages.get_by_role("button", name="Page 2")).to_have_attribute("aria-current", "page")
    await screenshot(student, "following-phone")
    await open_document(student, "Code")
    await expect(student.get_by_text("Tess Ortega is leading.")).to_be_visible()
    await student.get_by_role("button", name="Follow").click()
    await board_is_up(student)
    await teacher.get_by_role("button", name="Stop leading").click()
    await expect(student.get_by_text("You follow")).to_have_count(0)


async def test_staff_change_roles_and_send_people_out(people: People) -> None:
    teacher = await people.enter("Tess", Role.TEACHER)
    student = await people.enter("Sam")
    await teacher.get_by_role("button", name="Manage Sam").click()
    await screenshot(teacher, "member")
    await teacher.get_by_role("button", name="Make Assistant").click()
    await expect(student.get_by_role("button", name="Lead", exact=True)).to_be_visible()
    await teacher.get_by_role("button", name="Manage Sam").click()
    await teacher.get_by_role("button", name="Remove from the class").click()
    await teacher.get_by_role("button", name="Remove from the class").click()
    await expect(student.get_by_text("A teacher ended your visit to this class.")).to_be_visible()
    await expect(teacher.get_by_role("complementary", name="The class").get_by_text("Sam")).to_have_count(0)


async def test_observers_look_on(people: People) -> None:
    teacher = await people.enter("Tess", Role.TEACHER)
    await open_document(teacher, "Notes")
    await teacher.get_by_role("textbox", name="Shared notes").fill("Only for reading")
    observer = await people.enter("Olga", Role.OBSERVER)
    await open_document(observer, "Notes")
    notes = observer.get_by_role("textbox", name="Shared notes")
    await expect(notes).to_have_text("Only for reading")
    await expect(notes).to_have_attribute("contenteditable", "false")
    await expect(observer.get_by_text("You are looking on.")).to_be_visible()
    for name in ("Raise hand", "React", re.compile("New document")):
        await expect(observer.get_by_role("button", name=name)).to_have_count(0)
