"""Files of a course."""

from typing import Any
from uuid import UUID

from sqlalchemy import update

from rest.courses.access import CourseAccess
from rest.courses.kinds import kind_of
from rest.courses.store import FileStore, Received
from rest.courses.tables import File
from rest.db import Unit
from rest.institutions.service import own, quotas, within_storage
from rest.platform.rows import add, find, missing
from rest.problems import Unsupported
from rest.trust.audit import audit


async def limit(unit: Unit, most: int) -> int:
    """How many bytes one file may have: the institution's quota, and never more than the installation's."""
    return min(most, quotas(await own(unit)).file_bytes)


async def keep(unit: Unit, store: FileStore, access: CourseAccess, name: str, received: Received) -> File:
    """Make a file of what was received. The object is written before the row: a row without bytes would be a loss, an
    object without a row is tidied up."""
    kind = kind_of(name, received.head)
    if kind is None:
        raise Unsupported("file-kind", "That kind of file is not taken, or it is not what its name says.")
    await within_storage(unit, received.size)
    await store.keep(unit.tenant, received)
    row = await add(
        unit,
        File,
        course_id=access.course.id,
        name=name,
        media_type=kind.media_type,
        size=received.size,
        sha256=received.digest,
        uploaded_by=access.who.person,
        created_at=unit.now,
    )
    audit(unit, access.who, "file.made", f"file:{row.id}", why=access.ground, size=row.size)
    return row


async def file_of(unit: Unit, access: CourseAccess, id: UUID) -> File:
    """A file of the course."""
    return await find(unit, File, id, "file", *_here(access))


async def remove(unit: Unit, access: CourseAccess, id: UUID) -> None:
    """Delete a file; its bytes go when it is purged."""
    mine = (File.tenant == unit.tenant, File.id == id, *_here(access))
    if await unit.session.scalar(update(File).where(*mine).values(deleted_at=unit.now).returning(File.id)) is None:
        raise missing("file")
    audit(unit, access.who, "file.deleted", f"file:{id}", why=access.ground)


def _here(access: CourseAccess) -> tuple[Any, ...]:
    return (File.course_id == access.course.id, File.deleted_at.is_(None))
