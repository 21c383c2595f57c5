"""Where the tables of the REST tier speak of a person: what is handed out on request, and what becomes of it.

One list, so that a new table cannot be forgotten: a test compares it with the database's columns. Other domains add
their tables by `register` when they are imported.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Fate = Literal["delete", "keep", "clear"]
"""In an erasure: the row goes; it stays (it says nothing once the person's name is gone); the column is emptied."""


@dataclass(frozen=True, slots=True)
class Record:
    """A column that names a person."""

    table: str
    column: str
    fate: Fate
    exported: bool = True
    without: Sequence[str] = ()
    """Columns an export leaves out: secrets, and what is about others."""


RECORDS: list[Record] = [
    Record("person_roles", "person_id", "delete"),
    Record("guardianships", "guardian_id", "delete"),
    Record("guardianships", "ward_id", "delete"),
    Record("passwords", "person_id", "delete", without=("hash",)),
    Record("sessions", "person_id", "delete"),
    Record("one_time_tokens", "person_id", "delete", without=("hash",)),
    Record("outbox", "person_id", "delete", without=("recipient", "message")),
    Record("oidc_subjects", "person_id", "delete", without=("subject_hash",)),
    Record("api_keys", "person_id", "delete", without=("hash",)),
    Record("files", "uploaded_by", "clear", without=("sha256",)),
    Record("enrolments", "person_id", "keep"),
    Record("invitations", "person_id", "delete", without=("hash",)),
    Record("invitations", "created_by", "clear", exported=False),
    Record("meetings", "opened_by", "clear"),
    Record("presences", "person_id", "delete"),
    Record("attendance_marks", "person_id", "delete"),
    Record("attendance_marks", "marked_by", "clear", exported=False),
    Record("group_members", "person_id", "delete"),
    Record("removals", "person_id", "delete"),
    Record("removals", "removed_by", "clear", exported=False),
    Record("consents", "person_id", "delete"),
    Record("consents", "guardian_id", "clear"),
    Record("audit", "person", "keep", without=("hash",)),
    Record("erasures", "person_id", "keep", exported=False),
    Record("erasures", "asked_by", "clear", exported=False),
]


def register(*records: Record) -> None:
    """Add another domain's columns."""
    RECORDS.extend(record for record in records if record not in RECORDS)
