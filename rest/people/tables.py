"""``people``, ``person_roles``, ``guardianships``."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from rest.platform.refused import refuse
from rest.platform.tables import Base, Kept, Key, OfTenant


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


class PersonRole(OfTenant, Base):
    """A role held in the institution."""

    __tablename__ = "person_roles"
    person_id: Mapped[Key]
    role: Mapped[str] = mapped_column(primary_key=True)


class Guardianship(OfTenant, Base):
    """Who answers for whom."""

    __tablename__ = "guardianships"
    guardian_id: Mapped[Key]
    ward_id: Mapped[Key]
    created_at: Mapped[datetime]


refuse("people_email", "email-taken", "Somebody of this institution has that e-mail address already.")
