"""Drawing on the board with a real mouse, and looking at the picture itself."""

from playwright.async_api import Locator, Page, expect

Points = list[tuple[float, float]]


def canvas(page: Page) -> Locator:
    """What people draw on."""
    return page.locator(".excalidraw canvas.interactive")


async def board_is_up(page: Page) -> None:
    """Wait until one could draw."""
    await expect(canvas(page)).to_be_visible()


async def draw(page: Page, tool: str, points: Points) -> None:
    """Choose a tool by its key and draw through ``points``, measured from the board's corner."""
    box = await canvas(page).bounding_box()
    assert box is not None
    await page.mouse.click(box["x"] + box["width"] - 60, box["y"] + box["height"] / 2)
    await page.keyboard.press(tool)
    start, *rest = [(box["x"] + x, box["y"] + y) for x, y in points]
    await page.mouse.move(*start)
    await page.mouse.down()
    for x, y in rest:
        await page.mouse.move(x, y, steps=4)
    await page.mouse.up()


_INK = """() => {
  const canvas = document.querySelector('.excalidraw canvas.static');
  if (!canvas) return 0;
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  let dark = 0;
  for (let at = 0; at < data.length; at += 4) {
    if (data[at + 3] > 60 && data[at] + data[at + 1] + data[at + 2] < 500) dark++;
  }
  return dark;
}"""


async def ink(page: Page) -> int:
    """How many pixels of the board are drawn on."""
    return await page.evaluate(_INK)


async def has_ink(page: Page, at_least: int = 200) -> None:
    """Wait until so much is drawn."""
    await page.wait_for_function(f"({_INK})() >= {at_least}")


async def is_blank(page: Page) -> None:
    """Wait until nothing is drawn."""
    await page.wait_for_function(f"({_INK})() === 0")
