"""Every page of the school, light and dark, left to right and right to left, on a laptop and on a phone."""

import pytest
from playwright.async_api import Page, expect

from tests.e2e.looks import CHECKABLE, Look, looks
from tests.e2e.people import People
from tests.e2e.school import LINA, TEACHER, open_course, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="package")]

WALKED = looks("light", "dark", "arabic", "arabic-dark-phone")


@pytest.mark.parametrize("look", WALKED, ids=lambda look: look.name)
async def test_what_a_student_sees(people: People, look: Look) -> None:
    people.expect_refusal(404, "/submission$")  # nothing was begun yet
    page = await people.open(**look.options, **CHECKABLE)
    await page.goto(f"{people.lyceum.url}/sign-in")
    await expect(page.locator(".demo-accounts button")).to_have_count(6)
    await look.check(page, "school-sign-in")
    await page.locator(".signin .text-button").first.click()
    await expect(page.locator("h1")).to_be_focused()
    await look.check(page, "school-forgot")
    await page.context.close()
    page = await sign_in(people, LINA, **look.options, **CHECKABLE)
    await look.check(page, "school-courses")
    await page.get_by_role("searchbox").fill("derivatives")
    await page.get_by_role("searchbox").press("Enter")
    await expect(page.locator(".hit mark").first).to_be_visible()
    await look.check(page, "school-search")
    await open_course(page)
    await expect(page.locator(".suggestion").first).to_be_visible()
    await look.check(page, "school-course")
    await tab(page, 2)
    await look.check(page, "school-quizzes")
    await take(page, look)
    await work(page, look)
    await page.locator(".way").last.click()
    await expect(page.locator(".line-card").first).to_be_visible()
    await look.check(page, "school-schedule")
    await page.locator(".who-link").click()
    await expect(page.locator(".session-line").first).to_be_visible()
    await look.check(page, "school-account")


async def tab(page: Page, place: int) -> None:
    """A part of the course that is open, by its place."""
    await page.locator(".course-tab").nth(place).click()
    await expect(page.locator(".school .line-card, .school .people-list, .school table").first).to_be_visible()


async def take(page: Page, look: Look) -> None:
    await page.locator(".line-card .text-link").filter(has_text="Rates of change").click()
    await expect(page.locator(".reading h1")).to_be_visible()
    await page.locator(".button.primary.large").click()
    await expect(page.locator(".question")).to_have_count(5)
    await page.locator(".question input").first.fill("20 m/s")
    await expect(page.get_by_test_id("saving")).to_have_attribute("data-saving", "saved")
    await look.check(page, "school-taking")
    await page.locator(".row.end .primary").click()
    await expect(page.get_by_role("dialog")).to_be_visible()
    await look.check(page, "school-hand-in")
    await page.keyboard.press("Escape")


async def work(page: Page, look: Look) -> None:
    await open_course(page)
    await tab(page, 3)
    await page.locator(".line-card .text-link").first.click()
    await expect(page.locator("textarea")).to_be_visible()
    await look.check(page, "school-assignment")


@pytest.mark.parametrize("look", WALKED, ids=lambda look: look.name)
async def test_what_a_teacher_sees(people: People, look: Look) -> None:
    page = await sign_in(people, TEACHER, **look.options, **CHECKABLE)
    await open_course(page)
    for place, name in ((1, "quizzes"), (3, "grades"), (4, "questions"), (5, "people")):
        await tab(page, place)
        await look.check(page, f"school-teacher-{name}")
    await tab(page, 4)
    await page.locator(".line-card .text-link").filter(has_text="Functions and derivatives").first.click()
    await expect(page.locator(".preview .match")).to_have_count(3)
    await look.check(page, "school-item")
    await tab_back(page)
    await page.locator(".line-card .small-button").first.click()
    await expect(page.locator(".order-line").first).to_be_visible()
    await look.check(page, "school-quiz-editor")


async def tab_back(page: Page) -> None:
    """From a question to the quizzes of its course."""
    await open_course(page)
    await tab(page, 1)
