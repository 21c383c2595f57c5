"""What the REST tier is told at its start."""

from dataclasses import dataclass, field
from pathlib import Path

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class PasswordCost:
    """Argon2id (RFC 9106): memory in KiB, passes and lanes. About 20 ms of one core as it stands."""

    memory_kib: int = 19 * 1024
    passes: int = 2
    lanes: int = 1


@dataclass(frozen=True, slots=True)
class RestSettings:
    """Handed in by the front door; nothing here is read from the environment."""

    secret: str = field(repr=False)
    database_url: str = field(repr=False)
    """``postgresql://…``"""
    demo: bool = False
    """Whether anybody may enter the demo class."""
    public_url: str = "http://127.0.0.1:8000"
    """The origin people type; cookies are ``Secure`` when it is ``https``."""
    files_dir: Path = Path("data/files")
    """Where uploaded files are kept."""
    files_url: str | None = None
    """Where they are kept instead: ``s3://bucket/prefix``; its credentials come as the provider's tools take them."""
    field_keys: tuple[str, ...] = field(default=(), repr=False)
    """Master keys of the field encryption, the current one first; older ones still open what they closed.
    Empty: one derived from ``secret``, which must then never change."""
    open_sign_up: bool = True
    """Whether anybody may found an institution; otherwise platform staff do."""
    show_outbox: bool = False
    """Whether waiting messages are shown at ``/v1/dev/outbox`` to this very machine. Never in production."""
    background: bool = True
    """Whether this process delivers messages and tidies up; any number of processes may."""
    pool_size: int = 10
    """Database connections of this process, and so how many requests it works on at once: the others wait in line, and
    what lives in the same loop (`lyceum up`: rooms, sockets) has its turn after a few steps, however many come."""
    body_bytes: int = MIB
    file_bytes: int = 64 * MIB
    """Of one upload; an institution's own quota may be lower."""
    password_cost: PasswordCost = PasswordCost()
    private_issuers: bool = False
    """Whether an OpenID provider may be at an ``http`` address or on a private network (tests, intranets)."""
