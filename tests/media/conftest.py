import pytest

from tests.media import clients


@pytest.fixture
def loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    clients.loopback_only(monkeypatch)
