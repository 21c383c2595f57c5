"""The ``lyceum`` command.

Every failure a person can cause or mend is one line on standard error and an exit code that is not 0 (`lyceum.errors`);
wrong arguments and settings end with 2.
"""

import argparse
import os
import sys
from collections.abc import Callable, Coroutine, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import uvloop

from lyceum.errors import LyceumError, SettingsError
from lyceum.settings import Settings
from realtime.beat import PHASE
from realtime.grants import DEFAULT_TENANT
from realtime.roles import Role

PLANES = {
    "gateway": "the WebSocket edge, with the REST tier and the web client",
    "rooms": "a room worker: owns rooms, merges edits, writes the log",
    "media": "a media node: forwards audio and video",
    "rest": "the REST tier alone",
    "jobs": "a job worker: grades, ends attempts whose time is up",
}
NEEDS = {
    "gateway": ("LYCEUM_DATABASE_URL", "LYCEUM_REDIS_URL", "LYCEUM_SECRET"),
    "rooms": ("LYCEUM_DATABASE_URL", "LYCEUM_REDIS_URL"),
    "media": ("LYCEUM_REDIS_URL", "LYCEUM_SECRET"),
    "rest": ("LYCEUM_DATABASE_URL", "LYCEUM_SECRET"),
    "jobs": ("LYCEUM_DATABASE_URL", "LYCEUM_SECRET"),
}
TOKEN_SECONDS = 12 * 3600


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and end the process."""
    sys.exit(run(sys.argv[1:] if arguments is None else arguments))


def run(arguments: Sequence[str]) -> int:
    """Run one command; return its exit code."""
    options = _parser().parse_args(arguments)
    try:
        return options.command(options) or 0
    except LyceumError as error:
        return _fail(error)
    except BaseExceptionGroup as group:
        ours = next(_ours(group), None)
        if ours is None:
            raise
        return _fail(ours)
    except KeyboardInterrupt:
        return 130


def _fail(error: LyceumError) -> int:
    from lyceum.logging import hide_in_text

    print(f"lyceum: {hide_in_text(str(error))}", file=sys.stderr)
    return error.exit_code


def _ours(group: BaseExceptionGroup[BaseException]) -> Iterator[LyceumError]:
    """The errors of our tree inside ``group``."""
    for error in group.exceptions:
        if isinstance(error, LyceumError):
            yield error
        elif isinstance(error, BaseExceptionGroup):
            yield from _ours(error)


def _up(options: argparse.Namespace) -> None:
    settings = _settings(options)
    from lyceum.compose import run_up

    _run(settings, run_up(replace(settings, demo=options.demo or settings.demo), options.workers))


def _plane(options: argparse.Namespace) -> None:
    settings = _settings(options)
    settings.need(options.plane, *NEEDS[options.plane])
    from lyceum.compose import run_plane

    named = replace(settings, process=settings.process or options.plane)
    _run(named, run_plane(options.plane, named))


def _migrate(options: argparse.Namespace) -> None:
    """On the database named by URL, else on the data folder's own."""
    from lyceum.migrate import migrate, migrate_down
    from lyceum.services import database

    settings = _settings(options)

    async def work() -> None:
        async with database(settings) as dsn:
            await (migrate(dsn) if options.down is None else migrate_down(dsn, options.down))

    _run(settings, work())


def _token(options: argparse.Namespace) -> None:
    import time

    from lyceum.secret import read_secret
    from realtime.grants import Grant, TokenRefused, mint

    settings = _settings(options)
    secret = settings.secret or read_secret(settings.data_dir)
    grant = Grant(options.room, options.user, Role(options.role), options.tenant, options.name)
    try:
        print(mint(grant, secret, time.time(), options.ttl))
    except TokenRefused as error:
        raise SettingsError(error.message) from None


def _admin(options: argparse.Namespace) -> None:
    settings = _settings(options)
    from lyceum.admin import ask_password, make_administrator

    password = ask_password()

    async def work() -> None:
        print(await make_administrator(settings, options.name or options.email, options.email, password))

    _run(replace(settings, log_level="warning"), work())


def _documents(options: argparse.Namespace) -> None:
    settings = _settings(options)

    async def work() -> None:
        print(await options.work(settings, options))

    # what the command prints is its answer; the services' own lines belong to standard error
    _run(replace(settings, log_level="warning"), work())


def _doctor(options: argparse.Namespace) -> int:
    from lyceum.doctor import examine, report

    settings = _settings(options)
    findings = uvloop.run(examine(settings))
    print(report(findings))
    return 0 if all(finding.fine for finding in findings) else 1


def _settings(options: argparse.Namespace) -> Settings:
    """The environment's settings, changed by the options that were given."""
    settings = Settings.from_env(os.environ)
    names = ("host", "port", "data_dir")
    given = {name: getattr(options, name) for name in names if getattr(options, name, None) is not None}
    return replace(settings, **given)


def _run(settings: Settings, work: Coroutine[Any, Any, None]) -> None:
    from lyceum.logging import configure

    configure(settings)
    uvloop.run(_in_own_phase(work))


async def _in_own_phase(work: Coroutine[Any, Any, None]) -> None:
    PHASE.set(os.getpid() % 64 / 64)
    await work


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="lyceum", description="A live classroom you host yourself.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_up(commands)
    for plane, help_text in PLANES.items():
        one = _add(commands, plane, f"run {help_text}; told by LYCEUM_* in the environment", _plane)
        one.set_defaults(plane=plane)
        if plane in ("gateway", "rest"):
            _add_address(one)
    migrate = _add(commands, "migrate", "bring the database to this version; safe to repeat", _migrate)
    migrate.add_argument(
        "--down", metavar="REVISION", help="go back to REVISION instead; what later ones stored is lost"
    )
    _add_data_dir(migrate)
    _add_token(commands)
    admin = _add(commands, "admin", "let somebody run this installation; asks for their password", _admin)
    admin.add_argument("--email", required=True, help="the address they sign in with")
    admin.add_argument("--name", default="", help="what they are called (the address, if not given)")
    _add_data_dir(admin)
    _add_documents(commands)
    doctor = _add(commands, "doctor", "say what is missing on this machine and how to mend it", _doctor)
    _add_address(doctor)
    _add_data_dir(doctor)
    return parser


def _add(commands: Any, name: str, help_text: str, command: Callable[..., Any]) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(name, help=help_text, description=help_text)
    parser.set_defaults(command=command)
    return parser


def _add_up(commands: Any) -> None:
    up = _add(commands, "up", "run everything on this machine, on embedded services", _up)
    up.add_argument("--demo", action="store_true", help="make a demo class that anybody may enter")
    up.add_argument(
        "--workers", type=_count, default=0, metavar="N", help="N gateways and N room workers as separate processes"
    )
    _add_address(up)
    _add_data_dir(up)


def _add_token(commands: Any) -> None:
    token = _add(commands, "token", "print a token that lets one person into a room", _token)
    token.add_argument("--room", required=True, help="the room's name, or a prefix that ends in *")
    token.add_argument("--user", required=True, help="the person's id")
    token.add_argument("--role", required=True, choices=[role.value for role in Role])
    token.add_argument("--name", default="", help="what other people read (the id, if not given)")
    token.add_argument("--tenant", default=DEFAULT_TENANT, help="the institution (default: %(default)s)")
    token.add_argument(
        "--ttl", type=_seconds, default=TOKEN_SECONDS, metavar="S", help="valid for S seconds (12 hours)"
    )
    _add_data_dir(token)


def _add_documents(commands: Any) -> None:
    from lyceum.documents_cli import add_arguments

    add_arguments(
        _add(commands, "documents", "documents that could not be loaded: look, export, repair", _documents),
        _add_data_dir,
    )


def _add_address(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", help="address to listen on (127.0.0.1)")
    parser.add_argument("--port", type=_port, help="port to listen on (8000)")


def _add_data_dir(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data-dir", type=Path, metavar="DIR", help="where everything is kept (./data)")


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 256):
        raise argparse.ArgumentTypeError("a number from 1 to 256")
    return int(text)


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) <= 65535):
        raise argparse.ArgumentTypeError("a number from 0 to 65535")
    return int(text)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= 366 * 86400:
        raise argparse.ArgumentTypeError("a number of seconds, at most a year")
    return seconds
