"""A PostgreSQL cluster on disk: made once, started by a command line, healed after a crash. No server control here."""

import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from lyceum.embedded.child import PLAIN_ENVIRONMENT
from lyceum.embedded.identity import Identity, launch_command
from lyceum.embedded.programs import postgres_program
from lyceum.errors import DataFolderUnusable, DiskFull, ServiceError, ServiceFailed

USER = "lyceum"
DATABASE = "lyceum"
MAJOR = "18"
SOCKET_NAME = ".s.PGSQL.5432"
LEFTOVER_SECONDS = 30.0
"""How long a server that outlived its lyceum may take to end cleanly."""
FULL = ("No space left on device", "Disk quota exceeded", "free disk space", "could not extend file")
ORPHAN_SECONDS = 2.0
"""How long processes of a killed server may take to notice."""

TUNING: Mapping[str, str] = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "64MB",
    "work_mem": "8MB",
    "maintenance_work_mem": "64MB",
    "max_wal_size": "256MB",
    "min_wal_size": "64MB",
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "io_method": "sync",
    "max_worker_processes": "4",
    "max_parallel_workers": "2",
    "max_parallel_workers_per_gather": "0",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_messages": "warning",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_line_prefix": "",
}
"""A laptop's settings, given on each command line: a new version of Lyceum brings its own. Commits are durable, and the
server's log repeats no statement and no value."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """``path`` holds the data, ``sockets`` the Unix socket; both belong to ``identity``."""

    path: Path
    sockets: Path
    identity: Identity

    def dsn(self, database: str = DATABASE) -> str:
        """For asyncpg, SQLAlchemy's asyncpg dialect (after its prefix) and psycopg alike."""
        return f"postgresql://{USER}@/{database}?host={quote(str(self.sockets), safe='/')}"

    def command(self, overrides: Mapping[str, str] | None = None) -> list[str]:
        """The ``postgres`` command line; ``overrides`` win over `TUNING`."""
        settings = {**TUNING, "unix_socket_directories": str(self.sockets), **(overrides or {})}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return [str(postgres_program("postgres")), "-D", str(self.path), *options]

    def ensure(self, *, sync: bool = True) -> None:
        """Make the cluster unless it is there; a half-made one is begun again. ``sync=False`` is for throwaway ones."""
        if (self.path / "PG_VERSION").exists():
            self._check_version()
            self._adopt()
            return
        if self.path.exists() and any(self.path.iterdir()):
            raise DataFolderUnusable(
                f"{self.path} holds files but no PostgreSQL cluster: move it away and start again."
            )
        fresh = self.path.with_name(self.path.name + ".new")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        self.identity.own(fresh)
        self._initdb(fresh, sync)
        fresh.rename(self.path)

    def heal(self) -> None:
        """Deal with what an earlier run left: end a server that outlived its lyceum, and its orphans.

        Blocks until they are gone, so that two servers never write one cluster.
        """
        pid = self._recorded_pid()
        if pid is not None and self._is_server(pid):
            _end([pid], self._is_server, LEFTOVER_SECONDS)
        _end(self._workers(), self._works_here, ORPHAN_SECONDS)
        self.forget_reused_pid()

    def forget_reused_pid(self) -> None:
        """Remove the pid file when its number now belongs to some other program.

        PostgreSQL refuses to start as long as *any* process has that number. In every other case the file stays: it
        also names the shared memory by which PostgreSQL notices orphans of a killed server.
        """
        pid = self._recorded_pid()
        if pid is not None and Path(f"/proc/{pid}").exists() and not self._is_server(pid):
            (self.path / "postmaster.pid").unlink(missing_ok=True)

    def _recorded_pid(self) -> int | None:
        try:
            first = (self.path / "postmaster.pid").read_text().split("\n", 1)[0]
            return int(first)
        except (FileNotFoundError, ValueError):
            return None

    def _is_server(self, pid: int) -> bool:
        """Whether process ``pid`` is a postmaster on this very cluster."""
        with suppress(OSError):
            return os.fsencode(self.path) in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        return False

    def _works_here(self, pid: int) -> bool:
        """Whether process ``pid`` has its working directory in the cluster, as every PostgreSQL process has."""
        with suppress(OSError):
            return os.path.samefile(f"/proc/{pid}/cwd", self.path)
        return False

    def _workers(self) -> list[int]:
        pids = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
        return [pid for pid in pids if self._works_here(pid)]

    def _check_version(self) -> None:
        found = (self.path / "PG_VERSION").read_text().strip()
        if found != MAJOR:
            raise DataFolderUnusable(
                f"{self.path} was made by PostgreSQL {found} and this lyceum brings {MAJOR}: move it over with pg_dump "
                "and psql, or name a running server by LYCEUM_DATABASE_URL."
            )

    def _adopt(self) -> None:
        """Give a cluster that root made (inside a user namespace) to the account root drops to now."""
        if self.identity.kind == "drop" and self.path.stat().st_uid != self.identity.uid:
            for folder, folders, files in os.walk(self.path):
                for name in (".", *folders, *files):
                    os.lchown(os.path.join(folder, name), self.identity.uid, self.identity.gid)

    def _initdb(self, path: Path, sync: bool) -> None:
        program = [str(postgres_program("initdb")), "-D", str(path), "-U", USER, "--encoding=UTF8", "--locale=C"]
        program += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--auth-local=trust", "--auth-host=reject"]
        program += ["--no-instructions"] if sync else ["--no-instructions", "--no-sync"]
        finished = subprocess.run(
            launch_command(self.identity, signal.SIGKILL, program),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=PLAIN_ENVIRONMENT,
            cwd="/",
            start_new_session=True,
            check=False,
        )
        if finished.returncode != 0:
            shutil.rmtree(path, ignore_errors=True)
            raise explain(finished.stdout.decode("utf-8", "replace"), self.path)


def explain(output: str, path: Path) -> ServiceError:
    """What ``initdb`` or ``postgres`` said last, as one line a person can act on."""
    if any(words in output for words in FULL):
        return DiskFull(f"The disk is full: PostgreSQL cannot write to {path}. Free some space and start again.")
    if "Permission denied" in output:
        return DataFolderUnusable(f"PostgreSQL may not use {path}: {_last_line(output, 'Permission denied')}")
    return ServiceFailed(f"PostgreSQL did not start on {path}: {_last_line(output, '(FATAL|PANIC|error):')}")


def _last_line(output: str, pattern: str) -> str:
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    telling = [line for line in lines if re.search(pattern, line)]
    last = (telling or lines or ["it said nothing and did not answer in time"])[-1]
    return re.sub(r"^[\d-]+ [\d:.]+ UTC \[\d+\] ", "", last)


def _end(pids: Sequence[int], lives: Callable[[int], bool], patience: float) -> None:
    """Fast shutdown first, which keeps everything; then immediate, which leaves it to recovery; then kill."""
    for number, seconds in ((signal.SIGINT, patience), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0)):
        living = [pid for pid in pids if lives(pid)]
        for pid in living:
            with suppress(ProcessLookupError):
                os.kill(pid, number)
        deadline = time.monotonic() + seconds
        while any(map(lives, living)) and time.monotonic() < deadline:
            time.sleep(0.02)
