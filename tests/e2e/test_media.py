"""A class that sees and hears each other, in real browsers with fake cameras."""

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright, expect

from realtime.roles import Role
from tests.e2e.media_hands import (
    DEVICES,
    REMEMBER_CONNECTIONS,
    decoded,
    is_in,
    join,
    launch,
    shows,
    tile,
    tool,
)
from tests.e2e.people import People, open_panel, screenshot

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="package")]

SMALL, LARGE = 200, 300
"""Lines: the low layer of the fake camera has at most so many, the upper ones at least."""


@pytest_asyncio.fixture(scope="module", loop_scope="package")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        chromium = await launch(playwright)
        yield chromium
        await chromium.close()


async def test_a_class_sees_hears_and_is_kept_in_order(people: People) -> None:
    teacher = await people.enter("Tess Ortega", Role.TEACHER, **DEVICES)
    student = await people.enter("Sam Li", **DEVICES)
    watcher = await people.enter("Olu Watts", Role.OBSERVER)
    await watcher.add_init_script(REMEMBER_CONNECTIONS)
    await watcher.reload()
    await join(student)
    await join(teacher, camera=False)
    await watcher.get_by_role("button", name="Video call").click()
    await watcher.get_by_role("dialog").get_by_role("button", name="Join the call").click()
    await is_in(watcher)

    for page in (teacher, watcher):
        await shows(tile(page, "Sam Li"), most=SMALL)
    await tool(watcher, "Show people large").click()
    await shows(tile(watcher, "Sam Li"), least=LARGE)
    await screenshot(watcher, "call-large")
    counted = await decoded(watcher)
    assert any(line["frames"] > 5 and line["height"] >= LARGE for line in counted.values()), counted

    await tool(teacher, "Microphone").click()
    await expect(tile(watcher, "Tess Ortega").get_by_role("img", name="microphone off")).to_be_visible()
    await expect(tile(watcher, "Sam Li")).to_have_class(re.compile("talking"))

    await tool(student, "Share your screen").click()
    await expect(student.get_by_text("Everybody in the call sees your screen.")).to_be_visible()
    for page in (teacher, watcher):
        await shows(tile(page, "Sam Li: screen"))
    await screenshot(teacher, "call-screen")
    await tool(student, "Share your screen").click()
    await expect(tile(teacher, "Sam Li: screen")).to_have_count(0)

    await tile(teacher, "Sam Li").get_by_role("button").click()
    await teacher.get_by_role("dialog").get_by_role("button", name="Turn their microphone off").click()
    await expect(student.get_by_text("A teacher turned your microphone off.").first).to_be_visible()
    await expect(tool(student, "Microphone")).to_have_attribute("aria-pressed", "false")
    await tile(teacher, "Sam Li").get_by_role("button").click()
    await screenshot(teacher, "call-staff")
    remove = teacher.get_by_role("dialog").get_by_role("button", name="Take off the stage")
    await remove.click()
    await remove.click()
    await expect(student.get_by_text("A teacher ended what you were sending.").first).to_be_visible()
    await expect(tile(teacher, "Sam Li")).to_have_count(0)
    await expect(tool(student, "Camera")).to_have_attribute("aria-disabled", "true")
    await open_panel(teacher, "People")
    await teacher.locator("summary", has_text="Video and audio of the class").click()
    await teacher.get_by_role("button", name="Allow on the stage again").click()
    await expect(tool(student, "Camera")).to_have_attribute("aria-disabled", "false")
    await tool(student, "Camera").click()
    await shows(tile(teacher, "Sam Li"))
    await student.reload()
    await is_in(student)
    await shows(tile(teacher, "Sam Li"))
    await expect(tile(teacher, "Sam Li")).to_have_count(1)
