"""Posting: a message is written in the transaction that causes it, so there is never one without the other."""

import json
from uuid import UUID

from rest.db import Unit
from rest.outbox.tables import Outgoing
from rest.outbox.texts import words
from rest.platform.rows import add
from rest.platform.vault import Vault


async def post(
    unit: Unit, vault: Vault, kind: str, recipient: str, person: UUID | None, locale: str | None, **values: str
) -> None:
    """Have a message of ``kind`` sent to the address ``recipient``."""
    id = unit.ids.new()
    subject, text = words(kind, locale, **values)
    message = json.dumps({"subject": subject, "text": text}, ensure_ascii=False)
    await add(
        unit,
        Outgoing,
        id=id,
        person_id=person,
        kind=kind,
        recipient=vault.seal(unit.tenant, f"outbox.recipient:{id}", recipient),
        message=vault.seal(unit.tenant, f"outbox.message:{id}", message),
        created_at=unit.now,
        due_at=unit.now,
        attempts=0,
    )
