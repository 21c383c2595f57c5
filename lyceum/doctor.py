"""``lyceum doctor``: what this machine has, what it lacks, and how to mend it. Changes nothing."""

import asyncio
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import asyncpg
import redis.asyncio
from redis.exceptions import RedisError

from lyceum.embedded.folder import MIN_FREE_BYTES
from lyceum.embedded.identity import choose_identity
from lyceum.embedded.programs import postgres_program, redis_server
from lyceum.errors import LyceumError
from lyceum.logging import hide_in_text
from lyceum.ports import listen
from lyceum.settings import Settings

TIMEOUT_SECONDS = 5
MODULES = ("asyncpg", "redis", "pycrdt", "msgspec", "uvicorn", "websockets", "fastapi", "aiortc", "structlog")
WEB_INDEX = Path(__file__).resolve().parent.parent / "web" / "dist" / "index.html"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. ``mend`` says how, when it is not fine or could be better."""

    what: str
    fine: bool
    found: str
    mend: str = ""


async def examine(settings: Settings) -> list[Finding]:
    """Look at everything."""
    findings = [_python(), _packages(), _web(), _data_folder(settings), _space(settings), _port(settings)]
    findings.append(await _postgres(settings.database_url) if settings.database_url else _embedded_postgres())
    findings.append(await _redis(settings.redis_url) if settings.redis_url else _embedded_redis())
    return [*findings, _chromium()]


def report(findings: list[Finding]) -> str:
    """For a person: a line for each, and how to mend what is not fine."""
    lines = [f"{'ok  ' if finding.fine else 'FAIL'}  {finding.what}: {finding.found}" for finding in findings]
    mends = [f"      {finding.mend}" if finding.mend else "" for finding in findings]
    body = [line for pair in zip(lines, mends, strict=True) for line in pair if line]
    failed = sum(not finding.fine for finding in findings)
    return "\n".join([*body, "all is well" if failed == 0 else f"{failed} to mend"])


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    return Finding(
        "Python", sys.version_info >= (3, 11), version, "" if sys.version_info >= (3, 11) else "install 3.11+"
    )


def _packages() -> Finding:
    missing = [name for name in MODULES if find_spec(name) is None]
    if missing:
        return Finding("Python packages", False, f"missing: {', '.join(missing)}", "run `make setup`")
    return Finding("Python packages", True, "installed")


def _web() -> Finding:
    if WEB_INDEX.exists():
        return Finding("web client", True, "built")
    return Finding("web client", False, "not built", "run `make setup` (needs Node.js 20 or newer with npm)")


def _existing(path: Path) -> Path:
    """``path``, or its nearest parent that is there."""
    path = path.expanduser().resolve()
    return next(place for place in (path, *path.parents) if place.exists())


def _data_folder(settings: Settings) -> Finding:
    place = _existing(settings.data_dir)
    if place.is_dir() and os.access(place, os.W_OK | os.X_OK):
        return Finding("data folder", True, str(settings.data_dir.expanduser().resolve()))
    mend = "give this user write access, or choose another folder with --data-dir"
    return Finding("data folder", False, f"{place} cannot be written", mend)


def _space(settings: Settings) -> Finding:
    free = shutil.disk_usage(_existing(settings.data_dir)).free
    mend = "" if free >= MIN_FREE_BYTES else f"free at least {MIN_FREE_BYTES // 2**20} MB"
    return Finding("disk", free >= MIN_FREE_BYTES, f"{free // 2**20} MB free", mend)


def _port(settings: Settings) -> Finding:
    try:
        listen(settings.host, settings.port).close()
    except LyceumError as error:
        return Finding("address", False, str(error))
    return Finding("address", True, f"{settings.host} port {settings.port} is free")


async def _postgres(url: str) -> Finding:
    try:
        connection = await asyncpg.connect(url, timeout=TIMEOUT_SECONDS)
    except (OSError, TimeoutError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        return _unreachable("PostgreSQL", error, "LYCEUM_DATABASE_URL")
    version = connection.get_server_version()
    await connection.close()
    fine = version.major >= 16
    return Finding(
        "PostgreSQL", fine, f"{version.major}.{version.minor} answers", "" if fine else "16 or newer is needed"
    )


async def _redis(url: str) -> Finding:
    try:
        async with asyncio.timeout(TIMEOUT_SECONDS), redis.asyncio.from_url(url) as client:
            version: str = (await client.info("server"))["redis_version"]
    except (OSError, TimeoutError, ValueError, RedisError) as error:
        return _unreachable("Redis", error, "LYCEUM_REDIS_URL")
    fine = int(version.split(".")[0]) >= 6
    return Finding("Redis", fine, f"{version} answers", "" if fine else "6.2 or newer is needed")


def _unreachable(what: str, error: Exception, name: str) -> Finding:
    reason = hide_in_text(str(error) or "no answer in time")
    return Finding(what, False, f"not reached: {reason}", f"start it, or correct {name}")


def _embedded_postgres() -> Finding:
    return _embedded("PostgreSQL", lambda: f"embedded 18, runs as {_postgres_identity()}")


def _postgres_identity() -> str:
    with tempfile.TemporaryDirectory(prefix="lyceum-") as name:
        Path(name).chmod(0o711)
        sockets = Path(name) / "run"
        sockets.mkdir(mode=0o700)
        identity = choose_identity(postgres_program("postgres"), Path(name) / "postgres", sockets)
    return {"same": "this user", "map": "this user in a user namespace", "drop": f"user {identity.uid}"}[identity.kind]


def _embedded_redis() -> Finding:
    return _embedded("Redis", lambda: f"embedded ({redis_server().name}), used by --workers")


def _embedded(what: str, look: Callable[[], str]) -> Finding:
    try:
        return Finding(what, True, look())
    except LyceumError as error:
        return Finding(what, False, str(error))


def _chromium() -> Finding:
    """Only the browser tests use it, so it is never a failure."""
    chromium = os.environ.get("LYCEUM_CHROMIUM") or shutil.which("chromium")
    mend = "" if chromium else "for the browser tests: apt-get install chromium"
    return Finding("Chromium (optional)", True, chromium or "not installed", mend)
