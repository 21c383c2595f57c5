"""``people``, ``person_roles``, ``guardianships``."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from rest.platform.refused import refuse
from rest.platform.tables import Base, Kept


class Person(Kept, Base):
    """Name, e-mail address and date of birth are sealed (`rest.platform.vault`)."""

    __tablename__ = "people"
    name: Mapped[bytes]
    email: Mapped[bytes | None]
    email_index: Mapped[bytes | None]
    birth_date: Mapped[bytes | None]
    locale: Mapped[str | None]
    status: Mapped[str]
    email_verified_at: Mapped[datetime | None]


class PersonRole(Base):
    """A role held in the institution."""

    __tablename__ = "person_roles"
    tenant: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    role: Mapped[str] = mapped_column(primary_key=True)


class Guardianship(Base):
    """Who answers for whom."""

    __tablename__ = "guardianships"
    tenant: Mapped[str] = mapped_column(primary_key=True)
    guardian_id: Mapped[UUID] = mapped_column(primary_key=True)
    ward_id: Mapped[UUID] = mapped_column(primary_key=True)
    created_at: Mapped[datetime]


refuse("people_email", "email-taken", "Somebody of this institution has that e-mail address already.")
