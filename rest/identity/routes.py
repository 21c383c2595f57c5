"""``/auth``: in and out. ``/me``: oneself, one's sessions. ``/api-keys``: keys for one's machines."""

from collections.abc import AsyncIterator
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request, Response
from sqlalchemy import select

from rest.db import InUnit
from rest.identity import cookies, service, sessions
from rest.identity.passwords import Passwords
from rest.identity.policy import Action
from rest.identity.principal import Principal, allow, unauthorized
from rest.identity.schemas import (
    ChangePassword,
    EditMe,
    ForgotPassword,
    KeyMade,
    KeyShown,
    Me,
    NewKey,
    Refresh,
    SessionShown,
    SetPassword,
    SignedIn,
    SignIn,
    VerifyEmail,
)
from rest.identity.tables import ApiKey, Session
from rest.identity.tokens import ACCESS_SECONDS
from rest.institutions.tables import Institution
from rest.people import sealed
from rest.people.tables import Guardianship, Person
from rest.platform.deps import Address, InLimiter, InVault, Settings
from rest.platform.etags import Expected, show_etag
from rest.platform.paging import Page, Paging
from rest.platform.ratelimit import SIGN_IN_ADDRESS
from rest.platform.routing import router
from rest.platform.rows import find, revise

routes = router("identity")


async def password_turn(request: Request) -> AsyncIterator[Passwords]:
    """Somebody whose turn it is to have a password hashed."""
    async with request.app.state.passwords.turn() as passwords:
        yield passwords


Turn = Annotated[Passwords, Depends(password_turn, scope="function")]
Myself = Annotated[Principal, allow(Action.SELF)]
KeyOwner = Annotated[Principal, allow(Action.KEYS_OWN)]


def answer(request: Request, response: Response, tokens: sessions.Tokens) -> SignedIn:
    """Tokens as cookies, or in the answer, as the session is kept."""
    shown = SignedIn(
        institution=tokens.tenant,
        person_id=tokens.person,
        expires_at=tokens.expires_at,
        access_seconds=ACCESS_SECONDS,
    )
    response.headers["Cache-Control"] = "no-store"
    if tokens.kind == "bearer":
        return shown.model_copy(update={"access_token": tokens.access, "refresh_token": tokens.refresh})
    cookies.give(request, response, tokens.access, tokens.refresh, int(sessions.LIFE.total_seconds()))
    return shown


@routes.post("/auth/sign-in", status_code=201)
async def sign_in(
    request: Request,
    response: Response,
    body: SignIn,
    address: Address,
    limiter: InLimiter,
    settings: Settings,
    vault: InVault,
    turn: Turn,
    unit: InUnit,
) -> SignedIn:
    """Begin a session."""
    if body.mode == "cookie":
        cookies.check_origin(request)
    service.check_rate(limiter, address, body.institution, body.email)
    agent = request.headers.get("user-agent", "")
    return answer(request, response, await service.sign_in(unit, settings, vault, turn, body, agent))


@routes.post("/auth/refresh", status_code=201)
async def refresh(
    request: Request,
    response: Response,
    body: Refresh,
    address: Address,
    limiter: InLimiter,
    settings: Settings,
    unit: InUnit,
) -> SignedIn:
    """Go on with a session: each refresh token is good once, and gives the next."""
    limiter.check(SIGN_IN_ADDRESS, f"refresh:{address}")
    token = body.token
    if token is None:
        cookies.check_origin(request)
        token = request.cookies.get(cookies.REFRESH)
    if token is None:
        raise unauthorized()
    return answer(request, response, await sessions.renew(unit, settings.secret, token))


@routes.post("/auth/sign-out", status_code=204)
async def sign_out(request: Request, response: Response, who: Myself, unit: InUnit) -> None:
    """End this session."""
    if who.session is not None:
        await sessions.revoke(unit, "signed out", Session.id == who.session)
    cookies.take(request, response)


@routes.post("/auth/password/forgot", status_code=202)
async def forgot_password(
    body: ForgotPassword, limiter: InLimiter, settings: Settings, vault: InVault, unit: InUnit
) -> None:
    """Ask for a link to choose a new password. Answered alike whether or not there is such a person."""
    await service.forgot_password(unit, settings, vault, limiter, body.institution, body.email)


@routes.post("/auth/password/set", status_code=204)
async def set_password(
    body: SetPassword, address: Address, limiter: InLimiter, vault: InVault, turn: Turn, unit: InUnit
) -> None:
    """Choose a password by the token of a message; every session of the person ends."""
    limiter.check(SIGN_IN_ADDRESS, f"set:{address}")
    await service.set_password(unit, turn, vault, body.token, body.password)


@routes.post("/auth/email/verify", status_code=204)
async def verify_email(body: VerifyEmail, address: Address, limiter: InLimiter, unit: InUnit) -> None:
    """Confirm an e-mail address by the token sent to it."""
    limiter.check(SIGN_IN_ADDRESS, f"verify:{address}")
    await service.verify_email(unit, body.token)


@routes.put("/me/password", status_code=204)
async def change_password(
    body: ChangePassword, limiter: InLimiter, vault: InVault, turn: Turn, who: Myself, unit: InUnit
) -> None:
    """Choose another password; one's other sessions end."""
    service.check_rate(limiter, str(who.person), who.tenant, "own")
    await service.change_password(unit, turn, vault, who, body.current, body.new)


@routes.get("/me")
async def get_me(response: Response, who: Myself, vault: InVault, unit: InUnit) -> Me:
    """Oneself."""
    return await _me(response, who, vault, unit, await find(unit, Person, who.person, "person"))


@routes.patch("/me")
async def edit_me(body: EditMe, version: Expected, response: Response, who: Myself, vault: InVault, unit: InUnit) -> Me:
    """Change one's name or language."""
    changes = body.changes("locale")
    columns = sealed.seal(vault, who.tenant, who.person, changes) | {
        key: value for key, value in changes.items() if key == "locale"
    }
    return await _me(response, who, vault, unit, await revise(unit, Person, who.person, version, "person", **columns))


@routes.post("/me/email/verification", status_code=202)
async def ask_verification(who: Myself, limiter: InLimiter, settings: Settings, vault: InVault, unit: InUnit) -> None:
    """Be sent once more the link that confirms one's address."""
    await service.verify_again(unit, settings, vault, limiter, who)


async def _me(response: Response, who: Principal, vault: InVault, unit: InUnit, person: Person) -> Me:
    words = sealed.identity(vault, person)
    mine = (Guardianship.tenant == who.tenant, Guardianship.guardian_id == who.person)
    institution = await unit.session.scalar(select(Institution.name).where(Institution.tenant == who.tenant))
    show_etag(response, person.version)
    return Me(
        id=person.id,
        institution=who.tenant,
        institution_name=institution or "",
        name=words.name,
        email=words.email,
        email_verified=person.email_verified_at is not None,
        locale=person.locale,
        roles=sorted(who.roles),
        wards=list((await unit.session.scalars(select(Guardianship.ward_id).where(*mine))).all()),
        version=person.version,
    )


@routes.get("/me/sessions")
async def list_sessions(paging: Paging, who: Myself, unit: InUnit) -> Page[SessionShown]:
    """Where one is signed in."""
    query = select(Session).where(Session.tenant == who.tenant, *sessions.living(unit, who.person))
    rows = (await unit.session.scalars(paging.select(query, (Session.id, UUID)))).all()
    return paging.page(rows, lambda row: _session(row, who), lambda row: (row.id,))


def _session(row: Session, who: Principal) -> SessionShown:
    return SessionShown(
        id=row.id,
        kind=row.kind,
        agent=row.agent,
        created_at=row.created_at,
        refreshed_at=row.refreshed_at,
        expires_at=row.expires_at,
        current=row.id == who.session,
    )


@routes.delete("/me/sessions", status_code=204)
async def end_other_sessions(who: Myself, unit: InUnit) -> None:
    """Sign out everywhere else."""
    await sessions.revoke_all(unit, who.person, "signed out", but=who.session)


@routes.delete("/me/sessions/{session_id}", status_code=204)
async def end_session(session_id: UUID, who: Myself, unit: InUnit) -> None:
    """Sign out elsewhere."""
    await service.revoke_session(unit, who, session_id)


@routes.get("/api-keys")
async def list_keys(paging: Paging, who: KeyOwner, unit: InUnit) -> Page[KeyShown]:
    """One's keys, without the keys themselves."""
    query = select(ApiKey).where(ApiKey.tenant == who.tenant, ApiKey.person_id == who.person)
    rows = (await unit.session.scalars(paging.select(query, (ApiKey.id, UUID)))).all()
    return paging.page(rows, KeyShown.model_validate, lambda row: (row.id,))


@routes.post("/api-keys", status_code=201)
async def make_key(body: NewKey, response: Response, who: KeyOwner, unit: InUnit) -> KeyMade:
    """A key for a machine; it is shown this once."""
    key, text = await service.make_key(unit, who, body)
    response.headers["Cache-Control"] = "no-store"
    return KeyMade(**KeyShown.model_validate(key).model_dump(), key=text)


@routes.delete("/api-keys/{key_id}", status_code=204)
async def revoke_key(key_id: UUID, who: KeyOwner, unit: InUnit) -> None:
    """End a key."""
    await service.revoke_key(unit, who, key_id)
