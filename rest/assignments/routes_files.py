"""Files and documents of submissions, and the works one reviews."""

from collections.abc import AsyncIterator
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Request, Response
from fastapi.responses import StreamingResponse

from rest.assignments import files, peers
from rest.assignments.access import Reviewer, Student, SubmissionReader
from rest.assignments.schemas import FileShown, GiveReview, LiveDocument, ReviewTask, TakeDocument
from rest.assignments.tables import Review, Submission, SubmissionFile
from rest.classes.access import ClassMember
from rest.courses import kinds
from rest.courses.files import limit
from rest.courses.routes_files import UPLOAD, Store
from rest.courses.store import FileStore
from rest.db import InUnit, Unit
from rest.platform.deps import Settings
from rest.platform.routing import router
from rest.platform.rows import find, missing
from rest.platform.text import Line

routes = router("assignments")

FILE: dict[int | str, dict[str, Any]] = {
    200: {"description": "The file", "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}}}
}
LINES = "application/x-ndjson"
DOCUMENT: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "One JSON object a line: epoch, seq, at, authors, snapshot, update (a Yjs update, Base64)",
        "content": {LINES: {"schema": {"type": "string"}}},
    }
}


@routes.post("/assignments/{assignment_id}/submission/files", status_code=201, openapi_extra=UPLOAD)
async def add_file(
    request: Request,
    name: Annotated[Line, Query(description="What the file is called; its ending says what it is")],
    access: Student,
    settings: Settings,
    store: Store,
    unit: InUnit,
) -> FileShown:
    """Add a file to one's submission: its bytes are the body."""
    most = await limit(unit, settings.file_bytes)
    await unit.pause()
    received = await store.receive(request.stream(), most)
    with received.file:
        await unit.enter(access.who.tenant)
        return FileShown.model_validate(await files.keep(unit, store, access, name, received))


@routes.delete("/assignments/{assignment_id}/submission/files/{file_id}", status_code=204)
async def remove_file(file_id: UUID, access: Student, unit: InUnit) -> None:
    """Take a file out of one's submission."""
    await files.remove(unit, access, file_id)


@routes.get("/classes/{class_id}/documents")
async def list_documents(
    access: ClassMember, unit: InUnit, group_id: Annotated[UUID | None, Query()] = None
) -> list[LiveDocument]:
    """The live documents of a class, or of a group of it, in which something is saved."""
    return await files.live_documents(unit, access, group_id)


@routes.put("/assignments/{assignment_id}/submission/document", status_code=204)
async def take_document(body: TakeDocument, access: Student, settings: Settings, store: Store, unit: InUnit) -> None:
    """Put a live document of a class into one's submission, as it is saved now, with its history."""
    await files.take_document(unit, store, access, body, settings.file_bytes)


@routes.get("/submissions/{submission_id}/files/{file_id}", response_class=Response, responses=FILE)
async def get_file(file_id: UUID, access: SubmissionReader, store: Store, unit: InUnit) -> Response:
    """The bytes of a file that was handed in."""
    return _served(store, await _file(unit, access.submission, file_id))


@routes.get("/submissions/{submission_id}/document", response_class=Response, responses=DOCUMENT)
async def get_document(access: SubmissionReader, store: Store) -> Response:
    """The document that was handed in, entry by entry: replay it in order, or apply all of it at once."""
    return _lines(access.submission, files.document(store, access.submission, anonymous=False))


@routes.get("/assignments/{assignment_id}/peer-reviews/mine")
async def own_reviews(access: Student, unit: InUnit) -> list[ReviewTask]:
    """The works one is to review."""
    found = await peers.tasks(unit, access)
    listed = await files.of(unit, *(submission.id for _, submission, _ in found))
    return [_task(review, submission, author, listed[submission.id]) for review, submission, author in found]


@routes.put("/peer-reviews/{review_id}", status_code=204)
async def give_review(body: GiveReview, access: Reviewer, unit: InUnit) -> None:
    """Give one's review, or change it."""
    await peers.give(unit, access, body)


@routes.get("/peer-reviews/{review_id}/files/{file_id}", response_class=Response, responses=FILE)
async def review_file(file_id: UUID, access: Reviewer, store: Store, unit: InUnit) -> Response:
    """A file of the work one reviews."""
    row = await _file(unit, access.submission, file_id)
    return _served(store, row, _plain_name(row, 1))


@routes.get("/peer-reviews/{review_id}/document", response_class=Response, responses=DOCUMENT)
async def review_document(access: Reviewer, store: Store) -> Response:
    """The document of the work one reviews, without who wrote what."""
    return _lines(access.submission, files.document(store, access.submission, anonymous=True))


async def _file(unit: Unit, submission: Submission, id: UUID) -> SubmissionFile:
    return await find(unit, SubmissionFile, id, "file", SubmissionFile.submission_id == submission.id)


def _served(store: FileStore, row: SubmissionFile, name: str | None = None) -> Response:
    headers = kinds.headers(name or row.name, row.media_type, row.sha256.hex())
    headers["Content-Length"] = str(row.size)
    return StreamingResponse(store.read(row.tenant, row.sha256, 0, row.size), 200, headers)


def _lines(submission: Submission, lines: AsyncIterator[bytes]) -> Response:
    if submission.document is None:
        raise missing("document")
    return StreamingResponse(lines, 200, {"Cache-Control": "no-store"}, media_type=LINES)


def _task(review: Review, submission: Submission, author: str, listed: list[SubmissionFile]) -> ReviewTask:
    named = [
        FileShown(id=file.id, name=_plain_name(file, n), media_type=file.media_type, size=file.size)
        for n, file in enumerate(listed, 1)
    ]
    return ReviewTask(
        id=review.id,
        author=author,
        body=submission.body,
        files=named,
        has_document=submission.document is not None,
        done_at=review.done_at,
        picks=review.picks,  # type: ignore[arg-type]
        share=review.share,
        comment=review.comment,
    )


def _plain_name(file: SubmissionFile, number: int) -> str:
    """A name without the author's words: they sign their files."""
    ending = file.name.rpartition(".")[2]
    return f"file-{number}.{ending}" if ending.isalnum() else f"file-{number}"
