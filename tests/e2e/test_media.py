"""A class that sees and hears each other, in real browsers with fake cameras."""

import asyncio
import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright, expect

from realtime.roles import Role
from tests.e2e.drawing import board_is_up, draw, has_ink, is_blank
from tests.e2e.media_hands import (
    DEVICES,
    REMEMBER_CONNECTIONS,
    decoded,
    is_in,
    join,
    launch,
    plays,
    shows,
    tile,
    tool,
)
from tests.e2e.narrow_road import NarrowRoad, narrow_road
from tests.e2e.people import BOARD, People, open_document, open_panel, screenshot

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="package")]

NARROW = 160_000
"""Bits a second: the low layer and the sound, and nothing larger."""
SMALL, LARGE = 200, 300
"""Lines: the low layer of the fake camera has at most so many, the upper ones at least."""


@pytest_asyncio.fixture(scope="module", loop_scope="package")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        chromium = await launch(playwright)
        yield chromium
        await chromium.close()


@pytest_asyncio.fixture(loop_scope="package")
async def road() -> AsyncIterator[NarrowRoad]:
    async with narrow_road() as made:
        yield made


async def test_a_class_sees_hears_and_is_kept_in_order(people: People, road: NarrowRoad) -> None:
    teacher = await people.enter("Tess Ortega", Role.TEACHER, **DEVICES)
    student = await people.enter("Sam Li", **DEVICES)
    watcher = await people.enter("Olu Watts", Role.OBSERVER)
    await watcher.add_init_script(REMEMBER_CONNECTIONS)
    await road.lead(watcher)
    await watcher.reload()
    await join(student)
    await join(teacher, camera=False)
    await watcher.get_by_role("button", name="Video call").click()
    await watcher.get_by_role("dialog").get_by_role("button", name="Join the call").click()
    await road.open_for(watcher)
    await is_in(watcher)

    for page in (teacher, watcher):
        await shows(tile(page, "Sam Li"), most=SMALL)
    await tool(watcher, "Show people large").click()
    await shows(tile(watcher, "Sam Li"), least=LARGE)
    await screenshot(watcher, "call-large")
    counted = await decoded(watcher)
    assert any(line["frames"] > 5 and line["height"] >= LARGE for line in counted.values()), counted

    await tile(watcher, "Sam Li").get_by_role("button").click()
    await watcher.get_by_role("dialog").get_by_role("button", name="Picture in picture").click()
    await expect(watcher.locator("video:picture-in-picture")).to_have_count(1)

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

    # A narrow road gets the small picture.
    await shows(tile(watcher, "Sam Li"), least=LARGE)
    road.bits = NARROW
    async with asyncio.timeout(60):  # a busy machine sends less by itself for a while
        await road.overfull.wait()
    await shows(tile(watcher, "Sam Li"), most=SMALL)
    await shows(tile(watcher, "Sam Li"), frames=60)  # six seconds in twenty, whatever is tried meanwhile


async def test_a_class_lets_people_in_is_recorded_and_is_watched_again(people: People) -> None:
    teacher = await people.enter("Tess Ortega", Role.TEACHER, doc=BOARD, **DEVICES)
    student = await people.enter("Sam Li", doc=BOARD, **DEVICES)
    await board_is_up(teacher)

    # Newcomers knock; one is let in, one is sent away.
    await open_panel(teacher, "People")
    await teacher.locator("summary", has_text="Video and audio of the class").click()
    door = teacher.get_by_role("checkbox", name="Newcomers wait until you let them in")
    await door.click()
    await expect(door).to_be_checked()
    guest, stranger = await people.knock("Gil Park"), await people.knock("Nobody")
    for page in (guest, stranger):
        await expect(page.get_by_role("heading", name="You are almost in")).to_be_visible()
    await teacher.get_by_role("button", name="Let Gil Park in").click()
    await teacher.get_by_role("button", name="Send Nobody away").click()
    await expect(guest.get_by_role("navigation", name="Documents")).to_be_visible()
    await expect(stranger.get_by_role("heading", name="You are almost in")).to_have_count(0)
    await expect(stranger.get_by_role("navigation", name="Documents")).to_have_count(0)
    await expect(teacher.get_by_role("region", name="Waiting to come in")).to_have_count(0)

    # Everybody sees that it is recorded, and whom staff chose.
    await join(teacher, camera=False)
    await join(student)
    await teacher.get_by_role("button", name="Record the class").click()
    for page in (teacher, student, guest):
        await expect(page.get_by_text("This class is being recorded.")).to_be_visible()
    await shows(tile(teacher, "Sam Li"))
    await tile(teacher, "Sam Li").get_by_role("button").click()
    await teacher.get_by_role("dialog").get_by_role("button", name="Spotlight for everybody").click()
    for page in (teacher, student):
        await expect(tile(page, "Sam Li").get_by_role("img", name="in the spotlight")).to_be_visible()

    # Captions, a drawing, words and a hand.
    for page in (teacher, student):
        await page.keyboard.press("Alt+t")
        await expect(page.get_by_role("log", name="Captions")).to_be_visible()
    await teacher.get_by_role("button", name="Size and writing of captions").click()
    await teacher.get_by_role("checkbox", name="Write captions for the class").check()
    await teacher.keyboard.press("Escape")
    line = teacher.get_by_role("textbox", name="Write what is said, Enter to send")
    await line.press_sequentially("The sum of the ang")
    await expect(student.get_by_test_id("captions")).to_contain_text("The sum of the ang")
    await line.press_sequentially("les")
    await line.press("Enter")
    said = student.get_by_role("log", name="Captions").get_by_text("The sum of the angles", exact=True)
    await expect(said).to_be_visible()
    await screenshot(student, "captions")
    await draw(teacher, "r", [(150, 120), (380, 260)])
    await open_panel(student, "Chat")
    await student.get_by_role("textbox", name="Message to the class").fill("Why is that so?")
    await student.get_by_role("textbox", name="Message to the class").press("Enter")
    await student.get_by_role("button", name="Raise hand").click()
    await has_ink(student)
    await open_document(teacher, "Notes")
    notes = teacher.get_by_role("textbox", name="Shared notes")
    await open_panel(guest, "People")
    await guest.get_by_role("link", name="Recordings of this class").click()
    await expect(guest.get_by_text("Being recorded now")).to_be_visible()
    await open_panel(teacher, "People")
    await notes.press_sequentially("Because the lines are parallel.")
    await teacher.get_by_role("button", name="Record the class").click()
    for page in (teacher, student):
        await expect(page.get_by_text("This class is being recorded.")).to_have_count(0)
    await tool(teacher, "Leave the call").click()
    await tool(student, "Leave the call").click()

    # Watched again by who came late and waited for it.
    recorded = guest.get_by_role("link", name=re.compile("Play the recording"))
    await expect(recorded).to_be_visible()
    await expect(guest.get_by_role("button", name=re.compile("Delete"))).to_have_count(0)
    await recorded.click()
    await board_is_up(guest)
    await is_blank(guest)
    seats = guest.get_by_role("region", name="People seen and heard")
    await guest.keyboard.press("Space")
    await expect(seats.get_by_role("listitem").filter(has_text="Sam Li").locator("video")).to_be_visible()
    await plays(seats)
    await guest.keyboard.press("Alt+t")
    await expect(guest.get_by_role("log", name="Captions")).to_contain_text("The sum of the angles")
    await has_ink(guest)
    await screenshot(guest, "playback")
    await guest.keyboard.press("Space")
    await guest.get_by_role("tab", name="Chat").click()
    await guest.get_by_role("slider", name="Position").press("End")
    await expect(guest.get_by_text("Why is that so?")).to_be_visible()
    await open_document(guest, "Notes")
    await expect(guest.get_by_text("Because the lines are parallel.")).to_be_visible()
    await guest.get_by_role("tab", name="Class").click()
    await expect(guest.get_by_role("tabpanel")).to_contain_text("Sam Li")
    await open_document(guest, "Whiteboard")
    await has_ink(guest)
    await guest.get_by_role("slider", name="Position").press("Home")
    await is_blank(guest)
    await expect(guest.get_by_text("No hand is up.")).to_be_visible()
