"""Shapes of the audit log, consent, erasure and key rotation."""

from datetime import datetime
from typing import Any
from uuid import UUID

from rest.platform.text import Asked, Line, Shown


class EntryShown(Shown):
    """One entry of the audit log."""

    seq: int
    at: datetime
    actor: str
    action: str
    person: UUID | None
    entry: dict[str, Any]


class VerdictShown(Shown):
    """``head`` is worth writing down elsewhere: it proves later that nothing was cut off the end."""

    intact: bool
    entries: int
    head: str
    broken_at: int | None


class ConsentShown(Shown):
    """Whether consent is needed, and what was decided."""

    needed: bool
    given: bool
    guardian_id: UUID | None
    decided_at: datetime | None


class Decide(Asked):
    given: bool


class EraseAsked(Asked):
    """Why, for the audit log: without anything that identifies the person."""

    reason: Line


class ErasureShown(Shown):
    """``waiting``: planes that still keep something of the person."""

    id: UUID
    person_id: UUID
    waiting: list[str]
    asked_at: datetime
    done_at: datetime | None


class RotationShown(Shown):
    """How many fields were closed again under the current key, and how many are left."""

    sealed: int
    left: int
