"""Shapes of institutions."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from rest.identity.schemas import NewPassword
from rest.platform.text import Asked, Email, Language, Line, Shown, Slug, TimeZone

Days = Annotated[int, Field(ge=1, le=36_500)]
Amount = Annotated[int, Field(ge=0, le=2**53)]


class Quotas(Shown):
    """How much an institution may have."""

    people: Amount = 20_000
    courses: Amount = 5_000
    storage_bytes: Amount = 100 * 2**30
    file_bytes: Amount = 64 * 2**20
    open_classes: Amount = 500


class Retention(Asked):
    """Days after which things are purged."""

    deleted: Days = 30
    """What was deleted: courses, pages, files, people."""
    sessions: Days = 90
    messages: Days = 30
    attendance: Days = 1_100


class InstitutionSettings(Asked):
    """How an institution wants things."""

    consent_age: Annotated[int, Field(ge=0, le=21)] = 13
    """Below it a guardian's consent is needed for free chat and a full name."""
    retention: Retention = Retention()


class InstitutionShown(Shown):
    institution: str
    name: str
    status: Literal["active", "suspended"]
    locale: str
    time_zone: str
    quotas: Quotas
    settings: InstitutionSettings
    version: int
    created_at: datetime


class FoundInstitution(Asked):
    """A new institution and its first administrator, who confirms the e-mail address before signing in."""

    institution: Slug
    name: Line
    locale: Language = "en"
    time_zone: TimeZone = "UTC"
    administrator_name: Line
    administrator_email: Email
    administrator_password: NewPassword


class EditInstitution(Asked):
    """What is left out stays as it is."""

    name: Line | None = None
    locale: Language | None = None
    time_zone: TimeZone | None = None
    settings: InstitutionSettings | None = None


class RunInstitution(Asked):
    """What platform staff decide."""

    status: Literal["active", "suspended"] | None = None
    quotas: Quotas | None = None
