"""The data folder's secret."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from lyceum.errors import SettingsError
from lyceum.secret import ensure_secret, read_secret


def test_it_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    secret = ensure_secret(tmp_path / "data")
    assert len(secret) >= 32
    assert ensure_secret(tmp_path / "data") == read_secret(tmp_path / "data") == secret
    assert (tmp_path / "data" / "secret").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["secret"]


def test_two_folders_have_two(tmp_path: Path) -> None:
    assert ensure_secret(tmp_path / "a") != ensure_secret(tmp_path / "b")


def test_all_who_ask_at_once_get_the_same(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(lambda _: ensure_secret(tmp_path), range(32)))) == 1


def test_reading_makes_nothing(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no secret"):
        read_secret(tmp_path / "typo")
    assert not (tmp_path / "typo").exists()


def test_a_damaged_secret_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("")
    with pytest.raises(SettingsError, match="damaged"):
        ensure_secret(tmp_path)
    assert (tmp_path / "secret").read_text() == ""
