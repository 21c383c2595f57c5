"""Work of students in a browser: a document of the class handed in, replayed, reviewed by another, who came."""

import re

import pytest
from playwright.async_api import FilePayload, Page, expect

from tests.e2e.looks import CHECKABLE, looks
from tests.e2e.people import People, in_class, is_saved, open_document
from tests.e2e.school import LINA, SAM, TEACHER, Api, open_course, open_part, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="package")]

LIGHT, PHONE = looks("light", "arabic-dark-phone")
"""The first is looked at on the way."""
TITLE = "Reviewed by others"


async def test_a_live_document_is_handed_in_and_reviewed_by_another_student(people: People) -> None:
    people.expect_refusal(404, "/submission$")  # nothing was begun yet
    sam = await sign_in(people, SAM)
    teacher, lina = [await sign_in(people, name, **CHECKABLE) for name in (TEACHER, LINA)]
    await begin_reviewed_work(people, teacher, lina)
    await write_in_class(sam)
    await hand_in_document(sam)
    await who_came(teacher)
    await start_reviews(teacher)
    await review(lina)
    await Api(people, sam).review_all(TITLE)
    await marks_of_reviews(teacher)
    await sam.reload()
    await expect(sam.get_by_text("8 of 10")).to_be_visible()
    await expect(sam.get_by_role("heading", name="Review 1", level=3)).to_be_visible()
    await expect(sam.get_by_text("Show a drawing, too.")).to_be_visible()
    await replay(sam)
    await reviewed_on_a_phone(people)


async def begin_reviewed_work(people: People, teacher: Page, lina: Page) -> None:
    """An assignment by the rubric of the demo's own, one review each; the other student has handed in."""
    api, own = Api(people, teacher), Api(people, lina)
    course = await api.demo_course()
    known = (await api("GET", f"/courses/{course}/assignments"))["items"][0]
    task = {"title": TITLE, "points": "10", "rubric": known["rubric"], "peer_reviews": 1}
    made = await api("POST", f"/courses/{course}/assignments", task)
    await api("PATCH", f"/assignments/{made['id']}", {"status": "published"}, made["version"])
    path = f"/assignments/{made['id']}/submission"
    await own("PUT", path, {"body": "Shadows are *longer* in the evening."})
    await own("POST", f"{path}/hand-in")


async def write_in_class(page: Page) -> None:
    await page.get_by_role("link", name="Schedule").click()
    await page.get_by_role("button", name="Join now: Demo class").click()
    await in_class(page)
    await open_document(page, "Notes")
    await page.locator(".ProseMirror").click()
    await page.keyboard.press("Control+End")
    await page.keyboard.type("Falling stones.")
    await is_saved(page)
    await page.goto(page.url.split("/class/")[0] + "/courses")


async def open_reviewed(page: Page) -> None:
    await open_course(page)
    await open_part(page, "Assignments")
    await page.get_by_role("link", name=TITLE).click()


async def hand_in_document(page: Page) -> None:
    await open_reviewed(page)
    await page.get_by_role("textbox", name="Your work").fill("See my notes.")
    await page.get_by_role("button", name="Hand in a live document").click()
    dialog = page.get_by_role("dialog", name="Hand in a live document")
    await dialog.get_by_role("button", name="Take this document").click()
    await expect(dialog.get_by_role("alert")).to_have_text("Please choose a document.")
    await dialog.get_by_role("radio", name=re.compile("^Notes")).check()
    await dialog.get_by_role("button", name="Take this document").click()
    await expect(page.get_by_role("link", name="Notes")).to_be_visible()
    await expect(page.get_by_role("textbox", name="Your work")).to_have_value("See my notes.")
    notes: FilePayload = {"name": "figures.csv", "mimeType": "text/csv", "buffer": b"t,s\n1,5\n2,20\n"}
    await page.locator("input[type=file]").set_input_files(notes)
    await expect(page.get_by_role("button", name="Leave out: figures.csv")).to_be_visible()
    await page.get_by_role("button", name="Hand in", exact=True).click()
    await expect(page.get_by_text("Handed in", exact=True)).to_be_visible()
    await expect(page.get_by_role("link", name=re.compile("figures.csv"))).to_be_visible()


async def who_came(page: Page) -> None:
    """Everybody of the course is there to be marked; the teacher excuses one."""
    await open_course(page)
    await page.get_by_role("link", name="Attendance: Demo class").click()
    await expect(page.get_by_label(f"Attendance of {SAM}")).to_be_visible()
    await page.get_by_label(f"Attendance of {LINA}").select_option("Excused")
    await expect(page.get_by_role("row").filter(has_text=LINA)).to_contain_text("said by staff")
    await expect(page.get_by_test_id("announcer")).to_contain_text(f"{LINA}: Excused")
    await LIGHT.check(page, "desk-attendance")


async def start_reviews(page: Page) -> None:
    await open_reviewed(page)
    await page.get_by_role("button", name="Start peer review").click()
    dialog = page.get_by_role("dialog", name="Start peer review")
    await expect(dialog).to_contain_text("2 works were handed in.")
    await dialog.get_by_role("button", name="Start peer review").click()
    await expect(page.get_by_role("row").filter(has_text=SAM)).to_contain_text("0 of 1")
    await LIGHT.check(page, "desk-peers")


async def review(page: Page) -> None:
    await open_reviewed(page)
    await page.get_by_role("link", name="Review work 1").click()
    await expect(page.get_by_text("See my notes.")).to_be_visible()
    await expect(page.locator("main")).not_to_contain_text(SAM)
    await page.get_by_role("link", name="The live document").click()
    await expect(page.get_by_role("region", name="Live document")).to_contain_text("Falling stones.")
    await LIGHT.check(page, "desk-document")
    await page.go_back()
    await page.get_by_role("button", name="Give this review").click()
    await expect(page.get_by_role("alert")).to_have_text("Please pick a level for each criterion.")
    await LIGHT.check(page, "desk-review")
    for level in ("exact", "has gaps", "clear"):
        await page.get_by_role("radio", name=re.compile(f"^{level}")).check()
    await page.get_by_role("textbox", name="Words for the author").fill("Show a drawing, too.")
    await page.get_by_role("button", name="Give this review").click()
    await expect(page.get_by_text("Reviewed", exact=True)).to_be_visible()


async def marks_of_reviews(page: Page) -> None:
    """One review is too little for a mark: the teacher looks, with the review at hand."""
    await page.reload()
    line = page.get_by_role("row").filter(has_text=SAM)
    await expect(line).to_contain_text("1 of 1")
    await expect(line).to_contain_text("80%")
    await page.get_by_role("button", name="Make marks of the reviews").click()
    await expect(page.get_by_text("Marked by their reviews: 0. For you to look at: 2.")).to_be_visible()
    await line.get_by_role("link", name=SAM).click()
    await expect(page.get_by_text("Show a drawing, too.")).to_be_visible()
    await expect(page.get_by_role("link", name="Notes")).to_be_visible()
    for level in ("exact", "has gaps", "clear"):
        await page.get_by_role("radio", name=re.compile(f"^{level}")).check()
    await page.get_by_role("button", name="Mark and return").click()
    await expect(line).to_contain_text("8")


async def replay(page: Page) -> None:
    """The document that was handed in, from its end back to its beginning, by keyboard."""
    await page.get_by_role("link", name="Notes").click()
    shown = page.get_by_role("region", name="Live document")
    await expect(shown).to_contain_text("Falling stones.")
    slider = page.get_by_role("slider", name="How it came to be")
    await slider.focus()
    await page.keyboard.press("Home")
    await expect(slider).to_have_attribute("aria-valuetext", re.compile("^Step 0 of"))
    await expect(shown).not_to_contain_text("Falling")
    await page.get_by_role("button", name="Play its history").click()
    await expect(shown).to_contain_text("Falling stones.")
    await page.get_by_role("link", name="Back to the work").click()
    await expect(page.get_by_role("heading", name=TITLE, level=1)).to_be_visible()


async def reviewed_on_a_phone(people: People) -> None:
    """The way through the course, and what was handed in and reviewed, from right to left."""
    page, look = await sign_in(people, SAM, **PHONE.options, **CHECKABLE), PHONE
    await open_course(page)
    course = page.url
    await page.goto(f"{course}/path")
    await expect(page.locator(".path-step")).to_have_count(3)
    await expect(page.locator(".skill").first).to_be_visible()
    await look.check(page, "desk-path")
    await page.goto(f"{course}/assignments")
    await page.locator(".line-card .text-link").filter(has_text=TITLE).click()
    await expect(page.locator("dl.rubric")).to_have_count(2)
    await look.check(page, "desk-reviewed")
    await page.locator(".page-link", has=page.locator("svg.lucide-history")).click()
    await expect(page.locator(".replay")).to_be_visible()
    await expect(page.locator(".card > .prose")).to_contain_text("Falling stones.")
    await look.check(page, "desk-document")
    await page.go_back()
    await page.locator(".line-card .button").click()
    await expect(page.locator("form fieldset").first).to_be_visible()
    await look.check(page, "desk-review")
    await page.context.close()
    page = await sign_in(people, TEACHER, **PHONE.options, **CHECKABLE)
    await page.goto(f"{course}/assignments")
    await page.locator(".line-card .text-link").filter(has_text=TITLE).click()
    await expect(page.locator(".book td").first).to_be_visible()
    await look.check(page, "desk-peers")
