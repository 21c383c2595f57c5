"""Sessions: begun by signing in, carried on by refresh tokens that are each good once, ended by anything suspicious.

A refresh token that comes back after it was used is in two hands: the session ends. Except within a moment of its use,
when it is the second of two tabs that refreshed at once; that one is told to go on with what the first was given.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, insert, update

from rest.db import Unit
from rest.identity import queries
from rest.identity.principal import unauthorized
from rest.identity.tables import RefreshToken, Session
from rest.identity.tokens import REFRESH, BadToken, Opaque, fingerprint, mint_access, read_opaque, write_opaque
from rest.platform.rows import add
from rest.problems import Conflict
from rest.trust.audit import audit

LIFE = timedelta(days=30)
IDLE = timedelta(days=14)
RACE = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class Tokens:
    """What the holder of a session is given."""

    tenant: str
    person: UUID
    kind: str
    access: str
    refresh: str
    expires_at: datetime


async def begin(unit: Unit, secret: str, person: UUID, kind: str, agent: str) -> Tokens:
    """A session for ``person``, who has just proved who they are."""
    session = await add(
        unit,
        Session,
        person_id=person,
        kind=kind,
        agent=_plain(agent),
        created_at=unit.now,
        refreshed_at=unit.now,
        expires_at=unit.now + LIFE,
    )
    return await _issue(unit, secret, session, 1)


async def renew(unit: Unit, secret: str, token: str) -> Tokens:
    """The next tokens of the session of ``token``; raise `Unauthorized`, or `Conflict` for the loser of a race."""
    try:
        given = read_opaque(REFRESH, token)
    except BadToken:
        raise unauthorized() from None
    await unit.enter(given.tenant)
    row = (await unit.session.execute(queries.refresh_token(given.tenant, given.id, given.number))).one_or_none()
    if row is None or not given.matches(row[1].hash):
        raise unauthorized()
    session, kept = row
    if not _lives(session, unit.now):
        raise unauthorized()
    if kept.used_at is not None:
        await _used_again(unit, session, kept)
    await unit.session.execute(_token(given).values(used_at=unit.now))
    await unit.session.execute(_row(session).values(refreshed_at=unit.now))
    return await _issue(unit, secret, session, given.number + 1)


async def revoke(unit: Unit, why: str, *conditions: object) -> None:
    """End the sessions that fulfil ``conditions``."""
    mine = update(Session).where(Session.tenant == unit.tenant, Session.revoked_at.is_(None), *conditions)  # type: ignore[arg-type]
    await unit.session.execute(mine.values(revoked_at=unit.now, revoked_why=why))


async def revoke_all(unit: Unit, person: UUID, why: str, but: UUID | None = None) -> None:
    """End every session of ``person``, ``but`` one."""
    await revoke(unit, why, Session.person_id == person, Session.id != but if but else True)


def living(unit: Unit, person: UUID) -> tuple[ColumnElement[bool], ...]:
    """What holds for the sessions ``person`` can still go on with; `_lives`, as conditions."""
    return (
        Session.person_id == person,
        Session.revoked_at.is_(None),
        Session.expires_at > unit.now,
        Session.refreshed_at > unit.now - IDLE,
    )


async def _used_again(unit: Unit, session: Session, kept: RefreshToken) -> None:
    assert kept.used_at is not None
    if unit.now - kept.used_at <= RACE:
        raise Conflict("refresh-raced", "Another tab has just refreshed this session; go on with what it was given.")
    await revoke(unit, "refresh token used twice", Session.id == session.id)
    audit(unit, None, "session.stolen", f"session:{session.id}", person=session.person_id)
    raise unauthorized().keep()


async def _issue(unit: Unit, secret: str, session: Session, number: int) -> Tokens:
    raw = unit.ids.secret()
    await unit.session.execute(
        insert(RefreshToken).values(
            tenant=unit.tenant, session_id=session.id, number=number, hash=fingerprint(raw), issued_at=unit.now
        )
    )
    refresh = write_opaque(REFRESH, Opaque(unit.tenant, session.id, raw, number))
    access = mint_access(secret, unit.tenant, session.person_id, session.id, unit.now.timestamp())
    return Tokens(unit.tenant, session.person_id, session.kind, access, refresh, session.expires_at)


def _lives(session: Session, now: datetime) -> bool:
    return session.revoked_at is None and session.expires_at > now and session.refreshed_at + IDLE > now


def _token(given: Opaque):
    return update(RefreshToken).where(
        RefreshToken.tenant == given.tenant, RefreshToken.session_id == given.id, RefreshToken.number == given.number
    )


def _row(session: Session):
    return update(Session).where(Session.tenant == session.tenant, Session.id == session.id)


def _plain(agent: str) -> str:
    return "".join(c for c in agent if c.isprintable())[:200]
