"""A real `lyceum up --demo` as a child process, on one port and one data folder, that can be stopped and come back."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import quote

from lyceum.embedded.cluster import DATABASE, USER
from lyceum.embedded.identity import SAME, launch_command
from lyceum.secret import read_secret
from realtime.grants import Grant, mint
from realtime.roles import Role

START_SECONDS = 60.0
STOP_SECONDS = 30.0
TOKEN_SECONDS = 3600.0


class LyceumProcess:
    """One server. ``url`` stays the same over restarts."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None
        self._log = data_dir.parent / "lyceum.log"

    @property
    def dsn(self) -> str:
        """Of its database, while it runs."""
        return f"postgresql://{USER}@/{DATABASE}?host={quote(str(self.data_dir / 'run'), safe='/')}"

    def start(self) -> None:
        """Start it and wait until it says it is ready."""
        up = [
            sys.executable,
            "-m",
            "lyceum",
            "up",
            "--demo",
            "--port",
            str(self.port),
            "--data-dir",
            str(self.data_dir),
        ]
        command = launch_command(SAME, signal.SIGTERM, up)  # it ends with the tests, however they end
        environment = {name: value for name, value in os.environ.items() if not name.startswith("LYCEUM_")}
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log, env=environment, start_new_session=True)
        deadline = time.monotonic() + START_SECONDS
        while not self._is_ready():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"lyceum did not start:\n{self._log.read_text()[-2000:]}")
            time.sleep(0.1)

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """Send ``how`` and wait for the end."""
        if self._process is None:
            return
        self._process.send_signal(how)
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            raise
        self._process = None

    def pause(self) -> None:
        """Freeze it: sockets stay open and nothing answers."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on."""
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def token(self, room: str, user: str, role: Role, name: str = "", seconds: float = TOKEN_SECONDS) -> str:
        """A join token signed with the data folder's secret, as `lyceum token` prints it; good for ``seconds``."""
        grant = Grant(room, user, role, name=name or user)
        return mint(grant, read_secret(self.data_dir), time.time(), seconds)

    def _is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=2) as answer:
                return answer.status == 200
        except (urllib.error.URLError, OSError):
            return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
