"""What the command is told: ``LYCEUM_*`` names of the environment, overridden by options, as one frozen value.

A name nobody knows or a value that cannot be meant is refused with one line (`SettingsError`), because a setting that
is silently ignored is found out in production. ``LYCEUM_LIMIT_*`` names belong to `realtime.limits`.
"""

import difflib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from lyceum.errors import SettingsError
from realtime.grants import MIN_SECRET_BYTES
from realtime.limits import ENV_PREFIX as LIMIT_PREFIX
from realtime.limits import BadLimit, Limits

PREFIX = "LYCEUM_"
OF_OTHERS = frozenset({"LYCEUM_CHROMIUM"})
"""Read by the tests and the build, not by the command."""
LOOPBACK = ("127.0.0.1", "localhost", "::1")
LOG_LEVELS = ("debug", "info", "warning", "error")
LOG_FORMATS = ("auto", "console", "json")


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything a process of Lyceum is told. ``None`` means "not given": embedded, or made when first needed."""

    database_url: str | None = field(default=None, repr=False)
    """``postgresql://…``; without it `lyceum up` runs its own PostgreSQL in the data folder."""
    redis_url: str | None = field(default=None, repr=False)
    """``redis://…``, ``rediss://…`` or ``unix://…``; needed only when there are several processes."""
    secret: str | None = field(default=None, repr=False)
    """Signs tokens; the data folder keeps one when this is not given."""
    host: str = "127.0.0.1"
    port: int = 8000
    """0 lets the system choose."""
    health_port: int | None = None
    """Where a plane without people's HTTP (rooms, media) tells of its health and figures; not given: nowhere."""
    data_dir: Path = Path("data")
    log_level: str = "info"
    log_format: str = "auto"
    """``console``, ``json``, or ``auto``: console on a terminal."""
    given_public_url: str | None = None
    """As people reach it, when that is not ``http://host:port`` (a proxy in front)."""
    trusted_proxies: tuple[str, ...] = ()
    """Networks of the proxies in front, whose ``X-Forwarded-For`` is believed; not given: this machine's own."""
    files_url: str | None = None
    """Where uploaded files are kept, such as ``s3://bucket/prefix``; not given: the data folder."""
    smtp_url: str | None = field(default=None, repr=False)
    """``smtp://user:password@host:587`` (STARTTLS) or ``smtps://…``; not given: messages wait in the outbox."""
    mail_from: str | None = None
    """Who messages are from."""
    media_port: int = 0
    """UDP and TCP port of a media node; 0 lets the system choose."""
    media_announced: tuple[str, ...] = ()
    """Public addresses of a media node behind NAT, told to browsers in place of its own."""
    turn_urls: tuple[str, ...] = ()
    """Such as ``turn:turn.example.org:3478?transport=udp``."""
    turn_secret: str | None = field(default=None, repr=False)
    """Shared with the TURN server (coturn: ``static-auth-secret``): credentials of an hour are signed with it."""
    given_recordings_dir: Path | None = None
    """Where classes are recorded, when that is not in the data folder: one folder for all media nodes and the REST
    tier, on a file system that their machines share."""
    recordings_days: int | None = None
    """Recordings are deleted so many days after they ended; not given: never."""
    demo: bool = False
    """Whether anybody may enter the demo class."""
    drain_seconds: float = 30.0
    """How long a stopping process may take to move its people and rooms."""
    process: str = ""
    """What this process is called in the logs, such as ``gateway-1``."""
    limits: Limits = field(default_factory=Limits)

    @property
    def public_url(self) -> str:
        """The origin people type, without a slash at its end."""
        if self.given_public_url is not None:
            return self.given_public_url
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{self.port}"

    @property
    def recordings_dir(self) -> Path:
        """Where classes are recorded; media nodes share it."""
        return self.given_recordings_dir or self.data_dir / "recordings"

    @property
    def is_on_loopback(self) -> bool:
        """Whether only this machine can reach it."""
        return self.host in LOOPBACK

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "Settings":
        """Read every ``LYCEUM_*`` name of ``env``; an empty value counts as not given. Raise `SettingsError`."""
        changes: dict[str, Any] = {"limits": _limits(env)}
        for name, text in env.items():
            if _is_ours(name) and text.strip():
                setting, read = _known(name)
                changes[setting] = _read(name, text.strip(), read)
        return replace(cls(), **changes)

    def to_env(self) -> dict[str, str]:
        """The names and values by which a child process is told the same (limits are inherited as they are)."""
        values = {name: getattr(self, setting) for name, (setting, _) in NAMES.items()}
        return {name: _text(value) for name, value in values.items() if value is not None and value not in ("", ())}

    def need(self, command: str, *names: str) -> None:
        """Raise `SettingsError` unless every one of ``names`` was given."""
        for name in names:
            if getattr(self, NAMES[name][0]) is None:
                raise SettingsError(f"{name} is not set, and `lyceum {command}` needs it{_EXAMPLES.get(name, '')}.")


_EXAMPLES = {
    "LYCEUM_DATABASE_URL": ", for instance postgresql://user:password@host/lyceum",
    "LYCEUM_REDIS_URL": ", for instance redis://host:6379/0",
    "LYCEUM_SECRET": ": the same in every process, at least 16 characters, for instance from `openssl rand -hex 32`",
}


def check_secret(text: str) -> str:
    """Return ``text``; raise ValueError when it is too short to sign with."""
    if len(text.encode()) < MIN_SECRET_BYTES:
        raise ValueError(f"at least {MIN_SECRET_BYTES} characters, for instance from `openssl rand -hex 32`")
    return text


def _url(*schemes: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if urlsplit(text).scheme not in schemes:
            raise ValueError("a URL that starts with " + " or ".join(f"{scheme}://" for scheme in schemes))
        return text

    return read


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) <= 65535):
        raise ValueError("a number from 0 to 65535")
    return int(text)


def _one_of(*choices: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text.lower() not in choices:
            raise ValueError("one of " + ", ".join(choices))
        return text.lower()

    return read


def _yes_or_no(text: str) -> bool:
    if text.lower() not in ("1", "yes", "true", "on", "0", "no", "false", "off"):
        raise ValueError("yes or no")
    return text.lower() in ("1", "yes", "true", "on")


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= 3600:
        raise ValueError("a number of seconds from 0 to 3600")
    return seconds


def _origin(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.path not in ("", "/"):
        raise ValueError("an address such as https://class.example.org, without a path")
    return f"{parts.scheme}://{parts.netloc}"


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _addresses(text: str) -> tuple[str, ...]:
    try:
        return tuple(str(ip_address(part)) for part in _parts(text))
    except ValueError:
        raise ValueError("IP addresses, separated by commas") from None


def _networks(text: str) -> tuple[str, ...]:
    try:
        return tuple(str(ip_network(part)) for part in _parts(text))
    except ValueError:
        raise ValueError("networks such as 10.0.0.0/8, separated by commas") from None


def _mail_address(text: str) -> str:
    if not re.fullmatch(r"[^@\s<>]+@[^@\s<>]+", text):
        raise ValueError("an e-mail address")
    return text


def _turn_urls(text: str) -> tuple[str, ...]:
    urls = _parts(text)
    if not all(url.startswith(("turn:", "turns:", "stun:")) for url in urls):
        raise ValueError("addresses such as turn:turn.example.org:3478?transport=udp, separated by commas")
    return urls


def _days(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < int(text) <= 36500):
        raise ValueError("a number of days from 1 to 36500")
    return int(text)


_postgres_url = _url("postgresql", "postgres")
_redis_url = _url("redis", "rediss", "unix")

NAMES: Mapping[str, tuple[str, Callable[[str], Any]]] = {
    "LYCEUM_DATABASE_URL": ("database_url", _postgres_url),
    "LYCEUM_REDIS_URL": ("redis_url", _redis_url),
    "LYCEUM_SECRET": ("secret", check_secret),
    "LYCEUM_HOST": ("host", str),
    "LYCEUM_PORT": ("port", _port),
    "LYCEUM_HEALTH_PORT": ("health_port", _port),
    "LYCEUM_DATA_DIR": ("data_dir", Path),
    "LYCEUM_LOG_LEVEL": ("log_level", _one_of(*LOG_LEVELS)),
    "LYCEUM_LOG_FORMAT": ("log_format", _one_of(*LOG_FORMATS)),
    "LYCEUM_PUBLIC_URL": ("given_public_url", _origin),
    "LYCEUM_TRUSTED_PROXIES": ("trusted_proxies", _networks),
    "LYCEUM_FILES_URL": ("files_url", _url("s3", "s3a", "file")),
    "LYCEUM_SMTP_URL": ("smtp_url", _url("smtp", "smtps")),
    "LYCEUM_MAIL_FROM": ("mail_from", _mail_address),
    "LYCEUM_MEDIA_PORT": ("media_port", _port),
    "LYCEUM_MEDIA_ANNOUNCED": ("media_announced", _addresses),
    "LYCEUM_TURN_URLS": ("turn_urls", _turn_urls),
    "LYCEUM_TURN_SECRET": ("turn_secret", check_secret),
    "LYCEUM_RECORDINGS_DIR": ("given_recordings_dir", Path),
    "LYCEUM_RECORDINGS_DAYS": ("recordings_days", _days),
    "LYCEUM_DEMO": ("demo", _yes_or_no),
    "LYCEUM_DRAIN_SECONDS": ("drain_seconds", _seconds),
    "LYCEUM_PROCESS": ("process", str),
}
"""Environment name → field of `Settings` and how its text is read."""


def _is_ours(name: str) -> bool:
    return name.startswith(PREFIX) and not name.startswith(LIMIT_PREFIX) and name not in OF_OTHERS


def _known(name: str) -> tuple[str, Callable[[str], Any]]:
    if name in NAMES:
        return NAMES[name]
    close = difflib.get_close_matches(name, NAMES, n=1)
    hint = f"; did you mean {close[0]}?" if close else f" (known: {', '.join(NAMES)})"
    raise SettingsError(f"{name} is not a setting of this version{hint}")


def _read(name: str, text: str, read: Callable[[str], Any]) -> Any:
    """Read one value. The refusal never repeats it: it may be a secret."""
    try:
        return read(text)
    except ValueError as error:
        raise SettingsError(f"{name} takes {error}.") from None


def _limits(env: Mapping[str, str]) -> Limits:
    try:
        return Limits.from_env(env)
    except BadLimit as error:
        raise SettingsError(str(error)) from None


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ",".join(map(str, value))  # pyright: ignore[reportUnknownArgumentType]
    return str(value)
