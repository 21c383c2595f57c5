"""What signing in and every request look up."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, func, literal_column, select
from sqlalchemy.dialects.postgresql import array_agg

from rest.identity.tables import ApiKey, OneTimeToken, Password, RefreshToken, Session
from rest.institutions.tables import Institution
from rest.people.tables import Guardianship, Person, PersonRole


def _roles() -> Any:
    """The roles of the person of the row, as an array."""
    mine = (PersonRole.tenant == Person.tenant) & (PersonRole.person_id == Person.id)
    return func.coalesce(
        select(array_agg(PersonRole.role)).where(mine).scalar_subquery(), literal_column("'{}'::text[]")
    )


SESSION_STANDING = (
    select(
        Session.revoked_at,
        Session.expires_at,
        Person.status.label("person"),
        Institution.status.label("institution"),
        _roles().label("roles"),
    )
    .join(Person, (Person.tenant == Session.tenant) & (Person.id == Session.person_id))
    .join(Institution, Institution.tenant == Session.tenant)
    .where(
        Session.tenant == bindparam("tenant"),
        Session.id == bindparam("session"),
        Session.person_id == bindparam("person"),
    )
)
"""(revoked_at, expires_at, person status, institution status, roles) of a session: asked with every request."""


def key_standing(tenant: str, key: UUID) -> Select[ApiKey, str, str, list[str]]:
    """(key, person status, institution status, roles) of an API key."""
    return (
        select(ApiKey, Person.status, Institution.status, _roles())
        .join(Person, (Person.tenant == ApiKey.tenant) & (Person.id == ApiKey.person_id))
        .join(Institution, Institution.tenant == ApiKey.tenant)
        .where(ApiKey.tenant == tenant, ApiKey.id == key)
    )


def sign_in(tenant: str, email_indexes: Sequence[bytes]) -> Select[Person, str, str]:
    """(person, password hash, institution status) by e-mail address."""
    return (
        select(Person, Password.hash, Institution.status)
        .join(Institution, Institution.tenant == Person.tenant)
        .outerjoin(Password, (Password.tenant == Person.tenant) & (Password.person_id == Person.id))
        .where(Person.tenant == tenant, Person.email_index.in_(email_indexes), Person.deleted_at.is_(None))
    )


def roles_of(tenant: str, person: UUID) -> Select[str]:
    """The roles a person holds in the institution."""
    return select(PersonRole.role).where(PersonRole.tenant == tenant, PersonRole.person_id == person)


def refresh_token(tenant: str, session: UUID, number: int) -> Select[Session, RefreshToken]:
    """(session, refresh token), both locked: two refreshes of one session come one after the other."""
    return (
        select(Session, RefreshToken)
        .join(RefreshToken, (RefreshToken.tenant == Session.tenant) & (RefreshToken.session_id == Session.id))
        .where(Session.tenant == tenant, Session.id == session, RefreshToken.number == number)
        .with_for_update()
    )


def one_time_token(tenant: str, token: UUID) -> Select[OneTimeToken]:
    """A one-time token, locked."""
    return select(OneTimeToken).where(OneTimeToken.tenant == tenant, OneTimeToken.id == token).with_for_update()


def is_here(tenant: str, person: UUID) -> Select[UUID]:
    """A row when there is such a person."""
    return select(Person.id).where(Person.tenant == tenant, Person.id == person, Person.deleted_at.is_(None))


def is_guardian(tenant: str, guardian: UUID, ward: UUID) -> Select[UUID]:
    """A row when ``guardian`` answers for ``ward``."""
    return select(Guardianship.ward_id).where(
        Guardianship.tenant == tenant, Guardianship.guardian_id == guardian, Guardianship.ward_id == ward
    )
