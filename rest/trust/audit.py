"""Entries of the audit log: who read or changed which record, when, why."""

from typing import Any
from uuid import UUID

from rest.db import Unit
from rest.identity.principal import Principal

SYSTEM = "system"


def audit(
    unit: Unit,
    who: Principal | None,
    action: str,
    subject: str,
    *,
    person: UUID | None = None,
    why: str = "",
    **detail: Any,
) -> None:
    """Chain an entry in this unit: ``who`` (None: the server itself) did ``action`` to ``subject`` (``course:0190…``),
    a record of ``person``, on the ground ``why``. ``detail`` holds no content: ids, names of fields, numbers."""
    entry: dict[str, Any] = {"at": unit.now.isoformat(), "actor": actor(who), "action": action, "subject": subject}
    if person is not None:
        entry["person"] = str(person)
    if why:
        entry["why"] = why
    if detail:
        entry["detail"] = detail
    unit.record(entry)


def actor(who: Principal | None) -> str:
    """Who acts, as it stands in the log: ``person:…``, or ``key:…/person:…`` for a machine acting for a person."""
    if who is None:
        return SYSTEM
    person = f"person:{who.person}"
    return f"key:{who.key}/{person}" if who.key else person
