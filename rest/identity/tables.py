"""``passwords``, ``sessions``, ``refresh_tokens``, ``one_time_tokens``, ``api_keys``. Of tokens only hashes are
kept."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from rest.platform.tables import Base, Key, OfTenant, TenantRow


class Password(OfTenant, Base):
    """An Argon2id hash."""

    __tablename__ = "passwords"
    person_id: Mapped[Key]
    hash: Mapped[str]
    changed_at: Mapped[datetime]


class Session(TenantRow, Base):
    """Somebody signed in, somewhere."""

    __tablename__ = "sessions"
    person_id: Mapped[UUID]
    kind: Mapped[str]
    agent: Mapped[str]
    created_at: Mapped[datetime]
    refreshed_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    revoked_why: Mapped[str | None]


class RefreshToken(OfTenant, Base):
    """The refresh tokens of a session, numbered; only the last one has not been used."""

    __tablename__ = "refresh_tokens"
    session_id: Mapped[Key]
    number: Mapped[int] = mapped_column(primary_key=True)
    hash: Mapped[bytes]
    issued_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class OneTimeToken(TenantRow, Base):
    """A link in a message: works once."""

    __tablename__ = "one_time_tokens"
    person_id: Mapped[UUID]
    purpose: Mapped[str]
    hash: Mapped[bytes]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class ApiKey(TenantRow, Base):
    """A key for a machine: acts for a person, within the actions it was made for."""

    __tablename__ = "api_keys"
    person_id: Mapped[UUID]
    name: Mapped[str]
    hash: Mapped[bytes]
    actions: Mapped[list[str]]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
