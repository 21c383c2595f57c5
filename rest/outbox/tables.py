"""``outbox``."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped

from rest.platform.tables import Base, TenantRow


class Outgoing(TenantRow, Base):
    """A message that waits, or was sent. Recipient and text are sealed: the text holds a link that signs somebody
    in."""

    __tablename__ = "outbox"
    person_id: Mapped[UUID | None]
    kind: Mapped[str]
    recipient: Mapped[bytes]
    message: Mapped[bytes]
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    attempts: Mapped[int]
    sent_at: Mapped[datetime | None]
    given_up_at: Mapped[datetime | None]
