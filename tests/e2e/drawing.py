"""Drawing on the board with a real mouse, and looking at the picture itself."""

from itertools import pairwise
from math import dist

from playwright.async_api import Locator, Page, expect

Points = list[tuple[float, float]]
A_MOVE = 25.0
"""Pixels of a hand's movement between two events of the mouse."""


def canvas(page: Page) -> Locator:
    """What people draw on."""
    return page.locator(".excalidraw canvas.interactive")


async def board_is_up(page: Page) -> None:
    """Wait until one could draw."""
    await expect(canvas(page)).to_be_visible()


async def draw(page: Page, tool: str, points: Points) -> None:
    """Choose a tool by its key and draw through ``points``, measured from the board's corner."""
    # The canvas itself is as wide as the window until it has seen how much room it has.
    box = await page.locator(".board-canvas").bounding_box()
    assert box is not None
    await page.mouse.click(box["x"] + box["width"] - 60, box["y"] + box["height"] / 2)
    await page.keyboard.press(tool)
    places = [(box["x"] + x, box["y"] + y) for x, y in points]
    await page.mouse.move(*places[0])
    await page.mouse.down()
    for before, place in pairwise(places):
        await page.mouse.move(*place, steps=max(1, round(dist(before, place) / A_MOVE)))
    await page.mouse.up()


# Counts the pixels drawn on, until they are as many as wanted. (Playwright's own waiting needs `eval`, which the page's
# content-security-policy forbids.)
_INK = """async ({ least, most }) => {
  const count = () => {
    const canvas = document.querySelector('.excalidraw canvas.static');
    if (!canvas || canvas.width * canvas.height === 0) return -1;
    const copy = document.createElement('canvas');
    copy.width = canvas.width;
    copy.height = canvas.height;
    const context = copy.getContext('2d', { willReadFrequently: true });
    context.drawImage(canvas, 0, 0);
    const { data } = context.getImageData(0, 0, copy.width, copy.height);
    let dark = 0;
    for (let at = 0; at < data.length; at += 4) {
      if (data[at + 3] > 60 && data[at] + data[at + 1] + data[at + 2] < 500) dark++;
    }
    return dark;
  };
  const until = performance.now() + 15000;
  let dark = count();
  while ((dark < least || dark > most) && performance.now() < until) {
    await new Promise((next) => setTimeout(next, 50));
    dark = count();
  }
  return dark;
}"""

PLENTY = 10**9


async def has_ink(page: Page, at_least: int = 200) -> None:
    """Wait until so many pixels are drawn on."""
    assert await page.evaluate(_INK, {"least": at_least, "most": PLENTY}) >= at_least


async def is_blank(page: Page) -> None:
    """Wait until nothing is drawn."""
    assert await page.evaluate(_INK, {"least": 0, "most": 0}) == 0
