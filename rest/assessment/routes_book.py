"""The gradebook of a course, and one's own grades."""

from typing import Annotated
from uuid import UUID

from fastapi import Response

from rest.assessment import book
from rest.assessment.schemas_book import CourseGrades, GradebookSettings, GradebookShown, SetCell, SetGradebook
from rest.courses.access import CourseAccess, in_course
from rest.db import InUnit
from rest.identity.policy import Action
from rest.identity.principal import About, allow_about
from rest.platform.deps import InVault
from rest.platform.etags import Expected, show_etag
from rest.platform.routing import router

routes = router("assessment")

Reader = Annotated[CourseAccess, in_course(Action.GRADES_READ)]
Grader = Annotated[CourseAccess, in_course(Action.GRADE)]
Editor = Annotated[CourseAccess, in_course(Action.COURSE_EDIT)]
OfPerson = Annotated[About, allow_about(Action.GRADES_OF)]


class CsvResponse(Response):
    media_type = "text/csv"


@routes.get("/courses/{course_id}/gradebook")
async def get_gradebook(access: Reader, unit: InUnit, vault: InVault) -> GradebookShown:
    """Everybody's marks, and what they come to."""
    return await book.whole(unit, vault, access)


@routes.get("/courses/{course_id}/gradebook.csv", response_class=CsvResponse)
async def get_csv(access: Reader, unit: InUnit, vault: InVault) -> Response:
    """The gradebook for a spreadsheet."""
    name = {"Content-Disposition": 'attachment; filename="gradebook.csv"'}
    return CsvResponse(await book.as_csv(unit, vault, access), headers=name)


@routes.get("/courses/{course_id}/gradebook/settings")
async def get_settings(response: Response, access: Reader, unit: InUnit) -> GradebookSettings:
    """Weights, drops, curve and scale; at version 0 nobody has set them yet."""
    return _settings(response, await book.settings_of(unit, access.course.id))


@routes.put("/courses/{course_id}/gradebook/settings")
async def set_up(
    body: SetGradebook, version: Expected, response: Response, access: Editor, unit: InUnit
) -> GradebookSettings:
    """Say how marks add up."""
    return _settings(response, await book.set_up(unit, access, version, body))


def _settings(response: Response, settings: GradebookSettings) -> GradebookSettings:
    show_etag(response, settings.version)
    return settings


@routes.put("/courses/{course_id}/gradebook/{column_id}/{person_id}", status_code=204)
async def set_cell(column_id: UUID, person_id: UUID, body: SetCell, access: Grader, unit: InUnit) -> None:
    """Set somebody's mark in a column over what was computed, or excuse them."""
    await book.set_cell(unit, access, column_id, person_id, body)


@routes.delete("/courses/{course_id}/gradebook/{column_id}/{person_id}", status_code=204)
async def clear_cell(column_id: UUID, person_id: UUID, access: Grader, unit: InUnit) -> None:
    """Have what was computed count again."""
    await book.clear_cell(unit, access, column_id, person_id)


@routes.get("/people/{person_id}/grades")
async def list_grades(about: OfPerson, unit: InUnit, vault: InVault) -> list[CourseGrades]:
    """How somebody stands in their courses, by what is out: for themselves, their guardian, administrators."""
    return await book.of_person(unit, vault, about)
