"""Board, text and code: what one writes the others see, and it is still there after a reload."""

import asyncio

import pytest
from playwright.async_api import Page, expect
from pycrdt import Map, Text

from realtime.roles import Role
from tests.e2e.drawing import board_is_up, draw, has_ink, is_blank
from tests.e2e.peer import read_document
from tests.e2e.people import BOARD, CODE, PHONE, People, in_class, is_saved, open_document, screenshot

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="package")]

RECTANGLE = [(330.0, 180.0), (430.0, 240.0), (560.0, 330.0)]
CIRCLE = [(620.0, 200.0), (660.0, 230.0), (740.0, 300.0)]
STROKE = [(330.0 + 6 * step, 420.0 + (step % 7) * 9) for step in range(40)]


async def elements(people: People, page: str = "page-1") -> list[Map]:
    """What the server has of a board's page, but for what was deleted."""
    doc = await read_document(people.lyceum, people.room, "board.main")
    found = doc.get("pages", type=Map)[page]["elements"]
    return [element for element in found.values() if not element["isDeleted"]]


async def test_three_people_draw_on_one_board_and_a_reload_keeps_it(people: People) -> None:
    teacher = await people.enter("Tess Ortega", Role.TEACHER, BOARD)
    student = await people.enter("Sam Li", doc=BOARD)
    phone = await people.enter("Mo", doc=BOARD, **PHONE)
    for page in (teacher, student, phone):
        await board_is_up(page)
    await asyncio.gather(draw(teacher, "r", RECTANGLE), draw(student, "o", CIRCLE))
    await draw(teacher, "p", STROKE)
    for page in (teacher, student):
        await is_saved(page)
    kinds = sorted(element["type"] for element in await elements(people))
    assert kinds == ["ellipse", "freedraw", "rectangle"]
    await has_ink(phone)
    await student.mouse.move(500, 400)
    await screenshot(teacher, "board")
    await screenshot(phone, "board-phone")
    await asyncio.gather(same_picture(teacher), same_picture(student))
    await teacher.reload()
    await in_class(teacher)
    await has_ink(teacher)
    assert len(await elements(people)) == 3


async def same_picture(page: Page) -> None:
    """Going to another document and back takes the board down and sets it up again: nothing may be lost by it."""
    await has_ink(page)
    await open_document(page, "Notes")
    await expect(page.get_by_role("textbox", name="Shared notes")).to_be_visible()
    await open_document(page, "Whiteboard")
    await has_ink(page)


async def test_what_is_deleted_goes_everywhere_and_undo_brings_it_back(people: People) -> None:
    teacher = await people.enter("Tess", Role.TEACHER, BOARD)
    student = await people.enter("Sam", doc=BOARD)
    await board_is_up(student)
    await draw(teacher, "r", RECTANGLE)
    await has_ink(student)
    await teacher.keyboard.press("Delete")
    await is_blank(student)
    await teacher.keyboard.press("Control+z")
    await has_ink(student)


async def test_pages_are_added_renamed_and_drawn_on_apart(people: People) -> None:
    teacher = await people.enter("Tess", Role.TEACHER, BOARD)
    student = await people.enter("Sam", doc=BOARD)
    for page in (teacher, student):
        await board_is_up(page)
    await draw(teacher, "r", RECTANGLE)
    await teacher.get_by_role("button", name="Add a page").click()
    await is_blank(teacher)
    await teacher.get_by_role("button", name="Rename this page").click()
    await teacher.get_by_role("textbox", name="Name of the page").fill("Geometría")
    await teacher.get_by_role("button", name="Rename", exact=True).click()
    pages = student.get_by_role("navigation", name="Pages")
    await pages.get_by_role("button", name="Geometría").click()
    await is_blank(student)
    await draw(student, "o", CIRCLE)
    await has_ink(teacher)
    await pages.get_by_role("button", name="Page 1").click()
    await has_ink(student)
    await is_saved(student)
    assert [element["type"] for element in await elements(people)] == ["rectangle"]


async def test_a_locked_board_takes_no_strokes_of_students(people: People) -> None:
    teacher = await people.enter("Tess", Role.TEACHER, BOARD)
    student = await people.enter("Sam", doc=BOARD)
    await board_is_up(student)
    await teacher.get_by_role("button", name="Lock for students").click()
    await expect(student.get_by_text("The teacher has locked this. You can look, not change.")).to_be_visible()
    await screenshot(student, "locked")
    await draw(student, "r", RECTANGLE)
    await draw(teacher, "o", CIRCLE)
    await has_ink(student)
    await is_saved(teacher)
    assert [element["type"] for element in await elements(people)] == ["ellipse"]
    await teacher.get_by_role("button", name="Lock for students").click()
    await expect(student.get_by_text("The teacher has locked this.")).to_have_count(0)
    await draw(student, "r", RECTANGLE)
    await is_saved(student)
    assert len(await elements(people)) == 2


async def test_three_people_write_one_text(people: People) -> None:
    pages = [
        await people.enter("Tess Ortega", Role.TEACHER),
        await people.enter("Sam Li"),
        await people.enter("Mo", **PHONE),
    ]
    notes = [page.get_by_role("textbox", name="Shared notes") for page in pages]
    await notes[0].click()
    await pages[0].keyboard.type("The water cycle\n")
    await pages[0].get_by_role("combobox", name="Paragraph style").select_option("Heading 2")
    await expect(notes[1].get_by_text("The water cycle")).to_be_visible()
    await notes[1].click()
    await pages[1].keyboard.press("Control+End")
    await asyncio.gather(pages[0].keyboard.type("Sun heats the sea. "), pages[1].keyboard.type("Clouds make rain. "))
    await notes[2].tap()
    await pages[2].keyboard.press("Control+Home")
    await pages[2].keyboard.type("Day 1: ")
    for field in notes:
        await expect(field).to_contain_text("Day 1: The water cycle")
        await expect(field.get_by_role("heading", level=2)).to_have_count(1)
    for page in pages:
        await is_saved(page)
    texts = [await field.evaluate(_TEXT) for field in notes]
    assert texts[0] == texts[1] == texts[2]
    assert len(texts[0]) == len("Day 1: The water cycleSun heats the sea. Clouds make rain. ")
    await screenshot(pages[0], "notes")
    await screenshot(pages[2], "notes-phone")
    await pages[1].reload()
    await expect(notes[1]).to_contain_text("Day 1: The water cycle")


_TEXT = """element => {
  const copy = element.cloneNode(true);
  for (const caret of copy.querySelectorAll('.caret')) caret.remove();
  return copy.textContent;
}"""


async def test_two_people_edit_one_code_file(people: People) -> None:
    first = await people.enter("Tess Ortega", Role.TEACHER, CODE)
    second = await people.enter("Sam Li", doc=CODE)
    codes = [page.get_by_role("textbox", name="Shared code") for page in (first, second)]
    await codes[0].click()
    await first.keyboard.type("def area(r):\nreturn 3.14 * r ** 2\n")
    await expect(codes[1]).to_contain_text("return 3.14 * r ** 2")
    await codes[1].click()
    await second.keyboard.press("Control+Home")
    await second.keyboard.type("# circles\n")
    await expect(codes[0]).to_contain_text("# circles")
    await first.get_by_role("combobox", name="Language").select_option("JavaScript")
    await expect(second.get_by_role("combobox", name="Language")).to_have_value("javascript")
    for page in (first, second):
        await is_saved(page)
    await screenshot(first, "code")
    doc = await read_document(people.lyceum, people.room, "code.main")
    text = str(doc.get("content", type=Text))
    assert text == "# circles\ndef area(r):\n  return 3.14 * r ** 2\n  "
    await second.reload()
    await expect(codes[1]).to_contain_text("# circles")


async def test_a_new_document_is_there_for_everybody(people: People) -> None:
    teacher = await people.enter("Tess", Role.TEACHER)
    student = await people.enter("Sam")
    await teacher.get_by_role("button", name="New document").click()
    await teacher.get_by_role("radio", name="Notes").check()
    await teacher.get_by_role("textbox", name="Name").fill("Week 2")
    await screenshot(teacher, "new-document")
    await teacher.get_by_role("button", name="Create").click()
    await teacher.get_by_role("textbox", name="Shared notes").fill("Homework")
    await open_document(student, "Notes Week 2")
    await expect(student.get_by_role("textbox", name="Shared notes")).to_have_text("Homework")
