"""What a page must be for everybody: checked by axe-core, and by looking at sizes and words."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.async_api import Page

from tests.e2e.people import LAPTOP, PHONE, screenshot

AXE = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"

# A page's content-security-policy forbids the checker itself; `test_class` and its neighbours run under it.
CHECKABLE: dict[str, Any] = {"bypass_csp": True, "reduced_motion": "reduce"}

_RUN_AXE = """async () => {
  const { violations } = await axe.run(document, { resultTypes: ['violations'] });
  const where = (nodes) => nodes.map(({ html }) => html.slice(0, 200)).join(' , ');
  return violations.map(({ id, help, nodes }) => `${id}: ${help} in ${where(nodes)}`);
}"""

# Shown words and labels that are not from the Arabic catalogue: names and what people wrote (bdi, dir), Excalidraw's
# own catalogue, proper names (`lang`, code languages) and keys are left out.
_LATIN_WORDS = """() => {
  const skipped = 'bdi, kbd, [dir=auto], [dir=ltr], .excalidraw, .ProseMirror, .code-host, [lang]:not(html), '
    + '.avatar, .code-tools option, .code-hint';
  const seen = (element) => element.checkVisibility({ visibilityProperty: true }) && !element.closest(skipped);
  // A name inside a sentence stands between U+2068 and U+2069.
  const latin = (text) => /[A-Za-z]{2,}/.test(text.replace(/\\u2068[^\\u2069]*\\u2069/g, ''));
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const { data, parentElement } = walker.currentNode;
    if (latin(data) && seen(parentElement)) found.push(data);
  }
  for (const element of document.querySelectorAll('[aria-label], [title], [placeholder]')) {
    if (!element.closest('.excalidraw')) {
      for (const name of ['aria-label', 'title', 'placeholder']) {
        if (latin(element.getAttribute(name) ?? '')) found.push(`${name}=${element.getAttribute(name)}`);
      }
    }
  }
  return found;
}"""

_SMALL_TARGETS = """() => [...document.querySelectorAll('button, a, input, select, textarea, summary')]
  .filter((element) => element.checkVisibility() && !element.closest('.skip, .excalidraw, .ProseMirror, .cm-editor'))
  .map((element) => (element.matches('input[type=radio], input[type=checkbox]') ? element.closest('label') : element))
  .filter((element) => {
    const { width, height } = element.getBoundingClientRect();
    return width > 1 && (width < 44 || height < 44);
  })
  .map((element) => element.outerHTML.slice(0, 160))"""

# What scrolls sideways by itself (tabs, text tools) may be wider than the screen.
_OUTSIDE = """() => [...document.querySelectorAll('button, a, h1, h2, h3, p, input, textarea, select, canvas')]
  .filter((element) => element.checkVisibility())
  .filter((element) => !element.closest('.unseen, .skip, nav ul, .text-tools, .book, .excalidraw .layer-ui__wrapper'))
  .filter((element) => {
    const { left, right, width } = element.getBoundingClientRect();
    return width > 1 && (left < -1 || right > document.documentElement.clientWidth + 1);
  })
  .map((element) => element.outerHTML.slice(0, 160))"""


async def axe_finds_nothing(page: Page, where: str) -> None:
    """0 violations of any rule, of any impact."""
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(AXE.read_text())
    found = await page.evaluate(_RUN_AXE)
    assert not found, f"{where}: " + "\n".join(found)


async def is_all_arabic(page: Page, where: str) -> None:
    """Every shown word and every label is from the catalogue."""
    found = await page.evaluate(_LATIN_WORDS)
    assert not found, f"{where}: {found}"


async def fits_a_finger(page: Page, where: str) -> None:
    """Everything one taps is at least 44 by 44 pixels."""
    found = await page.evaluate(_SMALL_TARGETS)
    assert not found, f"{where}: " + "\n".join(found)


async def fits_the_screen(page: Page, where: str) -> None:
    """Nothing sticks out sideways."""
    assert await page.evaluate("document.scrollingElement.scrollWidth <= document.documentElement.clientWidth"), where
    found = await page.evaluate(_OUTSIDE)
    assert not found, f"{where}: " + "\n".join(found)


@dataclass(frozen=True)
class Look:
    """One way to look at pages, and what is checked beside axe."""

    name: str
    options: dict[str, Any]
    checks: tuple[Callable[[Page, str], Awaitable[None]], ...] = ()

    async def check(self, page: Page, where: str) -> None:
        await screenshot(page, f"{where}-{self.name}")
        await axe_finds_nothing(page, f"{where}, {self.name}")
        for check in self.checks:
            await check(page, f"{where}, {self.name}")


DARK = {"color_scheme": "dark"}
ARABIC = {"locale": "ar-EG"}
LOOKS = [
    Look("light", LAPTOP),
    Look("dark", LAPTOP | DARK),
    Look("arabic", LAPTOP | ARABIC, (is_all_arabic,)),
    Look("arabic-dark-phone", PHONE | ARABIC | DARK, (is_all_arabic, fits_a_finger, fits_the_screen)),
    Look("phone", PHONE, (fits_a_finger, fits_the_screen)),
    Look("wall", {"viewport": {"width": 2560, "height": 1440}}),
]


def looks(*names: str) -> list[Look]:
    """Some of `LOOKS`. ``light`` and ``arabic-dark-phone`` are, between them, both directions, both colours, a laptop
    and a phone."""
    return [look for look in LOOKS if look.name in names]
