"""Files of a course. A body is read only when its sender may send it, and holds no database connection meanwhile."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Header, Query, Request, Response
from fastapi.responses import StreamingResponse
from sqlalchemy import select

from rest.courses import deleted, files, kinds
from rest.courses.access import Author, Reader
from rest.courses.schemas import FileShown
from rest.courses.store import FileStore
from rest.courses.tables import File
from rest.db import InUnit
from rest.platform.deps import Settings, piece
from rest.platform.paging import Page, Paging
from rest.platform.routing import router
from rest.platform.text import Line

routes = router("files", "/courses/{course_id}/files")

Store = Annotated[FileStore, piece("store")]
BINARY = {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}
UPLOAD: dict[str, Any] = {"requestBody": {"required": True, **BINARY}}
SERVED: dict[int | str, dict[str, Any]] = {
    200: {"description": "The file", "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}}},
    206: {"description": "The bytes asked for", "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}}},
    304: {"description": "As you have it"},
    416: {"description": "No byte of the file is in that range"},
}


@routes.get("")
async def list_files(paging: Paging, access: Reader, unit: InUnit) -> Page[FileShown]:
    """The files of a course."""
    here = (File.tenant == unit.tenant, File.course_id == access.course.id, File.deleted_at.is_(None))
    rows = (await unit.session.scalars(paging.select(select(File).where(*here), (File.id, UUID)))).all()
    return paging.page(rows, FileShown.model_validate, lambda row: (row.id,))


@routes.post("", status_code=201, openapi_extra=UPLOAD)
async def upload(
    request: Request,
    name: Annotated[Line, Query(description="What the file is called; its ending says what it is")],
    access: Author,
    settings: Settings,
    store: Store,
    unit: InUnit,
) -> FileShown:
    """Upload a file: its bytes are the body."""
    limit = await files.limit(unit, settings.file_bytes)
    await unit.pause()
    received = await store.receive(request.stream(), limit)
    with received.file:
        await unit.enter(access.who.tenant)
        return FileShown.model_validate(await files.keep(unit, store, access, name, received))


@routes.get("/{file_id}")
async def get_file(file_id: UUID, access: Reader, unit: InUnit) -> FileShown:
    """What is known of a file."""
    return FileShown.model_validate(await files.file_of(unit, access, file_id))


@routes.get("/{file_id}/content", response_class=Response, responses=SERVED)
async def download(
    file_id: UUID,
    access: Reader,
    store: Store,
    unit: InUnit,
    range: Annotated[str | None, Header(max_length=100)] = None,
    if_none_match: Annotated[str | None, Header(max_length=1000)] = None,
) -> Response:
    """The bytes of a file, or some of them."""
    row = await files.file_of(unit, access, file_id)
    headers = kinds.headers(row.name, row.media_type, row.sha256.hex())
    if if_none_match is not None and headers["ETag"] in if_none_match:
        return Response(status_code=304, headers=headers)
    start, length = kinds.byte_range(range, row.size) or (0, row.size)
    partial = (start, length) != (0, row.size)
    if partial and length <= 0:
        return Response(status_code=416, headers={"Content-Range": f"bytes */{row.size}"})
    if partial:
        headers["Content-Range"] = f"bytes {start}-{start + length - 1}/{row.size}"
    headers["Content-Length"] = str(length)
    body = store.read(unit.tenant, row.sha256, start, length)
    return StreamingResponse(body, 206 if partial else 200, headers)


@routes.delete("/{file_id}", status_code=204)
async def delete_file(file_id: UUID, access: Author, unit: InUnit) -> None:
    """Delete a file."""
    await files.remove(unit, access, file_id)


@routes.post("/{file_id}/restore")
async def restore_file(file_id: UUID, access: Author, unit: InUnit) -> FileShown:
    """Bring a deleted file back, under the address it had."""
    return FileShown.model_validate(await deleted.restore_file(unit, access, file_id))
