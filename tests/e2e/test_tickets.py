"""A visit that outlasts its join token, and the side panel in a language of long words."""

import pytest
from playwright.async_api import expect

from realtime.roles import Role
from tests.e2e.people import LAPTOP, NOTES, People, in_class, is_saved

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="package")]

_EXPIRES = "room => JSON.parse(sessionStorage.getItem(`lyceum.ticket.${room}`)).expires"


async def test_a_join_token_that_ends_soon_is_renewed_and_the_visit_goes_on(people: People) -> None:
    page = await people.open()
    token = people.lyceum.token(people.room, "u1", Role.STUDENT, "Kim", seconds=40)
    await page.goto(f"{people.lyceum.url}/class/{people.room}#token={token}&doc={NOTES}")
    await in_class(page)
    first = await page.evaluate("Date.now() / 1000 + 60")
    await page.wait_for_function(f"room => ({_EXPIRES})(room) > {first}", arg=people.room)
    await page.locator(".ProseMirror").click()
    await page.keyboard.type("Still here.")
    await is_saved(page)


async def test_every_tab_of_the_side_panel_is_whole_in_arabic(people: People) -> None:
    page = await people.enter("Kim", Role.TEACHER, **LAPTOP, locale="ar-EG")
    tabs = page.get_by_role("tab")
    await expect(tabs.first).to_be_visible()
    panel = await page.locator(".panel").bounding_box()
    assert panel is not None
    for tab in await tabs.all():
        box = await tab.bounding_box()
        assert box is not None
        assert box["x"] >= panel["x"]
        assert box["x"] + box["width"] <= panel["x"] + panel["width"]
        assert await tab.evaluate("tab => tab.scrollWidth <= tab.clientWidth")
