"""The arguments of ``lyceum documents``."""

import argparse
from collections.abc import Awaitable, Callable
from pathlib import Path

from lyceum import documents
from lyceum.settings import Settings
from realtime.grants import DEFAULT_TENANT

Work = Callable[[Settings, argparse.Namespace], Awaitable[str]]


def add_arguments(parser: argparse.ArgumentParser, add_data_dir: Callable[[argparse.ArgumentParser], None]) -> None:
    """The subcommands; each sets ``work``."""
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    _add(actions, "list", "every document that could not be loaded, and why", _list, add_data_dir)
    _named(
        _add(actions, "show", "what is stored of one: positions, sizes, which updates are damaged", _show, add_data_dir)
    )
    written = _add(
        actions, "export", "write all that is stored of one into a zip of Yjs updates", _export, add_data_dir
    )
    _named(written)
    written.add_argument("file", type=Path, help="the file to make; an existing one is left alone")
    mended = _add(
        actions, "repair", "make one the last state that loads; what is damaged is kept", _repair, add_data_dir
    )
    _named(mended)
    mended.add_argument("--skip-damaged", action="store_true", help="leave out only the damaged updates")
    mended.add_argument("--dry-run", action="store_true", help="say what would be kept, and change nothing")
    _named(_add(actions, "release", "let one go that loads after all", _release, add_data_dir))


def _add(
    actions: "argparse._SubParsersAction[argparse.ArgumentParser]",
    name: str,
    help_text: str,
    work: Work,
    add_data_dir: Callable[[argparse.ArgumentParser], None],
) -> argparse.ArgumentParser:
    parser = actions.add_parser(name, help=help_text, description=help_text)
    parser.set_defaults(work=work)
    add_data_dir(parser)
    return parser


def _named(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("room", help="the room, or tenant/room as `list` prints it")
    parser.add_argument("doc", help="the document's name; '' is the class itself")
    parser.add_argument("--tenant", default=DEFAULT_TENANT, help="the institution (default: %(default)s)")


def _key(options: argparse.Namespace) -> str:
    return documents.key_of(options.room, options.tenant)


async def _list(settings: Settings, _: argparse.Namespace) -> str:
    return await documents.list_quarantined(settings)


async def _show(settings: Settings, options: argparse.Namespace) -> str:
    return await documents.show(settings, _key(options), options.doc)


async def _export(settings: Settings, options: argparse.Namespace) -> str:
    return await documents.export(settings, _key(options), options.doc, options.file)


async def _repair(settings: Settings, options: argparse.Namespace) -> str:
    return await documents.repair(
        settings, _key(options), options.doc, skip_damaged=options.skip_damaged, dry_run=options.dry_run
    )


async def _release(settings: Settings, options: argparse.Namespace) -> str:
    return await documents.release(settings, _key(options), options.doc)
