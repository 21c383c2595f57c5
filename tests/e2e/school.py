"""People of the demo school, signed in."""

import re
from typing import Any

from playwright.async_api import Page, expect

from tests.e2e.people import People

PASSWORD = "lyceum-demo-2026"
TEACHER, SAM, LINA = "Tomás Teacher", "Sam Student", "Lina Learner"


async def sign_in(people: People, name: str, **options: Any) -> Page:
    """Somebody of the demo school, by the button that bears their name; they see their courses."""
    page = await people.open(**options)
    await page.goto(f"{people.lyceum.url}/sign-in")
    await page.locator(".demo-accounts button").filter(has_text=name).click()
    await expect(page.locator(".course-card h2 a").first).to_be_visible()
    return page


async def open_course(page: Page) -> None:
    """The demo course, on its contents."""
    await page.locator(".way").first.click()
    await page.locator(".course-card h2 a").filter(has_text="Calculus").click()
    await expect(page.locator(".module")).to_have_count(3)


async def open_part(page: Page, name: str) -> None:
    """A part of the course that is open, by its English name."""
    await page.get_by_role("navigation", name="Parts of the course").get_by_role("link", name=name, exact=True).click()
    await expect(page.get_by_role("heading", name=name, level=2)).to_be_visible()


async def answers_are(page: Page, saving: str) -> None:
    """Wait until the page says so of the answers: saved, saving, offline."""
    await expect(page.get_by_test_id("saving")).to_have_attribute("data-saving", saving)


def question(page: Page, number: int) -> Any:
    """One question of a quiz."""
    return page.get_by_role("region", name=re.compile(rf"Question {number}$"))
