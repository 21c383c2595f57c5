"""Which course next."""

from typing import Annotated

from fastapi import Query

from rest.db import InUnit
from rest.identity.policy import Action
from rest.identity.principal import Principal, allow
from rest.platform.routing import router
from rest.recommendations import courses
from rest.recommendations.schemas import CourseSuggestions

routes = router("recommendations")


@routes.get("/course-suggestions")
async def course_suggestions(
    who: Annotated[Principal, allow(Action.COURSES_LIST)],
    unit: InUnit,
    limit: Annotated[int, Query(ge=1, le=20)] = 5,
) -> CourseSuggestions:
    """Courses of the institution that are listed and that one is not in, best first, and why: from what those who take
    the same courses take; for newcomers, what many take."""
    return await courses.suggestions(unit, who, limit)
