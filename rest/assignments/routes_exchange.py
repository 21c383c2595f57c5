"""QTI 2.1 in and out, and item analysis."""

from typing import Annotated, Any

from fastapi import Query, Request, Response

from rest.assessment.access import ResultsReader
from rest.assessment.bank import Contents
from rest.assessment.schemas import Tag
from rest.assignments import exchange
from rest.assignments.schemas_exchange import AnalysisShown, ImportShown
from rest.courses.access import CourseAccess, in_course
from rest.courses.routes_files import UPLOAD
from rest.db import InUnit
from rest.identity.policy import Action
from rest.platform.deps import piece
from rest.platform.routing import router

routes = router("assessment")

Editor = Annotated[CourseAccess, in_course(Action.ITEMS_EDIT)]
Tags = Annotated[list[Tag] | None, Query(max_length=10)]
InContents = Annotated[Contents, piece("contents")]
PACKAGE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "A QTI 2.1 content package",
        "content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}},
    }
}


@routes.get("/courses/{course_id}/qti", response_class=Response, responses=PACKAGE)
async def export_items(access: Editor, unit: InUnit, tag: Tags = None) -> Response:
    """The questions of a course (with all of the tags) as a QTI 2.1 package."""
    data = await exchange.package(unit, access, tag or [])
    headers = {"Content-Disposition": 'attachment; filename="questions.zip"', "Cache-Control": "no-store"}
    return Response(data, media_type="application/zip", headers=headers)


@routes.post("/courses/{course_id}/qti", status_code=201, openapi_extra=UPLOAD)
async def import_items(
    request: Request,
    access: Editor,
    unit: InUnit,
    tag: Tags = None,
    partial: Annotated[bool, Query(description="Take what can be used, and list the rest")] = False,
) -> ImportShown:
    """Questions of a QTI 2.1 package, or of one item's XML file, into the bank of a course."""
    await unit.pause()
    found = await exchange.read(await exchange.receive(request.stream()))
    await unit.enter(access.who.tenant)
    return await exchange.take_in(unit, access, found, tag or [], partial)


@routes.get("/quizzes/{quiz_id}/analysis")
async def analysis(access: ResultsReader, contents: InContents, unit: InUnit) -> AnalysisShown:
    """How hard each question was, how well it tells students apart, and what its wrong choices did."""
    return await exchange.analysis(unit, contents, access.quiz)
