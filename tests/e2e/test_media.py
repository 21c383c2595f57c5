"""A class that sees and hears each other, in real browsers with fake cameras."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright, expect

from realtime.roles import Role
from tests.e2e.media_hands import DEVICES, REMEMBER_CONNECTIONS, decoded, join, launch, shows, tile, tool
from tests.e2e.people import People, screenshot

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="package")]


@pytest_asyncio.fixture(scope="module", loop_scope="package")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        chromium = await launch(playwright)
        yield chromium
        await chromium.close()


async def test_a_class_sees_its_teacher(people: People) -> None:
    teacher = await people.enter("Tess Ortega", Role.TEACHER, **DEVICES)
    student = await people.enter("Sam Li")
    watcher = await people.enter("Olu Watts", Role.OBSERVER)
    await join(teacher)
    await screenshot(teacher, "call-teacher")
    await join(student, camera=False, microphone=False)
    await shows(tile(student, "Tess Ortega"))
    await screenshot(student, "call-student")
