"""``oidc_providers``, ``oidc_subjects``."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from rest.platform.refused import refuse
from rest.platform.tables import Base, Key, OfTenant, Versioned


class Provider(Versioned, Base):
    """An OpenID provider an institution trusts. The client secret is sealed."""

    __tablename__ = "oidc_providers"
    name: Mapped[str]
    issuer: Mapped[str]
    client_id: Mapped[str]
    client_secret: Mapped[bytes]
    domains: Mapped[list[str]]
    admit: Mapped[bool]
    enabled: Mapped[bool]


class Subject(OfTenant, Base):
    """Who a provider's subject is here."""

    __tablename__ = "oidc_subjects"
    provider_id: Mapped[Key]
    subject_hash: Mapped[bytes] = mapped_column(primary_key=True)
    person_id: Mapped[UUID]
    created_at: Mapped[datetime]


refuse("oidc_providers_issuer", "provider-taken", "That provider is set up already.")
