"""``audit``, ``audit_heads``, ``erasures`` (``consents`` stands with its rules in `rest.trust.consent`)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from rest.platform.refused import refuse
from rest.platform.tables import Base, OfTenant, TenantRow


class AuditEntry(OfTenant, Base):
    """One entry, as text that was hashed; some of its fields beside it to look for."""

    __tablename__ = "audit"
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    at: Mapped[datetime]
    actor: Mapped[str]
    action: Mapped[str]
    person: Mapped[UUID | None]
    entry: Mapped[str]
    hash: Mapped[bytes]


class AuditHead(OfTenant, Base):
    """The last number and hash of a tenant's log."""

    __tablename__ = "audit_heads"
    seq: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[bytes]


class Erasure(TenantRow, Base):
    """A person to be forgotten; ``waiting`` names the planes that have not done so yet."""

    __tablename__ = "erasures"
    person_id: Mapped[UUID]
    rooms: Mapped[list[str]]
    waiting: Mapped[list[str]]
    asked_by: Mapped[UUID | None]
    asked_at: Mapped[datetime]
    tried_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]


refuse("erasures_once", "erased-already", "That person's data is being erased, or has been.")
