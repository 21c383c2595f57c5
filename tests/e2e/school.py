"""People of the demo school, signed in."""

import json
import re
import urllib.request
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


def outbox_link(people: People, start: str, institution: str = "default") -> str:
    """The path of the newest link in the outbox that begins so."""
    address = f"{people.lyceum.url}/api/v1/dev/outbox?institution={institution}"
    with urllib.request.urlopen(address, timeout=10) as answer:
        texts = [message["text"] for message in json.load(answer)]
    found = re.search(re.escape(start) + r"\S+", "\n".join(texts))
    assert found is not None
    return found[0]


class Api:
    """The REST tier as somebody who is signed in in a browser: what a test needs and another one looks at."""

    def __init__(self, people: People, page: Page) -> None:
        self._base = f"{people.lyceum.url}/api/v1"
        self._page = page

    async def __call__(self, method: str, path: str, body: Any = None, version: int | None = None) -> Any:
        """What a route answers; it must not refuse."""
        headers = {"Origin": self._base.removesuffix("/api/v1")}
        headers |= {} if version is None else {"If-Match": f'"{version}"'}
        answer = await self._page.request.fetch(self._base + path, method=method, data=body, headers=headers)
        assert answer.ok, (method, path, answer.status, await answer.text())
        return await answer.json() if answer.status != 204 else None

    async def demo_course(self) -> str:
        """The id of the demo course."""
        courses = (await self("GET", "/courses"))["items"]
        return next(one["id"] for one in courses if one["code"] == "DEMO-1")

    async def review_all(self, title: str) -> None:
        """Give every review one has for an assignment: the highest level of each criterion."""
        tasks = (await self("GET", f"/courses/{await self.demo_course()}/assignments"))["items"]
        task = next(one for one in tasks if one["title"] == title)
        picks = {one["id"]: {"level": one["levels"][-1]["id"]} for one in task["rubric"]["criteria"]}
        for review in await self("GET", f"/assignments/{task['id']}/peer-reviews/mine"):
            await self("PUT", f"/peer-reviews/{review['id']}", {"picks": picks})
