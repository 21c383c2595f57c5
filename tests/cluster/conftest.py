"""One cluster for the whole folder: its tests leave it as they found it, every process up and every link whole."""

from collections.abc import Iterator

import pytest

from tests.chaos.stage import Stage, stage


@pytest.fixture(scope="package")
def cluster() -> Iterator[Stage]:
    """Two gateways and two room workers on Redis and PostgreSQL."""
    with stage(gateways=2, workers=2) as made:
        yield made
