"""Shapes of courses and what is in them."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from rest.identity.policy import Role
from rest.platform.text import Asked, Body, Day, Email, Language, Line, Prose, Secret, ShortLine, Shown

CourseStatus = Literal["draft", "published", "archived"]
PartStatus = Literal["draft", "published"]
CourseRole = Literal[Role.TEACHER, Role.ASSISTANT, Role.STUDENT, Role.OBSERVER]
Instant = Annotated[AwareDatetime, Field(ge=datetime.fromisoformat("1970-01-01T00:00:00+00:00"))]


class NewTerm(Asked):
    name: Line
    starts_on: Day
    ends_on: Day


class EditTerm(Asked):
    """What is left out stays as it is."""

    name: Line | None = None
    starts_on: Day | None = None
    ends_on: Day | None = None


class TermShown(Shown):
    id: UUID
    name: str
    starts_on: Day
    ends_on: Day
    version: int


class NewCourse(Asked):
    """A course begins as a draft. Who makes it teaches it."""

    title: Line
    code: ShortLine | None = None
    summary: Prose = ""
    language: Language = "en"
    term_id: UUID | None = None
    listed: bool = Field(False, description="Whether people of the institution who are not in it may be told of it")


class EditCourse(Asked):
    """What is left out stays as it is."""

    title: Line | None = None
    code: ShortLine | None = None
    summary: Prose | None = None
    language: Language | None = None
    term_id: UUID | None = None
    status: CourseStatus | None = None
    listed: bool | None = None


class CopyCourse(Asked):
    """A copy has the content and nobody in it."""

    title: Line
    code: ShortLine | None = None
    term_id: UUID | None = None


class CourseShown(Shown):
    id: UUID
    title: str
    code: str | None
    summary: str
    language: str
    term_id: UUID | None
    status: CourseStatus
    copied_from: UUID | None
    listed: bool
    role: Role | None = Field(None, description="What the caller is in it")
    version: int
    created_at: datetime
    updated_at: datetime


class NewSection(Asked):
    name: Line


class SectionShown(Shown):
    id: UUID
    name: str
    version: int


class NewModule(Asked):
    title: Line
    summary: Prose = ""
    language: Language | None = Field(None, description="That of the course when left out")
    opens_at: Instant | None = None


class EditModule(Asked):
    """What is left out stays as it is."""

    title: Line | None = None
    summary: Prose | None = None
    language: Language | None = None
    opens_at: Instant | None = None
    status: PartStatus | None = None


class ModuleShown(Shown):
    id: UUID
    title: str
    summary: str
    language: str
    status: PartStatus
    position: int
    opens_at: datetime | None
    version: int


class OrderModules(Asked):
    """All modules of the course in their new order."""

    modules: list[UUID] = Field(max_length=1000)


class RequirementShown(Shown):
    module_id: UUID
    requires_id: UUID


class StepShown(Shown):
    """A module to take before another, and how many steps before at most."""

    id: UUID
    title: str
    steps: int


class NewPage(Asked):
    title: Line
    body: Body = ""
    language: Language | None = Field(None, description="That of the course when left out")


class EditPage(Asked):
    """What is left out stays as it is."""

    title: Line | None = None
    body: Body | None = None
    language: Language | None = None
    status: PartStatus | None = None
    position: int | None = Field(None, ge=0, le=100_000)


class PageHead(Shown):
    id: UUID
    module_id: UUID
    title: str
    language: str
    status: PartStatus
    position: int
    version: int


class PageShown(PageHead):
    body: str
    updated_at: datetime


class FileShown(Shown):
    id: UUID
    name: str
    media_type: str
    size: int
    created_at: datetime


class DeletedShown(Shown):
    """Something that was deleted and can come back, until it is purged."""

    kind: Literal["module", "page", "file"]
    id: UUID
    title: str
    module_id: UUID | None = Field(description="Of a page: the module it goes back into")
    pages: int = Field(description="Of a module: how many pages come back with it")
    deleted_at: datetime
    kept_until: datetime


class Enrol(Asked):
    """Somebody of the institution, by id or by e-mail address."""

    person_id: UUID | None = None
    email: Email | None = None
    role: CourseRole = Role.STUDENT
    section_id: UUID | None = None


class EditEnrolment(Asked):
    """What is left out stays as it is."""

    role: CourseRole | None = None
    section_id: UUID | None = None
    status: Literal["active", "ended"] | None = None


class EnrolmentShown(Shown):
    id: UUID
    person_id: UUID
    name: str
    role: Role
    section_id: UUID | None
    status: Literal["active", "ended"]
    version: int


class Invite(Asked):
    """With an e-mail address: a message to one person, who is taken in if need be. Without: a link for many."""

    email: Email | None = None
    name: Line | None = Field(None, description="How to call somebody who is new here")
    role: CourseRole = Role.STUDENT
    section_id: UUID | None = None
    max_uses: int = Field(1, ge=1, le=10_000)
    days: int = Field(14, ge=1, le=366)


class InvitationShown(Shown):
    id: UUID
    role: Role
    section_id: UUID | None
    person_id: UUID | None
    max_uses: int
    uses: int
    expires_at: datetime
    revoked_at: datetime | None


class InvitationMade(InvitationShown):
    """The only time the link's token is shown; null when it was sent by message."""

    token: str | None


class AcceptInvitation(Asked):
    token: Secret


class Hit(Shown):
    """Something found. ``snippet`` has the words found between ``**``."""

    kind: Literal["course", "module", "page"]
    id: UUID
    course_id: UUID
    title: str
    snippet: str
