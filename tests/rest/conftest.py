"""A REST tier on a real PostgreSQL, schools to put in it, and people who are signed in.

Tests share one database and never meet: each has schools of its own, which is what row-level security is for.
"""

import itertools
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from tests.fixtures.services import FreshDatabase
from tests.rest.world import Rest, School, open_rest

_numbers = itertools.count(1)


@pytest.fixture
async def rest(pg_dsn: str, tmp_path: Path) -> AsyncIterator[Rest]:
    """The application, a client without cookies, and a clock that stands still."""
    async with open_rest(pg_dsn, time.time(), files_dir=tmp_path / "files") as rest:
        yield rest


@pytest.fixture
async def own_rest(pg: FreshDatabase, tmp_path: Path) -> AsyncIterator[Rest]:
    """The same on a database of its own, for what works through every institution there is."""
    async with open_rest(pg.dsn, time.time(), files_dir=tmp_path / "own-files") as rest:
        yield rest


@pytest.fixture
def new_school(rest: Rest) -> Callable[[], School]:
    """Names a school nobody else has; ``await school.found()`` makes it."""
    return lambda: School(rest, f"school-{next(_numbers)}")


@pytest.fixture
async def school(new_school: Callable[[], School]) -> School:
    """A school with an administrator, a teacher, an assistant, a student, a guardian (of the student), an observer."""
    return await new_school().found()


@pytest.fixture
async def other_school(new_school: Callable[[], School]) -> School:
    """Another one, just the same."""
    return await new_school().found()
