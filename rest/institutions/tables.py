"""``institutions``."""

from datetime import datetime

from sqlalchemy.orm import Mapped

from rest.platform.refused import refuse
from rest.platform.tables import Base, OfTenant


class Institution(OfTenant, Base):
    """A tenant; its name is the ``tenant`` of every other row and of every room key."""

    __tablename__ = "institutions"
    name: Mapped[str]
    kind: Mapped[str]
    status: Mapped[str]
    locale: Mapped[str]
    time_zone: Mapped[str]
    quotas: Mapped[dict[str, int]]
    settings: Mapped[dict[str, object]]
    version: Mapped[int]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


refuse("institutions_pkey", "institution-taken", "An institution of that name exists already; choose another one.")
