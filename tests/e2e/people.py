"""People in browsers: how they enter, and what their browser must never say."""

import itertools
import os
import re
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, ConsoleMessage, Page, Request, expect

from realtime.roles import Role
from tests.e2e.lyceum_process import LyceumProcess

PATIENCE_MS = 15_000
"""For anything to appear on a busy machine; passing tests wait only as long as it takes."""

BOARD = "board.main"
NOTES = "text.notes"
CODE = "code.main"

PHONE: dict[str, Any] = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
LAPTOP: dict[str, Any] = {"viewport": {"width": 1366, "height": 800}}

# A browser says so itself when a server it talks to goes away; tests that stop the server expect it.
_LOST_SERVER = re.compile(
    r"WebSocket connection to .* failed|ERR_CONNECTION_REFUSED|ERR_INTERNET_DISCONNECTED|Failed to fetch"
)

expect.set_options(timeout=PATIENCE_MS)


class People:
    """Makes people for one test and remembers what went wrong in their browsers."""

    def __init__(self, lyceum: LyceumProcess, browser: Browser, stack: AsyncExitStack, room: str) -> None:
        self.lyceum = lyceum
        self.room = room
        self._browser = browser
        self._stack = stack
        self._wrong: list[str] = []
        self._expected: list[re.Pattern[str]] = [_LOST_SERVER]
        self._numbers = itertools.count(1)

    async def open(self, **options: Any) -> Page:
        """An empty page of a browser of one's own."""
        context = await self._browser.new_context(**{**LAPTOP, "locale": "en-GB", **options})
        await self._stack.enter_async_context(context)
        context.set_default_timeout(PATIENCE_MS)
        page = await context.new_page()
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self._wrong.append(f"error in the page: {error}"))
        page.on("request", self._on_request)
        return page

    async def enter(self, name: str, role: Role = Role.STUDENT, doc: str = NOTES, **options: Any) -> Page:
        """Somebody in this test's room, by a link with a join token that opens on ``doc``."""
        page = await self.knock(name, role, doc, **options)
        await in_class(page)
        return page

    async def knock(self, name: str, role: Role = Role.STUDENT, doc: str = NOTES, **options: Any) -> Page:
        """Somebody who follows such a link, let in or not."""
        page = await self.open(**options)
        user = f"u{next(self._numbers)}"
        token = self.lyceum.token(self.room, user, role, name)
        await page.goto(f"{self.lyceum.url}/class/{self.room}#token={token}&doc={doc}")
        return page

    def expect_refusal(self, status: int, path: str) -> None:
        """A browser says in its console when a request is refused; a test that has one refused names it."""
        self._expected.append(re.compile(rf"status of {status}.*{path}"))

    def check_nothing_went_wrong(self) -> None:
        """No error in any page, no broken content-security-policy, no request to another origin."""
        assert not self._wrong, "\n".join(self._wrong[:5])

    def _on_console(self, message: ConsoleMessage) -> None:
        text = f"{message.text} {message.location.get('url', '')}"
        if message.type in ("error", "warning") and not any(known.search(text) for known in self._expected):
            self._wrong.append(f"console {message.type}: {text[:300]}")

    def _on_request(self, request: Request) -> None:
        own = (self.lyceum.url, "data:", "blob:")
        if not request.url.startswith(own):
            self._wrong.append(f"request to another origin: {request.url[:200]}")


async def in_class(page: Page) -> None:
    """Wait until the class is there."""
    await expect(page.get_by_role("navigation", name=re.compile("Documents|Documentos|المستندات"))).to_be_visible()


async def open_document(page: Page, name: str) -> None:
    """Bring a document into view: Whiteboard, Notes or Code."""
    if await page.get_by_role("button", name="Work", exact=True).count():
        await page.get_by_role("button", name="Work", exact=True).click()
    await page.get_by_role("navigation", name="Documents").get_by_role("button", name=name, exact=True).click()


async def open_panel(page: Page, name: str) -> None:
    """Show People, Chat or Polls, in the side panel or on a phone."""
    tab = page.get_by_role("tab", name=name)
    button = page.get_by_role("navigation", name="The class").get_by_role("button", name=name)
    await tab.or_(button).click()


async def is_saved(page: Page) -> None:
    """Wait until the page says that everything is saved."""
    await expect(page.get_by_test_id("saving")).to_have_attribute("data-saving", "saved")


async def screenshot(page: Page, name: str) -> None:
    """A picture for people to look at, when a folder for it is named."""
    if folder := os.environ.get("LYCEUM_SCREENSHOTS"):
        await page.screenshot(path=str(Path(folder) / f"{name}.png"), animations="disabled")
