"""``terms``, ``courses``, ``sections``, ``modules``, ``module_requirements``, ``pages``, ``files``, ``enrolments``,
``invitations``. The ``search`` columns are the database's own and not mapped."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, false
from sqlalchemy.orm import Mapped, mapped_column

from rest.platform.refused import refuse
from rest.platform.tables import Base, Kept, Key, OfTenant, TenantRow, Versioned


class Term(Kept, Base):
    """A time of teaching."""

    __tablename__ = "terms"
    name: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date]


class Course(Kept, Base):
    """What is taught."""

    __tablename__ = "courses"
    term_id: Mapped[UUID | None]
    code: Mapped[str | None]
    title: Mapped[str]
    summary: Mapped[str]
    language: Mapped[str]
    status: Mapped[str]
    copied_from: Mapped[UUID | None]
    listed: Mapped[bool] = mapped_column(server_default=false())
    """Whether it may be suggested to people of the institution who are not in it."""


class Section(Versioned, Base):
    """A group that takes a course together."""

    __tablename__ = "sections"
    course_id: Mapped[UUID]
    name: Mapped[str]


class Module(Kept, Base):
    """A part of a course."""

    __tablename__ = "modules"
    course_id: Mapped[UUID]
    position: Mapped[int]
    title: Mapped[str]
    summary: Mapped[str]
    language: Mapped[str]
    status: Mapped[str]
    opens_at: Mapped[datetime | None]


class Requirement(OfTenant, Base):
    """A module is to be taken after another."""

    __tablename__ = "module_requirements"
    course_id: Mapped[UUID]
    module_id: Mapped[Key]
    requires_id: Mapped[Key]


class CoursePage(Kept, Base):
    """A page of a module; its body is Markdown."""

    __tablename__ = "pages"
    course_id: Mapped[UUID]
    module_id: Mapped[UUID]
    position: Mapped[int]
    title: Mapped[str]
    body: Mapped[str]
    language: Mapped[str]
    status: Mapped[str]


class File(TenantRow, Base):
    """An uploaded file; its bytes are in the object store under the tenant and their digest."""

    __tablename__ = "files"
    course_id: Mapped[UUID]
    name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[bytes]
    uploaded_by: Mapped[UUID | None]
    created_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]


class Enrolment(Versioned, Base):
    """Somebody takes part in a course, as what."""

    __tablename__ = "enrolments"
    course_id: Mapped[UUID]
    section_id: Mapped[UUID | None]
    person_id: Mapped[UUID]
    role: Mapped[str]
    status: Mapped[str]


class Invitation(TenantRow, Base):
    """A way into a course: for one person, or for whoever has the link."""

    __tablename__ = "invitations"
    course_id: Mapped[UUID]
    section_id: Mapped[UUID | None]
    role: Mapped[str]
    person_id: Mapped[UUID | None]
    hash: Mapped[bytes]
    max_uses: Mapped[int]
    uses: Mapped[int]
    created_by: Mapped[UUID | None]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


refuse("enrolments_once", "enrolled-already", "That person takes part in this course already.")
refuse("sections_name", "section-taken", "This course has a section of that name already.")
