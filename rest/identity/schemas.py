"""Shapes of signing in, of one's own account, and of API keys."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from rest.identity.policy import Action, Role
from rest.platform.text import Asked, Email, Language, Line, Secret, ShortLine, Shown, Slug

GivenPassword = Annotated[str, StringConstraints(min_length=1, max_length=256)]
"""Not held to any rule: it is compared."""
NewPassword = Annotated[str, StringConstraints(min_length=10, max_length=256)]
Mode = Literal["cookie", "bearer"]


class SignIn(Asked):
    """Who wants in. ``cookie`` for browsers, ``bearer`` for programs that keep tokens themselves."""

    institution: Slug
    email: Email
    password: GivenPassword
    mode: Mode = "cookie"


class Refresh(Asked):
    """A refresh token of a program; browsers send theirs as a cookie, and an empty object."""

    token: Secret | None = None


class SignedIn(Shown):
    """A session. The tokens are only here when they were asked for as ``bearer``."""

    institution: str
    person_id: UUID
    expires_at: datetime = Field(description="When the session ends, unless it is renewed before")
    access_token: str | None = None
    refresh_token: str | None = None
    access_seconds: int


class ForgotPassword(Asked):
    institution: Slug
    email: Email


class SetPassword(Asked):
    """A new password, by the token of a message."""

    token: Secret
    password: NewPassword


class ChangePassword(Asked):
    current: GivenPassword
    new: NewPassword


class VerifyEmail(Asked):
    token: Secret


class Me(Shown):
    """Oneself."""

    id: UUID
    institution: str
    institution_name: str
    name: str
    email: str | None
    email_verified: bool
    locale: str | None
    roles: list[Role]
    wards: list[UUID]
    version: int


class EditMe(Asked):
    """What is left out stays as it is."""

    name: Line | None = None
    locale: Language | None = None


class SessionShown(Shown):
    """Somewhere one is signed in."""

    id: UUID
    kind: str
    agent: str
    created_at: datetime
    refreshed_at: datetime
    expires_at: datetime
    current: bool


class NewKey(Asked):
    """A key for a machine. It can never do more than its owner may."""

    name: ShortLine
    actions: list[Action] = Field(min_length=1, max_length=len(Action))
    days: int = Field(90, ge=1, le=366)


class KeyShown(Shown):
    id: UUID
    name: str
    actions: list[Action]
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None


class KeyMade(KeyShown):
    """The only time the key itself is shown."""

    key: str
