"""Shapes of people."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from rest.identity.policy import Role
from rest.platform.text import Asked, Day, Email, Language, Line, Shown

Status = Literal["invited", "active", "suspended", "erased"]


class NewPerson(Asked):
    """Somebody of the institution. With an e-mail address they are sent a link to choose a password."""

    name: Line
    email: Email | None = None
    birth_date: Day | None = None
    locale: Language | None = None
    roles: list[Role] = Field(default=[], max_length=len(Role))


class EditPerson(Asked):
    """What is left out stays as it is."""

    name: Line | None = None
    email: Email | None = None
    birth_date: Day | None = None
    locale: Language | None = None
    status: Literal["active", "suspended"] | None = None


class GiveRoles(Asked):
    """All roles the person shall hold in the institution."""

    roles: list[Role] = Field(max_length=len(Role))


class PersonShown(Shown):
    id: UUID
    name: str
    email: str | None
    email_verified: bool
    birth_date: Day | None
    locale: str | None
    status: Status
    roles: list[Role]
    version: int
    created_at: datetime


class GuardianShown(Shown):
    """Who answers for a person."""

    id: UUID
    name: str
