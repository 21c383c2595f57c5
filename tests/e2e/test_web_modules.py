"""The browser client's own tests (`npm test` in web/): codec, connection, class, documents, board binding, texts."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

WEB = Path(__file__).parents[2] / "web"
LONGEST_SECONDS = 300


@pytest.mark.skipif(not shutil.which("npm"), reason="web modules: no npm (sudo apt-get install nodejs npm)")
@pytest.mark.skipif(not (WEB / "node_modules").is_dir(), reason="web modules: not installed (make setup installs them)")
def test_the_modules_of_the_browser_client() -> None:
    done = subprocess.run(
        ["npm", "test", "--silent"],
        cwd=WEB,
        env=os.environ | {"CI": "true", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        timeout=LONGEST_SECONDS,
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
