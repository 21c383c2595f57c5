"""Every page, light and dark, left to right and right to left, on a laptop and on a phone: usable by everybody."""

import pytest
from playwright.async_api import Page, expect

from realtime.roles import Role
from tests.e2e.drawing import board_is_up, draw, has_ink
from tests.e2e.looks import CHECKABLE, LOOKS, Look
from tests.e2e.people import BOARD, People, in_class, is_saved, open_panel

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="package")]

RECTANGLE = [(330.0, 180.0), (430.0, 240.0), (560.0, 330.0)]


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.name)
async def test_pages_outside_of_a_class(people: People, look: Look) -> None:
    page = await people.open(**look.options, **CHECKABLE)
    await page.goto(people.lyceum.url)
    await expect(page.locator("form").first).to_be_visible()
    await look.check(page, "landing")
    await page.locator("summary").click()
    await look.check(page, "landing-token")
    await page.locator(".frame-head button").click()
    await expect(page.get_by_role("dialog")).to_be_visible()
    await look.check(page, "settings")
    await page.keyboard.press("Escape")
    await page.goto(f"{people.lyceum.url}/class/{people.room}")
    await expect(page.get_by_role("heading", level=1)).to_be_visible()
    await look.check(page, "enter")
    token = people.lyceum.token("elsewhere", "lost", Role.STUDENT)
    await page.get_by_role("textbox").fill(token)
    await page.locator("form .primary").click()
    await expect(page.locator("h1[tabindex]")).to_be_focused()
    await look.check(page, "ended")


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.name)
async def test_every_part_of_a_class(people: People, look: Look) -> None:
    page = await people.enter("Tess Ortega", Role.TEACHER, BOARD, **look.options, **CHECKABLE)
    await board_is_up(page)
    phone = look.options["viewport"]["width"] < 500
    if not phone:
        await draw(page, "r", RECTANGLE)
        await has_ink(page)
    await look.check(page, "class-board")
    await write_together(page, look)
    await talk(page, look, phone)


async def write_together(page: Page, look: Look) -> None:
    await document(page, 1)
    notes = page.locator(".ProseMirror")
    await notes.click()
    await page.keyboard.type("The water cycle. ")
    await is_saved(page)
    await look.check(page, "class-notes")
    await document(page, 2)
    await page.locator(".cm-content").click()
    await page.keyboard.type("def area(r):\nreturn 3.14 * r ** 2")
    await look.check(page, "class-code")
    await page.locator(".documents > button").click()
    await look.check(page, "class-new-document")
    await page.keyboard.press("Escape")


async def document(page: Page, place: int) -> None:
    await page.locator(".document-tab").nth(place).click()
    await expect(page.locator(".document-tab").nth(place)).to_have_attribute("aria-current", "page")


async def talk(page: Page, look: Look, phone: bool) -> None:
    async def panel(place: int) -> None:
        await page.locator(".bar-button").nth(place + 1).click() if phone else await (
            page.get_by_role("tab").nth(place).click()
        )

    await page.locator(".hand-button").click()
    await panel(0)
    await expect(page.locator(".hand-row")).to_have_count(1)
    await look.check(page, "class-people")
    await panel(1)
    for text in ("Hello everybody", "What does the arrow mean?"):
        await page.locator("#chat-text").fill(text)
        await page.keyboard.press("Enter")
        await expect(page.locator(".message-text").last).to_have_text(text)
    await look.check(page, "class-chat")
    await panel(2)
    await page.locator(".polls > .primary").click()
    await page.get_by_role("dialog").get_by_role("textbox").first.fill("Is zero a number?")
    await look.check(page, "class-poll-dialog")
    await page.get_by_role("dialog").locator(".primary").click()
    await page.get_by_role("radio").first.check()
    await expect(page.locator(".choice-share").first).to_contain_text("100")
    await look.check(page, "class-polls")
    await page.keyboard.press("Alt+k")
    await expect(page.get_by_role("dialog")).to_be_visible()
    await look.check(page, "class-settings")
    await page.keyboard.press("Escape")


async def test_a_class_by_keyboard_alone(people: People) -> None:
    page = await people.enter("Kim", Role.TEACHER)
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("main", name="Class material")).to_be_focused()
    await page.keyboard.press("Alt+c")
    field = page.get_by_role("textbox", name="Message to the class")
    await expect(field).to_be_focused()
    await page.keyboard.type("typed\n")
    await expect(page.get_by_role("region", name="Messages")).to_contain_text("typed")
    await page.keyboard.press("Alt+l")
    await expect(page.get_by_role("tab", name="Polls")).to_have_attribute("aria-selected", "true")
    await page.get_by_role("tab", name="Polls").focus()
    await page.keyboard.press("ArrowRight")
    await expect(page.get_by_role("tab", name="People")).to_be_focused()
    await page.keyboard.press("Alt+3")
    code = page.get_by_role("textbox", name="Shared code")
    await code.focus()
    await page.keyboard.type("x")
    await page.keyboard.press("Tab")
    await expect(code).to_be_focused()
    await page.keyboard.press("Escape")
    await page.keyboard.press("Tab")
    await expect(code).not_to_be_focused()
    opener = page.get_by_role("button", name="Settings")
    await opener.focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("dialog", name="Settings")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(opener).to_be_focused()


async def test_language_and_appearance_are_chosen_and_remembered(people: People) -> None:
    page = await people.enter("Kim")
    await page.get_by_role("button", name="Settings").click()
    await page.get_by_role("combobox", name="Language").select_option("العربية")
    await page.get_by_role("radio", name="داكن").check()
    await page.reload()
    await in_class(page)
    root = page.locator("html")
    await expect(root).to_have_attribute("lang", "ar")
    await expect(root).to_have_attribute("dir", "rtl")
    await expect(root).to_have_attribute("data-theme", "dark")
    await page.get_by_role("button", name="الإعدادات").click()
    await page.get_by_role("combobox", name="اللغة").select_option("Español")
    await expect(page.get_by_role("button", name="Levantar la mano")).to_be_visible()
    await expect(root).to_have_attribute("dir", "ltr")


async def test_what_happens_is_read_out(people: People) -> None:
    teacher = await people.enter("Tess", Role.TEACHER)
    student = await people.enter("Sam")
    announced = teacher.get_by_test_id("announcer")
    await expect(announced).to_have_attribute("aria-live", "polite")
    await student.get_by_role("button", name="Raise hand").click()
    await expect(announced).to_contain_text("Sam raised a hand.")
    await open_panel(teacher, "Polls")
    await teacher.get_by_role("button", name="New poll").click()
    await teacher.get_by_role("textbox", name="Question").fill("Ready?")
    await teacher.get_by_role("button", name="Ask the class").click()
    await expect(student.get_by_test_id("announcer")).to_contain_text("New poll: Ready?")
