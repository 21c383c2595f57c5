"""``lyceum documents``: documents that could not be loaded, looked at, written to a file, mended, let go.

    list                     every quarantined document, and why
    show ROOM DOC            its stored updates: positions, sizes, authors, which ones do not load
    export ROOM DOC FILE     all of it, byte for byte, as a zip of Yjs updates with a manifest
    repair ROOM DOC          the document becomes the last state that loads; the damaged log moves into the history
    release ROOM DOC         ends the quarantine as it is, for a document that loads after all

All of this is safe while the room is open elsewhere: a repair raises the room's epoch, so that a live owner can write
no more until it has opened the room again and read what was mended (it looks every ten seconds), and its people stay.
Edits it had not called saved yet come again from the clients. On a data folder that a running ``lyceum`` holds, every
one of these is refused by `DataFolderInUse`.
"""

import json
import os
import zipfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from lyceum.errors import DocumentsError
from lyceum.services import database
from lyceum.settings import Settings
from realtime.ids import BadName, check_name, room_key
from rooms.archive import Archive, DocumentFacts, StoredUpdate, archive
from rooms.bodies import document_limits
from rooms.errors import RoomsError
from rooms.log import CLASS
from rooms.log_postgres import PostgresLog
from rooms.repair import Salvage, first_damage, salvage

FORMAT = 1
"""Of the manifest in an exported file."""
SHOWN = 40
"""Updates listed one by one; the largest logs are read from the exported file."""


@dataclass(frozen=True, slots=True)
class Found:
    """A document with what is stored of it: ``live`` is what a load reads, oldest first."""

    facts: DocumentFacts
    live: list[StoredUpdate]
    past: list[StoredUpdate]

    @property
    def blobs(self) -> list[bytes]:
        return [update.body for update in self.live]


def key_of(room: str, tenant: str) -> str:
    """The room key of what the operator typed: ``room``, or ``tenant/room`` as `list` prints it."""
    before, slash, after = room.partition("/")
    try:
        return room_key(before, after) if slash else room_key(tenant, room)
    except BadName as error:
        raise DocumentsError(str(error)) from None


async def list_quarantined(settings: Settings) -> str:
    async with _archive(settings) as (stored, _):
        found = await stored.quarantined()
    if not found:
        return "No document is quarantined."
    lines = [f"{facts.room} {_doc(facts.doc)}: {facts.quarantined} ({_sizes(facts)})" for facts in found]
    return "\n".join([*lines, "", "look closer: lyceum documents show ROOM DOC"])


async def show(settings: Settings, room: str, doc: str) -> str:
    async with _archive(settings) as (stored, _):
        found = await _find(stored, room, doc)
    facts = found.facts
    lines = [
        f"{facts.room} {_doc(doc)}",
        f"  {'quarantined: ' + facts.quarantined if facts.quarantined else 'not quarantined'}",
        f"  stored: {_sizes(facts)}",
        f"  epoch {facts.epoch}, opened last by {facts.owner or 'nobody'}",
    ]
    mended = None if doc == CLASS else salvage(doc, found.blobs, document_limits(settings.limits), skip_damaged=True)
    reasons = {damage.index: damage.reason for damage in mended.damaged} if mended else {}
    rows = [_row(index, update, reasons.get(index)) for index, update in enumerate(found.live)]
    hidden = [row for index, row in enumerate(rows) if index < len(rows) - SHOWN and index not in reasons]
    lines += [row for row in rows if row not in hidden]
    if hidden:
        lines.append(f"  ({len(hidden)} sound ones before are not shown; `export` writes them all)")
    lines.append(_verdict(doc, len(rows), mended))
    return "\n".join(lines)


async def export(settings: Settings, room: str, doc: str, path: Path) -> str:
    """Write a zip that only this user may read; an existing file is left alone."""
    async with _archive(settings) as (stored, _):
        facts = await _known(stored, room, doc)
        with _new_zip(path) as file:
            count = await _write(stored, facts, file)
    return f"{count} updates of {facts.room} {_doc(doc)} are in {path}."


async def repair(settings: Settings, room: str, doc: str, *, skip_damaged: bool, dry_run: bool) -> str:
    """The document becomes the last state that loads. Raises `DocumentsError` when there is nothing to mend."""
    limits = document_limits(settings.limits)
    async with _archive(settings) as (stored, log):
        found = await _find(stored, room, doc)
        if doc == CLASS:
            raise DocumentsError("The class's own records are read as far as they go; there is no document to repair.")
        if not found.facts.quarantined:
            raise DocumentsError(f"{room} {doc} is not quarantined: edits to it may be under way, nothing was changed.")
        if first_damage(doc, found.blobs, limits) is None:
            raise DocumentsError(f"All that is stored of {room} {doc} loads: `lyceum documents release` is enough.")
        updates = found.live
        if first_damage(doc, found.blobs[:1], limits) is not None and found.past:
            # The snapshot itself is damaged: what it stood for is in the history.
            updates = sorted([*found.past, *(it for it in found.live if it.kind == "entry")], key=_position)
        mended = salvage(doc, [update.body for update in updates], limits, skip_damaged=skip_damaged)
        lines = _told(updates, mended)
        if dry_run:
            return "\n".join([*lines, "Nothing was changed (--dry-run)."])
        before = found.facts
        if await stored.facts(room, doc) != before:
            raise DocumentsError(f"{room} {doc} changed while it was looked at; nothing was changed. Try again.")
        await log.restore(room, doc, mended.state)
    done = f"{room} {doc} holds {len(mended.state)} bytes and opens again; the damaged log is kept in its history."
    return "\n".join([*lines, done])


async def release(settings: Settings, room: str, doc: str) -> str:
    """End a quarantine without a change. Raises `DocumentsError` when the document still does not load."""
    async with _archive(settings) as (stored, log):
        found = await _find(stored, room, doc)
        if not found.facts.quarantined:
            raise DocumentsError(f"{room} {_doc(doc)} is not quarantined.")
        damage = None if doc == CLASS else first_damage(doc, found.blobs, document_limits(settings.limits))
        if damage is not None:
            raise DocumentsError(f"{room} {doc} still does not load ({damage.reason}): use `lyceum documents repair`.")
        await log.restore(room, doc)
    return f"{room} {_doc(doc)} is no longer quarantined."


@asynccontextmanager
async def _archive(settings: Settings) -> AsyncIterator[tuple[Archive, PostgresLog]]:
    """The log's two sides, with what goes wrong there in words for a person."""
    if settings.database_url is None and not (settings.data_dir / "postgres").exists():
        raise DocumentsError(f"There is no database in {settings.data_dir}: choose the folder with --data-dir.")
    try:
        async with database(settings) as dsn, archive(dsn) as stored, PostgresLog(dsn) as log:
            yield stored, log
    except RoomsError as error:
        raise DocumentsError(str(error)) from error


async def _known(stored: Archive, room: str, doc: str) -> DocumentFacts:
    if doc != CLASS:
        try:
            check_name(doc)
        except BadName as error:
            raise DocumentsError(str(error)) from None
    return await stored.facts(room, doc)


async def _find(stored: Archive, room: str, doc: str) -> Found:
    facts = await _known(stored, room, doc)
    live, past = list[StoredUpdate](), list[StoredUpdate]()
    async for update in stored.updates(room, doc):
        (past if update.kind == "history" else live).append(update)
    return Found(facts, live, past)


@contextmanager
def _new_zip(path: Path) -> Iterator[zipfile.ZipFile]:
    """A zip that is not there yet, and is not there afterwards when the body fails."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise DocumentsError(f"{path} cannot be written: {error.strerror}.") from error
    try:
        with open(handle, "wb") as raw, zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as file:
            yield file
    except BaseException:
        path.unlink(missing_ok=True)
        raise


async def _write(stored: Archive, facts: DocumentFacts, file: zipfile.ZipFile) -> int:
    rows = list[dict[str, object]]()
    async for update in stored.updates(facts.room, facts.doc):
        name = f"{update.kind}/{update.position.epoch:06}-{update.position.seq:09}.bin"
        file.writestr(name, update.body)
        rows.append({"file": name, "at": update.at, "authors": update.authors, "bytes": len(update.body)})
    manifest = {"format": FORMAT, "document": asdict(facts), "updates": rows}
    file.writestr("manifest.json", json.dumps(manifest, indent=1))
    return len(rows)


# words


def _doc(doc: str) -> str:
    return doc or "(the class itself)"


def _sizes(facts: DocumentFacts) -> str:
    snapshot = f"a snapshot of {facts.snapshot_bytes} bytes, " if facts.snapshot_bytes is not None else ""
    return f"{snapshot}{facts.entries} entries of {facts.entry_bytes} bytes, {facts.history} in the history"


def _row(index: int, update: StoredUpdate, damage: str | None) -> str:
    at = datetime.fromtimestamp(update.at, UTC).strftime("%Y-%m-%d %H:%M:%S")
    who = f" by {', '.join(update.authors)}" if update.authors else ""
    place = f"epoch {update.position.epoch} seq {update.position.seq}"
    trouble = f"  DAMAGED: {damage}" if damage else ""
    return f"  {index:>5}  {update.kind:<8}  {place}  {len(update.body)} bytes  {at} UTC{who}{trouble}"


def _verdict(doc: str, count: int, mended: Salvage | None) -> str:
    if mended is None:
        return "  these are records of the class, not updates of a document"
    if not mended.damaged:
        return f"  all {count} load"
    advice = f"`lyceum documents repair` keeps the {mended.damaged[0].index} before the first, with --skip-damaged"
    return f"  {len(mended.damaged)} of {count} do not load; {advice} {mended.kept}"


def _told(updates: list[StoredUpdate], mended: Salvage) -> list[str]:
    lines = [f"{mended.kept} of {len(updates)} stored updates are kept."]
    for damage in mended.damaged:
        position = updates[damage.index].position
        lines.append(f"damaged: epoch {position.epoch} seq {position.seq}: {damage.reason}")
    behind = len(mended.left_out) - len(mended.damaged)
    if behind > 0:
        lines.append(f"{behind} after it are left out too; --skip-damaged keeps those that load without it.")
    return lines


def _position(update: StoredUpdate) -> tuple[int, int]:
    return (update.position.epoch, update.position.seq)
