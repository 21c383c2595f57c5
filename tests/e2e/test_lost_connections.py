"""The server restarts, the network goes: nothing is gone, nobody reloads, and the page says what is true."""

import signal

import pytest
from playwright.async_api import expect

from realtime.roles import Role
from tests.e2e.drawing import board_is_up, draw, has_ink
from tests.e2e.people import BOARD, PHONE, People, is_saved, open_document, open_panel, screenshot

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="package")]

RECTANGLE = [(330.0, 180.0), (430.0, 240.0), (560.0, 330.0)]


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL], ids=["drained", "killed"])
async def test_a_restart_of_the_server_loses_nothing_and_nobody_reloads(people: People, how: signal.Signals) -> None:
    teacher = await people.enter("Tess Ortega", Role.TEACHER, BOARD)
    student = await people.enter("Sam Li", **PHONE)
    await board_is_up(teacher)
    await draw(teacher, "r", RECTANGLE)
    notes = student.get_by_role("textbox", name="Shared notes")
    await notes.tap()
    await student.keyboard.type("before ")
    await open_panel(teacher, "Chat")
    await teacher.get_by_role("textbox", name="Message to the class").fill("Ready?")
    await teacher.keyboard.press("Enter")
    await expect(teacher.get_by_role("region", name="Messages")).to_contain_text("Ready?")
    for page in (teacher, student):
        await is_saved(page)
        await page.evaluate("window.notReloaded = true")

    people.lyceum.stop(how)
    await expect(student.get_by_test_id("connection-lost")).to_be_visible()
    await notes.tap()
    await student.keyboard.press("Control+End")
    await student.keyboard.type("during ")
    await expect(student.get_by_test_id("saving")).to_have_attribute("data-saving", "offline-unsaved")
    await screenshot(student, f"offline-phone-{how.name}")
    await screenshot(teacher, f"offline-{how.name}")
    people.lyceum.start()

    for page in (teacher, student):
        await expect(page.get_by_test_id("connection-lost")).to_have_count(0)
        await is_saved(page)
        assert await page.evaluate("window.notReloaded")
    await student.keyboard.type("after")
    await is_saved(student)
    await has_ink(teacher)
    await expect(teacher.get_by_role("region", name="Messages")).to_contain_text("Ready?")
    await open_document(teacher, "Notes")
    await expect(teacher.get_by_role("textbox", name="Shared notes")).to_have_text("before during after")
    late = await people.enter("Late", doc=BOARD)
    await has_ink(late)
    await open_document(late, "Notes")
    await expect(late.get_by_role("textbox", name="Shared notes")).to_have_text("before during after")


async def test_offline_shows_edits_are_kept_and_closing_the_page_asks(people: People) -> None:
    teacher = await people.enter("Tess", Role.TEACHER)
    student = await people.enter("Sam Li")
    notes = student.get_by_role("textbox", name="Shared notes")
    await notes.fill("one ")
    await is_saved(student)
    people.lyceum.pause()
    try:
        await student.evaluate("window.dispatchEvent(new Event('offline'))")
        await expect(student.get_by_test_id("connection-lost")).to_be_visible()
        await notes.press_sequentially("two")
        await expect(student.get_by_test_id("saving")).to_have_attribute("data-saving", "offline-unsaved")
        asked = await student.evaluate(
            "() => { const event = new Event('beforeunload', { cancelable: true }); window.dispatchEvent(event); "
            "return event.defaultPrevented; }"
        )
        assert asked
    finally:
        people.lyceum.resume()
    await is_saved(student)
    await expect(teacher.get_by_role("textbox", name="Shared notes")).to_have_text("one two")
    await expect(student.get_by_test_id("announcer")).to_contain_text("Connected again.")


async def test_a_vote_given_while_the_server_is_away_is_counted(people: People) -> None:
    teacher = await people.enter("Tess", Role.TEACHER)
    student = await people.enter("Sam")
    await open_panel(teacher, "Polls")
    await teacher.get_by_role("button", name="New poll").click()
    await teacher.get_by_role("textbox", name="Question").fill("Still there?")
    await teacher.get_by_role("button", name="Ask the class").click()
    await open_panel(student, "Polls")
    await expect(student.get_by_role("radio", name="No")).to_be_visible()
    people.lyceum.stop()
    await expect(student.get_by_test_id("connection-lost")).to_be_visible()
    await student.get_by_role("radio", name="No").check()
    people.lyceum.start()
    await expect(teacher.get_by_role("group", name="Still there?")).to_contain_text("100%")
