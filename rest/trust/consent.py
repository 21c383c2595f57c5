"""Consent of a guardian for the young: below the institution's age, no free chat and no full name until it is given."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Mapped, mapped_column

from rest.db import Unit
from rest.institutions.service import own, settings_of
from rest.people.sealed import age, identity
from rest.people.tables import Person
from rest.platform.tables import Base
from rest.platform.vault import Vault


class Consent(Base):
    """What a guardian decided about a ward, the last time they did."""

    __tablename__ = "consents"
    tenant: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    given: Mapped[bool]
    guardian_id: Mapped[UUID | None]
    decided_at: Mapped[datetime]


async def needs_consent(unit: Unit, vault: Vault, person: Person) -> bool:
    """Whether the person is below the age at which they decide by themselves."""
    birth_date = identity(vault, person).birth_date
    if birth_date is None:
        return False
    years = age(birth_date, unit.now.date())
    return years is not None and years < settings_of(await own(unit)).consent_age


async def may_speak(unit: Unit, vault: Vault, person: Person) -> bool:
    """Whether the person may chat and be shown by their whole name."""
    if not await needs_consent(unit, vault, person):
        return True
    kept = await decision(unit, person.id)
    return kept is not None and kept.given


async def decision(unit: Unit, person: UUID) -> Consent | None:
    """What was decided last."""
    here = (Consent.tenant == unit.tenant, Consent.person_id == person)
    return await unit.session.scalar(select(Consent).where(*here))
