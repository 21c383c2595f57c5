"""Signing in, passwords, e-mail addresses, keys for machines."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from rest.db import Unit
from rest.identity import queries, sessions
from rest.identity.passwords import Passwords, check_choice
from rest.identity.principal import Principal
from rest.identity.schemas import NewKey, SignIn
from rest.identity.tables import ApiKey, OneTimeToken, Password, Session
from rest.identity.tokens import API_KEY, ONE_TIME, BadToken, Opaque, fingerprint, read_opaque, write_opaque
from rest.outbox.service import post
from rest.outbox.texts import SET_PASSWORD, VERIFY
from rest.people.sealed import EMAIL, identity, normal
from rest.people.tables import Person
from rest.platform.ratelimit import MESSAGES, SIGN_IN_ACCOUNT, SIGN_IN_ADDRESS, Limiter
from rest.platform.rows import add, find, missing
from rest.platform.vault import Vault
from rest.problems import BadRequest, Conflict, Forbidden, Unauthorized
from rest.settings import RestSettings
from rest.trust.audit import audit

TO_SET_PASSWORD = "set-password"
TO_VERIFY_EMAIL = "verify-email"
LIVES = {TO_SET_PASSWORD: timedelta(hours=1), TO_VERIFY_EMAIL: timedelta(days=3)}
WELCOME_LIVES = timedelta(days=14)
MAX_KEYS = 20


async def sign_in(
    unit: Unit, settings: RestSettings, vault: Vault, passwords: Passwords, asked: SignIn, agent: str
) -> sessions.Tokens:
    """A session for whoever knows the password; raise `Unauthorized` with the same words whatever was wrong."""
    await unit.enter(asked.institution)
    indexes = vault.indexes(unit.tenant, EMAIL, normal(asked.email))
    row = (await unit.session.execute(queries.sign_in(unit.tenant, indexes))).one_or_none()
    kept = row[1] if row else None
    if not await passwords.verify(kept, asked.password) or row is None or kept is None:
        raise Unauthorized("wrong-credentials", "The institution, the e-mail address or the password is not right.")
    person, _, institution = row
    if person.status != "active" or institution != "active":
        raise Forbidden("account-closed", "This account is closed; ask your institution.")
    if person.email_verified_at is None:
        raise Forbidden("email-unverified", "Open the link in the message we sent you first.")
    if passwords.is_outdated(kept):
        await keep_password(unit, person.id, await passwords.hash(asked.password))
    audit(unit, None, "session.begin", f"person:{person.id}", person=person.id)
    return await sessions.begin(unit, settings.secret, person.id, asked.mode, agent)


def check_rate(limiter: Limiter, address: str, institution: str, email: str) -> None:
    """Raise `TooMany` for too many tries from one address, or at one account from it."""
    limiter.check(SIGN_IN_ADDRESS, f"in:{address}")
    limiter.check(SIGN_IN_ACCOUNT, f"in:{address}|{institution}|{normal(email)}")


async def set_password(unit: Unit, passwords: Passwords, vault: Vault, token: str, password: str) -> None:
    """Choose a password by a token of a message, which also proves the address; every session ends."""
    person = await spend(unit, token, TO_SET_PASSWORD)
    check_choice(password, identity(vault, person).email)
    await keep_password(unit, person.id, await passwords.hash(password))
    verified = func.coalesce(Person.email_verified_at, unit.now)
    await _change(unit, person.id, status="active", email_verified_at=verified)
    await _void(unit, person.id, TO_SET_PASSWORD)
    await sessions.revoke_all(unit, person.id, "password set")
    audit(unit, None, "password.set", f"person:{person.id}", person=person.id, why="message")


async def change_password(unit: Unit, passwords: Passwords, vault: Vault, who: Principal, old: str, new: str) -> None:
    """Choose another password; every other session ends."""
    kept = await unit.session.scalar(_password(unit, who.person))
    if not await passwords.verify(kept, old):
        raise BadRequest("wrong-password", "The current password is not right.")
    person = await find(unit, Person, who.person, "person")
    check_choice(new, identity(vault, person).email)
    await keep_password(unit, who.person, await passwords.hash(new))
    await sessions.revoke_all(unit, who.person, "password changed", but=who.session)
    audit(unit, who, "password.set", f"person:{who.person}", person=who.person, why="self")


async def forgot_password(
    unit: Unit, settings: RestSettings, vault: Vault, limiter: Limiter, institution: str, email: str
) -> None:
    """Send a link to whoever has that address, if anybody; the caller cannot tell."""
    limiter.check(MESSAGES, f"{institution}|{normal(email)}")
    await unit.enter(institution)
    indexes = vault.indexes(institution, EMAIL, normal(email))
    row = (await unit.session.execute(queries.sign_in(institution, indexes))).one_or_none()
    if row is None or row[0].status not in ("active", "invited") or row[2] != "active":
        return
    await send_link(unit, settings, vault, row[0], SET_PASSWORD, TO_SET_PASSWORD, LIVES[TO_SET_PASSWORD])


async def verify_email(unit: Unit, token: str) -> None:
    """Take an address for confirmed by a token that was sent to it."""
    person = await spend(unit, token, TO_VERIFY_EMAIL)
    await _change(unit, person.id, email_verified_at=unit.now)
    audit(unit, None, "email.verified", f"person:{person.id}", person=person.id)


async def send_verification(unit: Unit, settings: RestSettings, vault: Vault, person: Person) -> None:
    """Ask whoever reads the person's address to confirm it."""
    await send_link(unit, settings, vault, person, VERIFY, TO_VERIFY_EMAIL, LIVES[TO_VERIFY_EMAIL])


async def verify_again(unit: Unit, settings: RestSettings, vault: Vault, limiter: Limiter, who: Principal) -> None:
    """`send_verification` at one's own wish; earlier links end. Raise `Conflict` when no address waits for it."""
    person = await find(unit, Person, who.person, "person")
    if person.email is None or person.email_verified_at is not None:
        raise Conflict("nothing-to-confirm", "There is no address of yours that waits to be confirmed.")
    limiter.check(MESSAGES, f"verify:{who.tenant}|{who.person}")
    await _void(unit, person.id, TO_VERIFY_EMAIL)
    await send_verification(unit, settings, vault, person)


async def send_link(
    unit: Unit,
    settings: RestSettings,
    vault: Vault,
    person: Person,
    kind: str,
    purpose: str,
    life: timedelta,
    **values: str,
) -> None:
    """Post a message with a one-time token to a person. The token stands in the link's fragment, which no server
    logs."""
    email = identity(vault, person).email
    if email is None:
        return
    raw = unit.ids.secret()
    token = await add(
        unit,
        OneTimeToken,
        person_id=person.id,
        purpose=purpose,
        hash=fingerprint(raw),
        created_at=unit.now,
        expires_at=unit.now + life,
    )
    link = f"{settings.public_url}/{purpose}#token={write_opaque(ONE_TIME, Opaque(unit.tenant, token.id, raw))}"
    await post(unit, vault, kind, email, person.id, person.locale, link=link, **values)


async def spend(unit: Unit, token: str, purpose: str) -> Person:
    """Use up a one-time token and return whose it is; raise `BadRequest`."""
    try:
        given = read_opaque(ONE_TIME, token)
    except BadToken:
        raise _no_link() from None
    await unit.enter(given.tenant)
    kept = await unit.session.scalar(queries.one_time_token(given.tenant, given.id))
    if kept is None or kept.purpose != purpose or not given.matches(kept.hash):
        raise _no_link()
    if kept.used_at is not None or kept.expires_at <= unit.now:
        raise Conflict("link-used", "That link was used already, or is too old; ask for a new one.")
    mine = (OneTimeToken.tenant == given.tenant, OneTimeToken.id == given.id)
    await unit.session.execute(update(OneTimeToken).where(*mine).values(used_at=unit.now))
    person = await find(unit, Person, kept.person_id, "person")
    if person.status not in ("active", "invited"):
        raise _no_link()
    return person


async def make_key(unit: Unit, who: Principal, asked: NewKey) -> tuple[ApiKey, str]:
    """A key for a machine, and its only showing. Keys do not make keys."""
    if who.key is not None:
        raise Forbidden("not-by-key", "Sign in yourself to make keys.")
    alive = (ApiKey.tenant == unit.tenant, ApiKey.person_id == who.person, ApiKey.revoked_at.is_(None))
    count = await unit.session.scalar(select(func.count()).where(*alive, ApiKey.expires_at > unit.now))
    if (count or 0) >= MAX_KEYS:
        raise Conflict("too-many-keys", f"There are {MAX_KEYS} keys already; revoke one first.")
    raw = unit.ids.secret()
    key = await add(
        unit,
        ApiKey,
        person_id=who.person,
        name=asked.name,
        hash=fingerprint(raw),
        actions=sorted({action.value for action in asked.actions}),
        created_at=unit.now,
        expires_at=unit.now + timedelta(days=asked.days),
    )
    audit(unit, who, "key.made", f"key:{key.id}", person=who.person, actions=key.actions)
    return key, write_opaque(API_KEY, Opaque(unit.tenant, key.id, raw))


async def revoke_key(unit: Unit, who: Principal, key: UUID) -> None:
    """End a key of one's own."""
    mine = (ApiKey.tenant == unit.tenant, ApiKey.id == key, ApiKey.person_id == who.person)
    ended = update(ApiKey).where(*mine).values(revoked_at=func.coalesce(ApiKey.revoked_at, unit.now))
    if await unit.session.scalar(ended.returning(ApiKey.id)) is None:
        raise missing("key")
    audit(unit, who, "key.revoked", f"key:{key}", person=who.person)


async def revoke_session(unit: Unit, who: Principal, session: UUID) -> None:
    """End a session of one's own."""
    mine = (Session.tenant == unit.tenant, Session.person_id == who.person, Session.id == session)
    if await unit.session.scalar(select(Session.id).where(*mine)) is None:
        raise missing("session")
    await sessions.revoke(unit, "signed out", *mine)


def _password(unit: Unit, person: UUID):
    return select(Password.hash).where(Password.tenant == unit.tenant, Password.person_id == person)


async def keep_password(unit: Unit, person: UUID, hashed: str) -> None:
    """Store a password's hash."""
    values = {"tenant": unit.tenant, "person_id": person, "hash": hashed, "changed_at": unit.now}
    new = insert(Password).values(**values)
    keys = [Password.tenant, Password.person_id]
    await unit.session.execute(
        new.on_conflict_do_update(index_elements=keys, set_={"hash": hashed, "changed_at": unit.now})
    )


async def _change(unit: Unit, person: UUID, **values: object) -> None:
    mine = update(Person).where(Person.tenant == unit.tenant, Person.id == person)
    await unit.session.execute(mine.values(version=Person.version + 1, updated_at=unit.now, **values))


async def _void(unit: Unit, person: UUID, purpose: str) -> None:
    """Forget the other links of the same kind that wait in messages."""
    mine = (OneTimeToken.tenant == unit.tenant, OneTimeToken.person_id == person, OneTimeToken.purpose == purpose)
    await unit.session.execute(delete(OneTimeToken).where(*mine, OneTimeToken.used_at.is_(None)))


def _no_link() -> BadRequest:
    return BadRequest("link-unknown", "That link is not one this server sent; ask for a new one.")
