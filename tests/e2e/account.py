"""One's own account in a browser: of the founder of a school, of a guardian and of a child there."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from playwright.async_api import Locator, Page, expect

from tests.e2e.looks import CHECKABLE, looks
from tests.e2e.people import People
from tests.e2e.school import Api, outbox_link

FAY, PASSWORD = "fay@north.example", "a long enough one"
OTHER = "a longer one than that"
LIGHT, PHONE = looks("light", "arabic-dark-phone")


async def enter_as(page: Page, email: str, password: str) -> None:
    """By password, into the school that was founded."""
    await page.get_by_role("textbox", name="School").fill("north")
    await page.get_by_role("textbox", name="E-mail address").fill(email)
    await page.get_by_role("textbox", name="Password").fill(password)
    await page.keyboard.press("Enter")


async def the_founders_account(people: People, page: Page) -> None:
    """Everything on it, to its end."""
    people.expect_refusal(40, "/me/password|/erasure|/auth/sign-in")
    api = Api(people, page)
    await page.goto(f"{people.lyceum.url}/courses")
    for _ in range(3):
        await a_program_signs_in(api)
    await page.get_by_role("link", name="Your account: Fay Founder").click()
    await expect(page.get_by_role("heading", name="Your account", level=1)).to_be_focused()
    await is_called_otherwise(api, page)
    await signs_out_elsewhere(page)
    await has_another_password(api, page)
    await gets_the_data(page)
    await LIGHT.check(page, "account")
    await is_not_erased_as_the_only_administrator(page)
    await others_of_the_school(people, api)
    await is_erased(page)


async def is_called_otherwise(api: Api, page: Page) -> None:
    await page.get_by_role("textbox", name="Name").fill(" ")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("alert")).to_have_text("Please enter your name.")
    await page.get_by_role("textbox", name="Name").fill("Fay F. Founder")
    await page.get_by_role("combobox", name="Language of messages").select_option("Español")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("Saved.")).to_be_visible()
    await expect(page.get_by_role("link", name="Your account: Fay F. Founder")).to_be_visible()
    assert (await api("GET", "/me"))["locale"] == "es"


async def a_program_signs_in(api: Api) -> None:
    words = {"institution": "north", "email": FAY, "password": PASSWORD, "mode": "bearer"}
    await api("POST", "/auth/sign-in", words)


async def signs_out_elsewhere(page: Page) -> None:
    """Of one place, then of all others; the focus does not get lost with the button."""
    lines = page.locator(".session-line")
    await expect(lines).to_have_count(4)
    await expect(lines.first).to_contain_text("Here")
    await lines.nth(1).get_by_role("button").press("Enter")
    await expect(lines).to_have_count(3)
    await expect(page.get_by_test_id("announcer")).to_contain_text("Signed out: ")
    await expect(page.get_by_role("heading", name="Where you are signed in")).to_be_focused()
    await page.get_by_role("button", name="Sign out everywhere else").click()
    await expect(lines).to_have_count(1)
    await expect(page.get_by_role("button", name="Sign out everywhere else")).to_have_count(0)


async def has_another_password(api: Api, page: Page) -> None:
    """Which ends the session a program began meanwhile."""
    await a_program_signs_in(api)
    assert len((await api("GET", "/me/sessions"))["items"]) == 2
    current, new = [page.get_by_role("textbox", name=name) for name in ("Current password", "New password")]
    change = page.get_by_role("button", name="Change the password")
    await current.fill("not this one at all")
    await new.fill("short")
    await change.click()
    await expect(page.get_by_role("alert")).to_contain_text("At least 10")
    await new.fill(OTHER)
    await change.click()
    await expect(page.get_by_role("alert")).to_have_text("The current password is not right.")
    await expect(new).to_have_value(OTHER)
    await current.fill(PASSWORD)
    await page.get_by_role("checkbox", name="Show what I type").check()
    await expect(new).to_have_attribute("type", "text")
    await change.click()
    await expect(page.get_by_text("Your password is changed.")).to_be_visible()
    assert len((await api("GET", "/me/sessions"))["items"]) == 1
    await expect(new).to_have_value("")


async def gets_the_data(page: Page) -> None:
    await page.get_by_role("button", name="Make the file").click()
    link = page.get_by_role("link", name="Download the file")
    await expect(link).to_be_focused()
    async with page.expect_download() as download:
        await page.keyboard.press("Enter")
    file = await download.value
    assert file.suggested_filename.startswith("lyceum-fay-f-founder-")
    data = json.loads(Path(await file.path()).read_text())
    assert (data["person"]["email"], data["planes"]) == (FAY, [])


async def is_not_erased_as_the_only_administrator(page: Page) -> None:
    dialog = await asks_to_be_erased(page, "Fay")
    await expect(dialog.get_by_role("alert")).to_contain_text("That is not your name")
    await LIGHT.check(page, "account-erase")
    await dialog.get_by_role("button", name="Cancel").click()
    await expect(page.get_by_role("button", name="Erase everything about me")).to_be_focused()
    dialog = await asks_to_be_erased(page, "Fay F. Founder")
    await expect(dialog.get_by_role("alert")).to_contain_text("you are its only one")
    await dialog.get_by_role("button", name="Cancel").click()


async def asks_to_be_erased(page: Page, name: str) -> Locator:
    """The dialog, with ``name`` typed in it and sent."""
    await page.get_by_role("button", name="Erase everything about me").click()
    dialog = page.get_by_role("dialog", name="Erase everything about you?")
    await dialog.get_by_role("textbox").fill(name)
    await dialog.get_by_role("button", name="Erase everything about me").click()
    return dialog


async def others_of_the_school(people: People, api: Api) -> None:
    """A guardian consents for a child who asks for it, and takes it back; then is an administrator too."""
    born = datetime.now(UTC).year - 9
    mina = await takes_in(people, api, "Mina Minor", roles=["student"], birth_date=f"{born}-01-01")
    gus = await takes_in(people, api, "Gus Guardian", roles=["guardian"])
    await api("PUT", f"/people/{mina['id']}/guardians/{gus['id']}")
    await sees_who_decides(people, api, mina)
    await consents(people, api, mina["id"], gus["email"])
    roles = {"roles": ["guardian", "administrator"]}
    await api("PUT", f"/people/{gus['id']}/roles", roles, await version(api, gus["id"]))


async def version(api: Api, person: str) -> int:
    return (await api("GET", f"/people/{person}"))["version"]


async def sees_who_decides(people: People, api: Api, mina: Any) -> None:
    """The child; whose address is changed by the administration, and is to be confirmed."""
    child = await people.open(**CHECKABLE)
    await child.goto(f"{people.lyceum.url}/account")
    await enter_as(child, mina["email"], PASSWORD)
    await expect(child.get_by_role("region", name="Consent of a guardian")).to_contain_text("has not consented yet")
    await expect(child.get_by_text("This is for Gus Guardian to decide.")).to_be_visible()
    await expect(child.get_by_role("button", name="Erase everything about me")).to_have_count(0)
    change = {"email": "minor@north.example"}
    await api("PATCH", f"/people/{mina['id']}", change, await version(api, mina["id"]))
    await comes_again(child)
    await child.get_by_role("button", name="Send me the link again").click()
    await expect(child.get_by_text("A link is on its way to that address.")).to_be_visible()
    await LIGHT.check(child, "account-child")
    _, token = outbox_link(people, "/verify-email#", institution="north").split("#token=")
    await api("POST", "/auth/email/verify", {"token": token})
    await comes_again(child)
    await expect(child.get_by_text("Confirmed", exact=True)).to_be_visible()


async def comes_again(page: Page) -> None:
    """To one's account, by way of another page."""
    await page.locator(".way").first.click()
    await expect(page.locator(".who-link")).not_to_have_attribute("aria-current", "page")
    await page.locator(".who-link").click()


async def takes_in(people: People, api: Api, name: str, **details: object) -> Any:
    """Somebody new, who has chosen a password by the link they were sent."""
    email = f"{name.split()[0].lower()}@north.example"
    person = await api("POST", "/people", {"name": name, "email": email, **details})
    _, token = outbox_link(people, "/set-password#", institution="north").split("#token=")
    await api("POST", "/auth/password/set", {"token": token, "password": PASSWORD})
    return person


async def consents(people: People, api: Api, ward: str, email: str) -> None:
    """By keyboard, on a phone, from right to left."""
    page = await people.open(**PHONE.options, **CHECKABLE)
    await page.goto(f"{people.lyceum.url}/account")
    for field, text in enumerate(("north", email, PASSWORD)):
        await page.locator("form input").nth(field).fill(text)
    await page.keyboard.press("Enter")
    button = page.locator(".ward > .row > .button").first
    await expect(button).to_have_class("button primary")
    await PHONE.check(page, "account-guardian")
    await button.press("Enter")
    await expect(button).to_have_class("button danger-quiet")
    await expect(button).to_be_focused()
    assert (await api("GET", f"/people/{ward}/consent"))["given"]
    await button.press("Enter")
    await expect(page.get_by_role("dialog")).to_be_visible()
    await PHONE.check(page, "account-withdraw")
    await page.get_by_role("dialog").locator(".button.danger").press("Enter")
    await expect(button).to_have_class("button primary")
    await expect(button).to_be_focused()
    assert not (await api("GET", f"/people/{ward}/consent"))["given"]


async def is_erased(page: Page) -> None:
    """At the end nobody of that name may come in."""
    await asks_to_be_erased(page, "Fay F. Founder")
    await expect(page.get_by_text("Everything about you is being erased.")).to_be_visible()
    await expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    await enter_as(page, FAY, OTHER)
    await expect(page.get_by_role("alert")).to_have_text("School, e-mail address or password is not right.")
