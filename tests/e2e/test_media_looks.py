"""A call and a recording in every look: usable by everybody, and by keyboard alone."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright, expect

from realtime.roles import Role
from tests.e2e.looks import CHECKABLE, Look, axe_finds_nothing, looks
from tests.e2e.media_hands import DEVICES, is_in_step, join, launch, plays, tool
from tests.e2e.people import People, screenshot
from tests.e2e.recorded import record

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="package")]


LOOKED_AT = looks("light", "arabic-dark-phone")


@pytest_asyncio.fixture(scope="module", loop_scope="package")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        chromium = await launch(playwright)
        yield chromium
        await chromium.close()


@pytest.mark.parametrize("look", LOOKED_AT, ids=lambda look: look.name)
async def test_a_call_in_every_look(people: People, look: Look) -> None:
    student = await people.enter("Sam Li", **DEVICES)
    await join(student, camera=False)
    await tool(student, "Share your screen").click()
    page = await people.enter("Tess Ortega", Role.TEACHER, **look.options, **DEVICES, **CHECKABLE)
    await page.locator(".call-button").click()
    await expect(page.locator("dialog video")).to_be_visible()
    await look.check(page, "call-join")
    await page.locator(".preview-tools button").last.click()
    await page.locator("dialog .primary").click()
    await expect(page.locator(".tile.of-screen video")).to_be_visible()
    await look.check(page, "call-focus")
    await page.locator(".tile.of-screen .tile-more").click()
    await look.check(page, "call-tile")
    await page.keyboard.press("Escape")
    await page.keyboard.press("Alt+t")
    await page.locator(".caption-options").click()
    await page.locator("dialog input[type=checkbox]").first.check()
    await look.check(page, "call-captions-options")
    await page.keyboard.press("Escape")
    await page.locator(".caption-writer input").fill("The sum of the angles")
    await expect(page.get_by_test_id("captions")).to_contain_text("The sum of the angles")
    await look.check(page, "call-captions")
    await page.keyboard.press("Alt+t")
    await page.locator(".callbar [aria-pressed=true]").last.click()
    await expect(page.locator(".stage.strip")).to_be_visible()
    await screenshot(page, f"call-strip-{look.name}")  # it scrolls sideways, so its last tiles may stick out
    await axe_finds_nothing(page, f"call-strip, {look.name}")


@pytest.mark.parametrize("look", LOOKED_AT, ids=lambda look: look.name)
async def test_a_recording_in_every_look(people: People, look: Look) -> None:
    room = people.lyceum.token(people.room, "tess", Role.TEACHER, "Tess Ortega")
    record(people.lyceum.data_dir / "recordings", f"default/{people.room}")
    page = await people.open(**look.options, **CHECKABLE)
    await page.goto(f"{people.lyceum.url}/class/{people.room}/recordings#token={room}")
    await expect(page.locator(".recording-row .primary")).to_be_visible()
    await look.check(page, "recordings")
    await page.locator(".recording-row .primary").click()
    await expect(page.locator(".excalidraw canvas.interactive")).to_be_visible()
    await page.keyboard.press("Alt+t")
    await page.locator(".chapter").nth(1).click()
    await page.locator("main").focus()
    await page.keyboard.press("Space")
    await plays(page.locator(".seats"))
    await page.keyboard.press("Space")
    await is_in_step(page)
    await expect(page.get_by_test_id("captions")).to_be_visible()
    await look.check(page, "playback")
    for tab in ("chat", "class"):
        await page.locator(f"#play-{tab}").click()
        await look.check(page, f"playback-{tab}")
    await page.locator("#play-chapters").click()
    await page.locator(".chapter").last.click()
    await expect(page.locator(".recorded-screen video")).to_be_visible()
    await look.check(page, "playback-screen")
    await page.locator(".position input").press("Home")
    for key in ("PageUp", "ArrowRight", "ArrowLeft", "ArrowLeft"):
        await page.keyboard.press(key)
    await expect(page.get_by_test_id("position")).to_have_attribute("data-at", "25.0")
    await is_in_step(page)


async def test_a_call_by_keyboard_alone(people: People) -> None:
    page = await people.enter("Kim", Role.TEACHER, **DEVICES)
    await page.get_by_role("button", name="Video call").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("dialog", name="Join with video and audio")).to_be_visible()
    await page.get_by_role("button", name="Join the call").press("Enter")
    microphone = tool(page, "Microphone")
    await expect(microphone).to_have_attribute("aria-pressed", "true")
    await page.keyboard.press("Alt+m")
    await expect(microphone).to_have_attribute("aria-pressed", "false")
    await expect(page.get_by_test_id("announcer")).to_contain_text("Your microphone is off.")
    await page.locator("main").focus()
    await page.keyboard.down(" ")
    await expect(microphone).to_have_attribute("aria-pressed", "true")
    await page.keyboard.up(" ")
    await expect(microphone).to_have_attribute("aria-pressed", "false")
    await tool(page, "Leave the call").press("Enter")
    await expect(page.get_by_role("button", name="Video call")).to_be_visible()
