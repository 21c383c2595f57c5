"""``lyceum admin``: the first platform administrator, made at the command line, who can then sign in."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from lyceum.admin import make_administrator
from lyceum.errors import SettingsError
from lyceum.settings import Settings
from tests.fixtures.services import FreshDatabase
from tests.rest.world import SECRET, good, open_rest

PASSWORD = "eleven quiet lanterns"


def admin(dsn: str, folder: Path, password: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    told = {name: value for name, value in os.environ.items() if not name.startswith("LYCEUM_")}
    told |= {"LYCEUM_DATABASE_URL": dsn, "LYCEUM_SECRET": SECRET, "LYCEUM_DATA_DIR": str(folder)}
    command = [sys.executable, "-m", "lyceum", "admin", *arguments]
    return subprocess.run(
        command, input=password + "\n", env=told, capture_output=True, text=True, timeout=120, check=False
    )


async def test_who_was_made_at_the_command_line_signs_in_and_runs_the_installation(
    pg: FreshDatabase, tmp_path: Path
) -> None:
    email = "root@lyceum.example"
    settings = Settings(database_url=pg.dsn, secret=SECRET, data_dir=tmp_path)
    with pytest.raises(SettingsError, match="at least 10 characters"):
        await make_administrator(settings, "Ruth Root", email, "short")
    made = admin(pg.dsn, tmp_path, "another long password", "--email", email, "--name", "Ruth Root")
    assert (made.returncode, "may run this installation" in made.stdout) == (0, True), made.stderr
    again = admin(pg.dsn, tmp_path, PASSWORD, "--email", email)
    assert (again.returncode, "has that password now" in again.stdout) == (0, True), again.stderr
    assert PASSWORD not in again.stdout + again.stderr
    async with open_rest(pg.dsn, 1_780_000_000.0, files_dir=tmp_path) as rest:
        body = {"institution": "platform", "email": email, "password": PASSWORD, "mode": "bearer"}
        answer = await rest.client.post("/api/v1/auth/sign-in", json=body)
        token = good(answer)["access_token"]
        seen = await rest.client.get("/api/v1/institutions", headers={"Authorization": f"Bearer {token}"})
        assert good(seen) is not None
