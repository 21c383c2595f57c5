"""One server and one Chromium for the whole folder; people enter rooms of their own.

``LYCEUM_SCREENSHOTS`` names a folder for the pictures the tests take.
"""

import itertools
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from tests import machine
from tests.e2e.lyceum_process import LyceumProcess
from tests.e2e.people import People
from tests.fixtures.services import scratch_folder

WEB = Path(__file__).parents[2] / "web"

_rooms = itertools.count(1)


@pytest.fixture(scope="package")
def lyceum() -> Iterator[LyceumProcess]:
    """A running server with the demo class."""
    if not (WEB / "dist" / "index.html").is_file():
        pytest.skip("browser tests: the web client is not built (make setup builds it)")
    with scratch_folder() as folder:
        server = LyceumProcess(folder / "data")
        server.start()
        try:
            yield server
        finally:
            server.stop()


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def browser() -> AsyncIterator[Browser]:
    """Debian's Chromium, headless."""
    sandbox = [] if os.geteuid() else ["--no-sandbox"]
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=machine.headless(), args=sandbox)
        yield chromium
        await chromium.close()


@pytest_asyncio.fixture(loop_scope="package")
async def people(lyceum: LyceumProcess, browser: Browser) -> AsyncIterator[People]:
    """People for one test, in a room nobody else uses; they leave at its end, and must not have seen an error."""
    async with AsyncExitStack() as stack:
        made = People(lyceum, browser, stack, room=f"room-{next(_rooms)}")
        yield made
    made.check_nothing_went_wrong()
