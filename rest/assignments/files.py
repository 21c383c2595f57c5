"""Files of a submission, and documents of live rooms, frozen with their history when they are taken."""

import base64
import json
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select, text

from rest.assignments import service
from rest.assignments.access import AssignmentAccess
from rest.assignments.schemas import LiveDocument, TakeDocument
from rest.assignments.tables import Submission, SubmissionFile
from rest.classes.access import ClassAccess, enter_class
from rest.classes.tickets import group_room
from rest.courses.kinds import kind_of
from rest.courses.store import FileStore, Received
from rest.db import Unit
from rest.identity.policy import Action
from rest.institutions.service import within_storage
from rest.platform.rows import add, missing
from rest.problems import Conflict, Unsupported

MAX_FILES = 20

_ENTRIES = text("""
SELECT DISTINCT ON (epoch, seq) epoch, seq, body, authors, at, false AS whole FROM (
  SELECT epoch, seq, body, authors, at FROM room_history WHERE tenant = :tenant AND room = :room AND doc = :doc
  UNION ALL
  SELECT epoch, seq, body, authors, at FROM room_log WHERE tenant = :tenant AND room = :room AND doc = :doc
) e
UNION ALL
SELECT epoch, seq, body, CAST('{}' AS text[]), at, true FROM room_snapshots
WHERE tenant = :tenant AND room = :room AND doc = :doc
ORDER BY epoch, seq, whole
""")

_DOCUMENTS = text("""
SELECT doc AS document, max(at) AS saved_at FROM (
  SELECT doc, at FROM room_history WHERE tenant = :tenant AND room = :room
  UNION ALL SELECT doc, at FROM room_log WHERE tenant = :tenant AND room = :room
  UNION ALL SELECT doc, at FROM room_snapshots WHERE tenant = :tenant AND room = :room
) e WHERE doc <> '' GROUP BY doc ORDER BY doc
""")


async def keep(unit: Unit, store: FileStore, access: AssignmentAccess, name: str, received: Received) -> SubmissionFile:
    """Add a file to the caller's submission, which has to be handed in again."""
    kind = kind_of(name, received.head)
    if kind is None:
        raise Unsupported("file-kind", "That kind of file is not taken, or it is not what its name says.")
    row = await service.write(unit, access)
    here = (SubmissionFile.tenant == unit.tenant, SubmissionFile.submission_id == row.id)
    count = select(func.count()).select_from(SubmissionFile).where(*here)
    if (await unit.session.scalar(count) or 0) >= MAX_FILES:
        raise Conflict("too-many-parts", f"A submission has {MAX_FILES} files at most.")
    await within_storage(unit, received.size)
    await store.keep(unit.tenant, received)
    return await add(
        unit,
        SubmissionFile,
        submission_id=row.id,
        person_id=access.who.person,
        name=name,
        media_type=kind.media_type,
        size=received.size,
        sha256=received.digest,
        created_at=unit.now,
    )


async def remove(unit: Unit, access: AssignmentAccess, file: UUID) -> None:
    """Take a file out of the caller's submission."""
    row = await service.write(unit, access)
    mine = (SubmissionFile.tenant == unit.tenant, SubmissionFile.submission_id == row.id, SubmissionFile.id == file)
    if await unit.session.scalar(delete(SubmissionFile).where(*mine).returning(SubmissionFile.id)) is None:
        raise missing("file")


async def of(unit: Unit, *submissions: UUID) -> dict[UUID, list[SubmissionFile]]:
    """The files of some submissions, in the order they came."""
    here = (SubmissionFile.tenant == unit.tenant, SubmissionFile.submission_id.in_(submissions))
    found: dict[UUID, list[SubmissionFile]] = {id: [] for id in submissions}
    for row in (await unit.session.scalars(select(SubmissionFile).where(*here).order_by(SubmissionFile.id))).all():
        found[row.submission_id].append(row)
    return found


async def live_documents(unit: Unit, inside: ClassAccess, group: UUID | None) -> list[LiveDocument]:
    """The documents of a class' room, or of a group's, in which something is saved."""
    room = inside.row.room if group is None else await group_room(unit, inside, group)
    rows = await unit.session.execute(_DOCUMENTS, {"tenant": unit.tenant, "room": room})
    return [LiveDocument.model_validate(row) for row in rows]


async def take_document(
    unit: Unit, store: FileStore, access: AssignmentAccess, asked: TakeDocument, limit: int
) -> Submission:
    """Freeze a document of a class of this course, as it is saved now: every entry with its time and authors."""
    inside = await enter_class(unit, access.who, asked.class_id, Action.CLASS_JOIN)
    if inside.row.course_id != access.assignment.course_id:
        raise missing("class")
    room = inside.row.room if asked.group_id is None else await group_room(unit, inside, asked.group_id)
    where = {"tenant": unit.tenant, "room": room, "doc": asked.document}
    counted = Counted(_lines(unit, where))
    received = await store.receive(counted, limit)
    with received.file:
        if counted.entries == 0:
            raise missing("document")
        await within_storage(unit, received.size)
        await store.keep(unit.tenant, received)
    kept = {"class_id": str(asked.class_id), "document": asked.document, "entries": counted.entries}
    kept |= {"taken_at": unit.now.isoformat(), "sha256": received.digest.hex(), "size": received.size}
    return await service.write(unit, access, document=kept)


class Counted:
    """Lines as they pass, counted."""

    def __init__(self, lines: AsyncIterator[bytes]) -> None:
        self._lines = lines
        self.entries = 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for line in self._lines:
            self.entries += 1
            yield line


async def _lines(unit: Unit, where: dict[str, Any]) -> AsyncIterator[bytes]:
    rows = await unit.session.stream(_ENTRIES, where)
    async for row in rows:
        entry = {
            "epoch": row.epoch,
            "seq": row.seq,
            "at": row.at.isoformat(),
            "authors": list(row.authors),
            "snapshot": row.whole,
            "update": base64.b64encode(row.body).decode(),
        }
        yield json.dumps(entry, separators=(",", ":")).encode() + b"\n"


async def document(store: FileStore, submission: Submission, anonymous: bool) -> AsyncIterator[bytes]:
    """The lines of a frozen document; ``anonymous``: without who wrote what."""
    kept = submission.document or {}
    chunks = store.read(submission.tenant, bytes.fromhex(kept["sha256"]), 0, kept["size"])
    if not anonymous:
        async for chunk in chunks:
            yield chunk
        return
    rest = b""
    async for chunk in chunks:
        *whole, rest = (rest + chunk).split(b"\n")
        for line in whole:
            yield json.dumps(json.loads(line) | {"authors": []}, separators=(",", ":")).encode() + b"\n"
