"""Clients on loopback only, and no test judged by the clock: a busy machine would fail what is right."""

import pytest
from hypothesis import HealthCheck, settings

from tests.media import clients

settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")


@pytest.fixture
def loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    clients.loopback_only(monkeypatch)
