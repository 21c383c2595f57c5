"""A call in every look: usable by everybody, and by keyboard alone."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright, expect

from realtime.roles import Role
from tests.e2e.looks import CHECKABLE, axe_finds_nothing, fits_a_finger, fits_the_screen, is_all_arabic
from tests.e2e.media_hands import DEVICES, join, launch, tool
from tests.e2e.people import LAPTOP, PHONE, People, screenshot

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="package")]


@dataclass(frozen=True)
class Look:
    """One way to look at a call, and what is checked beside axe."""

    name: str
    options: dict[str, Any]
    checks: tuple[Callable[[Page, str], Awaitable[None]], ...] = ()

    async def check(self, page: Page, where: str) -> None:
        await screenshot(page, f"{where}-{self.name}")
        await axe_finds_nothing(page, f"{where}, {self.name}")
        for check in self.checks:
            await check(page, f"{where}, {self.name}")


LOOKS = [
    Look("light", LAPTOP),
    Look(
        "arabic-dark-phone",
        PHONE | {"locale": "ar-EG", "color_scheme": "dark"},
        (is_all_arabic, fits_a_finger, fits_the_screen),
    ),
]


@pytest_asyncio.fixture(scope="module", loop_scope="package")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        chromium = await launch(playwright)
        yield chromium
        await chromium.close()


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.name)
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
    await page.locator(".callbar [aria-pressed=true]").last.click()
    await expect(page.locator(".stage.strip")).to_be_visible()
    await screenshot(page, f"call-strip-{look.name}")  # it scrolls sideways, so its last tiles may stick out
    await axe_finds_nothing(page, f"call-strip, {look.name}")


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
