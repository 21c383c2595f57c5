"""Those who run the installation: the first of them cannot be invited by anybody, and is made at the command line."""

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert

from rest.db import Database
from rest.identity.passwords import Passwords, check_choice
from rest.identity.policy import Role
from rest.identity.service import keep_password
from rest.institutions.service import PLATFORM, create, make_person
from rest.institutions.tables import Institution
from rest.people.queries import by_email
from rest.people.sealed import EMAIL, normal
from rest.people.tables import PersonRole
from rest.platform.vault import Vault
from rest.trust.audit import audit


async def make_platform_administrator(
    database: Database, vault: Vault, passwords: Passwords, name: str, email: str, password: str
) -> bool:
    """Have somebody run the installation, with that password; return whether they are new here. Safe to repeat: who is
    there already gets the password. Raise `Unprocessable` when it is weak."""
    check_choice(password, email)
    hashed = await passwords.hash(password)
    async with database.unit(PLATFORM) as unit:
        await unit.session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended('make-platform', 0))"))
        if await unit.session.scalar(select(Institution.tenant).where(Institution.tenant == PLATFORM)) is None:
            await create(unit, PLATFORM, "Lyceum", "en", "UTC", kind=PLATFORM)
        known = await by_email(unit, vault.indexes(PLATFORM, EMAIL, normal(email)))
        person = known or await make_person(
            unit, vault, name, email, [Role.PLATFORM], status="active", email_verified_at=unit.now
        )
        role = insert(PersonRole).values(tenant=PLATFORM, person_id=person.id, role=Role.PLATFORM.value)
        await unit.session.execute(role.on_conflict_do_nothing())
        await keep_password(unit, person.id, hashed)
        audit(unit, None, "platform.administrator", f"person:{person.id}", person=person.id, why="command line")
        return known is None
