"""``institutions``."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from rest.platform.refused import refuse
from rest.platform.tables import Base


class Institution(Base):
    """A tenant; its name is the ``tenant`` of every other row and of every room key."""

    __tablename__ = "institutions"
    tenant: Mapped[str] = mapped_column(primary_key=True)
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
