"""What the first page costs, and that editors are loaded when they are first opened."""

import json
from collections.abc import Callable

import pytest
from playwright.async_api import Page, expect

from realtime.roles import Role
from tests.e2e.drawing import board_is_up
from tests.e2e.people import People, open_document

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="package")]

FIRST_PAGE_SCRIPT_BYTES = 400_000
"""Of script, unpacked, before one can type a name."""

_SCRIPTS = """() => performance.getEntriesByType('resource')
  .filter(({ name }) => new URL(name).pathname.endsWith('.js'))
  .map(({ name, decodedBodySize }) => [new URL(name).pathname.split('/').at(-1).split('-')[0], decodedBodySize])"""


async def loaded(page: Page) -> set[str]:
    """The editors whose code is here."""
    return {name for name, _size in await page.evaluate(_SCRIPTS)} & {"Board", "TextEditor", "CodeEditor"}


async def test_the_first_page_is_light_and_the_editors_come_when_opened(
    people: People, record_property: Callable[[str, object], None]
) -> None:
    page = await people.open()
    await page.goto(people.lyceum.url)
    await page.get_by_role("textbox", name="Your name").fill("Kim")
    interactive = await page.evaluate("performance.now()")
    scripts = await page.evaluate(_SCRIPTS)
    record_property("milliseconds until a name is typed", round(interactive))
    print(f"first page: {interactive:.0f} ms until a name is typed, {json.dumps(scripts)}")
    assert sum(size for _name, size in scripts) < FIRST_PAGE_SCRIPT_BYTES
    assert await loaded(page) == set()

    await page.goto(
        f"{people.lyceum.url}/class/{people.room}#token={people.lyceum.token(people.room, 'kim', Role.STUDENT)}"
    )
    await board_is_up(page)
    assert await loaded(page) == {"Board"}
    await open_document(page, "Notes")
    await expect(page.get_by_role("textbox", name="Shared notes")).to_be_visible()
    assert await loaded(page) == {"Board", "TextEditor"}
    await open_document(page, "Code")
    await expect(page.get_by_role("textbox", name="Shared code")).to_be_visible()
    assert await loaded(page) == {"Board", "TextEditor", "CodeEditor"}
