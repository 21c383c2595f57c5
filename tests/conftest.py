"""What every test may use. Services (`pg_dsn`, `redis_url`) live in tests/fixtures/services.py.

Tests marked `browser` or `interop` need programs that are not Python packages; where those are missing the tests are
skipped with the reason, never passed over in silence.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog

from tests import machine
from tests.sharing import Durations, Sharing

TESTS = Path(__file__).parent
SERVICES = "tests.fixtures.services"

pytest_plugins = [SERVICES] if (TESTS / "fixtures" / "services.py").is_file() else []


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Sharing:
    return Sharing(config, log)


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):  # the process that shares out hears of every test
        config.pluginmanager.register(Durations(config))


@pytest.fixture(autouse=True)
def _logs_as_they_were() -> Iterator[None]:
    """A command run in this process sets up logging; the next test is not to hear less for it."""
    yield
    if structlog.is_configured():
        structlog.reset_defaults()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for marker, reason in _missing().items():
        for item in items:
            if item.get_closest_marker(marker):
                item.add_marker(pytest.mark.skip(reason=reason))


def pytest_report_header() -> list[str]:
    return [f"skipping {reason}" for reason in _missing().values()]


def _missing() -> dict[str, str]:
    """Marker to reason, of what this machine cannot run."""
    reasons = {"browser": machine.no_browser(), "interop": machine.no_peers()}
    return {marker: reason for marker, reason in reasons.items() if reason}
