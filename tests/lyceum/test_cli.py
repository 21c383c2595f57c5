"""The ``lyceum`` command as people meet it: what it prints, how it ends."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lyceum.cli import run
from lyceum.embedded.folder import held
from lyceum.secret import ensure_secret
from realtime.grants import verify
from realtime.roles import Role
from tests.fixtures.services import FreshDatabase, scratch_folder

SECRET = "a-secret-of-enough-length"


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.startswith("LYCEUM_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def _refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    """Exit code and the one line on standard error."""
    code = run(arguments)
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("lyceum: ")
    assert err.count("\n") == 1
    return code, err


def test_a_token_opens_the_room_with_the_data_folders_secret(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    secret = ensure_secret(tmp_path / "data")
    assert run(["token", "--room", "demo", "--user", "ada", "--role", "teacher", "--name", "Ada", "--ttl", "60"]) == 0
    now = time.time()
    grant = verify(capsys.readouterr().out.strip(), secret, now)
    assert (grant.room, grant.user, grant.role, grant.name) == ("demo", "ada", Role.TEACHER, "Ada")
    assert now < grant.expires <= now + 61


def test_a_token_for_many_rooms_with_the_environments_secret(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("LYCEUM_SECRET", SECRET)
    assert run(["token", "--room", "load-*", "--user", "swarm", "--role", "student", "--tenant", "north"]) == 0
    grant = verify(capsys.readouterr().out.strip(), SECRET, time.time())
    assert grant.opens("load-17")
    assert grant.tenant == "north"
    assert list(tmp_path.iterdir()) == []


def test_a_token_of_a_folder_that_is_none(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, line = _refused(capsys, "token", "--room", "demo", "--user", "a", "--role", "student", "--data-dir", "typo")
    assert (code, "no secret in typo" in line) == (2, True)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("room", ["two words", "../up", "a" * 65, "**"])
def test_a_token_for_a_room_that_cannot_be(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, room: str
) -> None:
    monkeypatch.setenv("LYCEUM_SECRET", SECRET)
    assert _refused(capsys, "token", "--room", room, "--user", "a", "--role", "student")[0] == 2


@pytest.mark.parametrize("plane", ["gateway", "rooms", "media", "rest"])
def test_a_plane_says_which_setting_is_missing(capsys: pytest.CaptureFixture[str], plane: str) -> None:
    code, line = _refused(capsys, plane)
    assert code == 2
    assert f"is not set, and `lyceum {plane}` needs it" in line


@pytest.mark.parametrize("command", ["up", "gateway", "migrate", "doctor"])
def test_a_wrong_setting_stops_every_command_before_anything_is_touched(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, command: str
) -> None:
    monkeypatch.setenv("LYCEUM_SECERT", SECRET)
    code, line = _refused(capsys, command)
    assert (code, "did you mean LYCEUM_SECRET" in line) == (2, True)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["party"],
        ["up", "--port", "99999"],
        ["up", "--workers", "0"],
        ["token", "--room", "r", "--user", "u", "--role", "king"],
    ],
)
def test_wrong_arguments_end_with_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        run(arguments)
    assert ended.value.code == 2
    assert "usage: lyceum" in capsys.readouterr().err


def test_migrate_on_a_folder_in_use_is_refused(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    with held(tmp_path / "data"):
        code, line = _refused(capsys, "migrate")
    assert (code, f"process {os.getpid()}" in line) == (5, True)
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["lyceum.lock"]


def test_migrate_names_a_database_that_is_away_without_its_password(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LYCEUM_DATABASE_URL", "postgresql://lyceum:hunter2@127.0.0.1:1/lyceum")
    code, line = _refused(capsys, "migrate")
    assert (code, "hunter2" in line) == (4, False)


def test_migrate_twice_on_a_database_named_by_url(pg: FreshDatabase) -> None:
    for _ in range(2):
        subprocess.run(
            [sys.executable, "-m", "lyceum", "migrate"],
            env={**os.environ, "LYCEUM_DATABASE_URL": pg.dsn},
            cwd=Path(__file__).parents[2],
            check=True,
            capture_output=True,
        )


def test_doctor_says_how_to_mend(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, redis_url: str, pg_dsn: str
) -> None:
    monkeypatch.setenv("LYCEUM_PORT", "0")
    monkeypatch.setenv("LYCEUM_DATABASE_URL", pg_dsn)
    monkeypatch.setenv("LYCEUM_REDIS_URL", "redis://:hunter2@127.0.0.1:1/0")
    assert run(["doctor"]) == 1
    out = capsys.readouterr().out
    assert "ok    PostgreSQL: 18." in out
    assert "FAIL  Redis: not reached" in out
    assert "correct LYCEUM_REDIS_URL" in out
    assert "hunter2" not in out
    monkeypatch.setenv("LYCEUM_REDIS_URL", redis_url)
    run(["doctor"])
    assert "ok    Redis: 6." in capsys.readouterr().out


def test_doctor_looks_without_touching(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LYCEUM_PORT", "0")
    with scratch_folder() as scratch:
        run(["doctor", "--data-dir", str(scratch / "not" / "yet")])
        assert list(scratch.iterdir()) == []
    assert "ok    PostgreSQL: embedded 18" in capsys.readouterr().out
