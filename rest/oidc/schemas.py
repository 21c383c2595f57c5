"""Shapes of OpenID providers."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from rest.platform.text import Asked, Line, Secret, ShortLine, Shown

Issuer = Annotated[str, StringConstraints(max_length=400, pattern=r"^https?://[A-Za-z0-9._~:/\[\]-]+$")]
Domain = Annotated[str, StringConstraints(max_length=253, pattern=r"^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$")]


class NewProvider(Asked):
    """A provider. ``domains``: of the e-mail addresses it speaks for. ``admit``: whether it lets new people in, as
    students; otherwise only who is here already."""

    name: ShortLine
    issuer: Issuer
    client_id: Line
    client_secret: Secret
    domains: list[Domain] = Field(min_length=1, max_length=50)
    admit: bool = False


class EditProvider(Asked):
    """What is left out stays as it is."""

    name: ShortLine | None = None
    client_secret: Secret | None = None
    domains: list[Domain] | None = Field(None, min_length=1, max_length=50)
    admit: bool | None = None
    enabled: bool | None = None


class ProviderShown(Shown):
    id: UUID
    name: str
    issuer: str
    client_id: str
    domains: list[str]
    admit: bool
    enabled: bool
    version: int
    created_at: datetime


class ProviderOffered(Shown):
    """What a sign-in page needs."""

    id: UUID
    name: str
