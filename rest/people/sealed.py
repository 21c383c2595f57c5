"""What identifies a person, between the row (sealed) and words."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from rest.people.tables import Person
from rest.platform.vault import Vault

EMAIL = "email"


@dataclass(frozen=True, slots=True)
class Identity:
    """A person in words."""

    name: str
    email: str | None
    birth_date: date | None


def normal(email: str) -> str:
    """How an address is compared: without regard to case."""
    return email.strip().casefold()


def seal(vault: Vault, tenant: str, person: UUID, changes: dict[str, Any]) -> dict[str, Any]:
    """Columns for ``changes`` of name, e-mail address and date of birth (those that are there)."""
    columns: dict[str, Any] = {}
    for field in ("name", EMAIL, "birth_date"):
        if field in changes:
            value = changes[field]
            columns[field] = None if value is None else vault.seal(tenant, _place(field, person), str(value))
    if EMAIL in changes:
        email = changes[EMAIL]
        columns["email_index"] = None if email is None else vault.index(tenant, EMAIL, normal(email))
    return columns


def identity(vault: Vault, person: Person) -> Identity:
    """The words of a row."""
    birth = _open(vault, person, "birth_date", person.birth_date)
    return Identity(
        _open(vault, person, "name", person.name) or "",
        _open(vault, person, EMAIL, person.email),
        date.fromisoformat(birth) if birth else None,
    )


def name(vault: Vault, person: Person) -> str:
    """How a person is called."""
    return vault.open(person.tenant, _place("name", person.id), person.name)


def _open(vault: Vault, person: Person, field: str, sealed: bytes | None) -> str | None:
    return None if sealed is None else vault.open(person.tenant, _place(field, person.id), sealed)


def _place(field: str, person: UUID) -> str:
    return f"people.{field}:{person}"


def age(birth_date: date | None, today: date) -> int | None:
    """Whole years; None when the date of birth is not known. Who is born on 29 February has their birthday on 1
    March."""
    if birth_date is None:
        return None
    return today.year - birth_date.year - ((today.month, today.day) < (birth_date.month, birth_date.day))


def short_name(full: str) -> str:
    """A first name and an initial: enough to be called by."""
    first, *others = full.split()
    return f"{first} {others[-1][0]}." if others else first
