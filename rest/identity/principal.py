"""Who is asking: from a cookie, a bearer token or an API key to a `Principal`; and the dependency that asks the policy.

Every route of every domain depends on `allow`, on a scope built on `caller` (a course, a class), or stands in the
list of public routes (`rest.openapi`); the application refuses to start when one does none of these.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request

from rest.db import InUnit, Unit
from rest.identity import cookies, queries
from rest.identity.policy import Action, Role, Standing, ground
from rest.identity.tokens import API_KEY, BadToken, read_access, read_opaque
from rest.platform.prepared import Prepared
from rest.problems import Forbidden, NotFound, Unauthorized

_STANDING = Prepared(queries.SESSION_STANDING)
CHALLENGE = {"WWW-Authenticate": "Bearer"}
GUARDED = "lyceum_action"
"""Attribute of a dependency that decides: the action it decides on."""


@dataclass(frozen=True, slots=True)
class Principal:
    """Somebody who proved who they are."""

    tenant: str
    person: UUID
    roles: frozenset[Role]
    session: UUID | None = None
    key: UUID | None = None
    actions: frozenset[str] | None = None
    """What an API key is limited to; None: not limited."""

    def ground(
        self, action: Action, course: Role | None = None, about: UUID | None = None, ward: bool = False
    ) -> str | None:
        """Why ``action`` is allowed to them; None: it is not."""
        if self.actions is not None and action.value not in self.actions:
            return None
        return ground(action, Standing(self.roles, course, about == self.person, ward))

    def need(self, action: Action, course: Role | None = None) -> str:
        """`ground`, or raise `Forbidden`."""
        why = self.ground(action, course)
        if why is None:
            raise forbidden()
        return why


async def caller(request: Request, unit: InUnit) -> Principal:
    """The person behind the request; raise `Unauthorized`. Enters the unit for their tenant."""
    header = request.headers.get("authorization")
    try:
        if header is None:
            return await _by_cookie(request, unit)
        scheme, _, token = header.partition(" ")
        if scheme.lower() != "bearer":
            raise BadToken
        if token.startswith(API_KEY + "_"):
            return await _by_key(unit, token)
        return await _by_session(request, unit, token)
    except BadToken:
        raise unauthorized() from None


Caller = Annotated[Principal, Depends(caller)]


async def _by_cookie(request: Request, unit: Unit) -> Principal:
    token = request.cookies.get(cookies.SESSION)
    if token is None:
        raise BadToken
    principal = await _by_session(request, unit, token)
    cookies.check_origin(request)
    return principal


async def _by_session(request: Request, unit: Unit, token: str) -> Principal:
    access = read_access(request.app.state.settings.secret, token, unit.now.timestamp())
    await unit.enter(access.ten)
    row = await _STANDING.row(unit, tenant=access.ten, session=access.sid, person=access.sub)
    if row is None:
        raise BadToken
    revoked_at, expires_at, person, institution, roles = row
    _check_alive(unit.now, revoked_at, expires_at, person, institution)
    return Principal(access.ten, access.sub, frozenset(map(Role, roles)), session=access.sid)


async def _by_key(unit: Unit, token: str) -> Principal:
    given = read_opaque(API_KEY, token)
    await unit.enter(given.tenant)
    row = (await unit.session.execute(queries.key_standing(given.tenant, given.id))).one_or_none()
    if row is None or not given.matches(row[0].hash):
        raise BadToken
    key, person, institution, roles = row
    _check_alive(unit.now, key.revoked_at, key.expires_at, person, institution)
    held, actions = frozenset(map(Role, roles)), frozenset(key.actions)
    return Principal(given.tenant, key.person_id, held, key=key.id, actions=actions)


def _check_alive(
    now: datetime, revoked_at: datetime | None, expires_at: datetime, person: str, institution: str
) -> None:
    if revoked_at is not None or expires_at <= now or person != "active" or institution != "active":
        raise BadToken


def allow(action: Action) -> Any:
    """Dependency: the caller, when the institution's roles allow ``action``."""

    async def decide(who: Caller) -> Principal:
        who.need(action)
        return who

    setattr(decide, GUARDED, action)
    return Depends(decide)


@dataclass(frozen=True, slots=True)
class About:
    """A caller, the person it is about, and why they may."""

    who: Principal
    person: UUID
    ground: str


def allow_about(action: Action) -> Any:
    """Dependency for routes with ``{person_id}``: allowed to administrators, themselves, their guardian, as the
    policy says. Others learn nothing, not even that there is such a person."""

    async def decide(who: Caller, unit: InUnit, person_id: UUID) -> About:
        why = who.ground(action, about=person_id)
        if why is None and await unit.session.scalar(queries.is_guardian(who.tenant, who.person, person_id)):
            why = who.ground(action, about=person_id, ward=True)
        if why is None or not await unit.session.scalar(queries.is_here(who.tenant, person_id)):
            raise NotFound("no-such-person", "There is no such person here.")
        return About(who, person_id, why)

    setattr(decide, GUARDED, action)
    return Depends(decide)


def unauthorized() -> Unauthorized:
    """Nobody, or nobody any more."""
    return Unauthorized("sign-in", "Sign in first; your session may have ended.", CHALLENGE)


def forbidden() -> Forbidden:
    """Somebody, but not one who may."""
    return Forbidden("not-allowed", "Your role does not allow that.")
