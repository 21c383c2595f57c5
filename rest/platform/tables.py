"""The base of every domain's tables. Their shape in the database is made by `lyceum.migrations`; a test compares both.

Every table of one tenant's data has ``tenant`` first in its primary key and in each of its foreign keys: a row cannot
refer to another tenant's, whatever the application does.
"""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from sqlalchemy import DateTime, LargeBinary, MetaData, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

Moment = Annotated[datetime, mapped_column(DateTime(timezone=True))]
"""An instant, in UTC."""
Key = Annotated[UUID, mapped_column(primary_key=True)]
"""An id that is part of the primary key."""


class Base(DeclarativeBase):
    """All tables of the REST tier."""

    metadata = MetaData()
    type_annotation_map = {  # noqa: RUF012
        str: Text(),
        bytes: LargeBinary(),
        dict: JSONB(),
        dict[str, object]: JSONB(),
        dict[str, int]: JSONB(),
        list[str]: ARRAY(Text()),
        datetime: DateTime(timezone=True),
    }


class OfTenant:
    """A row of one tenant, which comes first in every key."""

    tenant: Mapped[str] = mapped_column(primary_key=True, sort_order=-2)


class TenantRow(OfTenant):
    """A row of one tenant with an id of its own."""

    id: Mapped[UUID] = mapped_column(primary_key=True, sort_order=-1)


class Versioned(TenantRow):
    """A row people edit: its version steps by one with each change and is its ETag."""

    version: Mapped[int]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class Kept(Versioned):
    """A row that is hidden when it is deleted, and purged when the institution's retention says so."""

    deleted_at: Mapped[datetime | None]
