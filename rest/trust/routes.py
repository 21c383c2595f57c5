"""``/audit``; export, erasure and consent of a person; rotation of the field keys."""

import json
from collections.abc import AsyncIterator
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Response
from fastapi.responses import StreamingResponse
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from rest.db import InUnit
from rest.identity.policy import Action
from rest.identity.principal import About, Principal, allow, allow_about
from rest.live import PersonHolder
from rest.people.routes import WhoLeaves
from rest.people.tables import Person
from rest.platform.deps import InVault, piece
from rest.platform.paging import Page, Paging
from rest.platform.routing import router
from rest.platform.rows import find
from rest.trust import consent, service
from rest.trust.audit import audit
from rest.trust.schemas import (
    ConsentShown,
    Decide,
    EntryShown,
    EraseAsked,
    ErasureShown,
    RotationShown,
    VerdictShown,
)
from rest.trust.tables import AuditEntry, Erasure

routes = router("trust")

AuditReader = Annotated[Principal, allow(Action.AUDIT_READ)]
Eraser = Annotated[Principal, allow(Action.PERSON_ERASE)]
Holders = Annotated[tuple[PersonHolder, ...], piece("holders")]
JSON_FILE: dict[int | str, dict[str, Any]] = {200: {"content": {"application/json": {"schema": {"type": "object"}}}}}


@routes.get("/audit")
async def list_entries(
    paging: Paging, who: AuditReader, unit: InUnit, person_id: Annotated[UUID | None, Query()] = None
) -> Page[EntryShown]:
    """Who read or changed what, oldest first; of one person's records, or of all."""
    query = select(AuditEntry).where(AuditEntry.tenant == who.tenant)
    query = query if person_id is None else query.where(AuditEntry.person == person_id)
    rows = (await unit.session.scalars(paging.select(query, (AuditEntry.seq, int)))).all()
    audit(unit, who, "audit.read", "audit", person=person_id, count=len(rows))
    return paging.page(rows, _entry, lambda row: (row.seq,))


def _entry(row: AuditEntry) -> EntryShown:
    fields = {name: getattr(row, name) for name in ("seq", "at", "actor", "action", "person")}
    return EntryShown(entry=service.entry_of(row), **fields)


@routes.get("/audit/verdict")
async def verify(who: AuditReader, unit: InUnit) -> VerdictShown:
    """Whether the log is as it was written."""
    found = await service.verify(unit)
    intact = found.broken_at is None
    return VerdictShown(intact=intact, entries=found.entries, head=found.head.hex(), broken_at=found.broken_at)


@routes.get("/people/{person_id}/export", response_class=Response, responses=JSON_FILE)
async def export_person(
    about: Annotated[About, allow_about(Action.PERSON_EXPORT)], vault: InVault, holders: Holders, unit: InUnit
) -> Response:
    """Everything there is of a person, as JSON: for themselves, their guardians and administrators."""
    data, rooms = await service.export(unit, vault, about, holders)
    headers = {
        "Content-Disposition": f'attachment; filename="person-{about.person}.json"',
        "Cache-Control": "no-store",
    }
    parts = service.of_holders(holders, about.who.tenant, about.person, rooms)
    return StreamingResponse(_written(data, parts), media_type="application/json", headers=headers)


async def _written(data: dict[str, Any], parts: AsyncIterator[tuple[str, dict[str, Any]]]) -> AsyncIterator[str]:
    """One JSON object, the other planes' records one by one: a year of chat is not held in memory."""
    yield json.dumps(data, ensure_ascii=False)[:-1] + ', "planes": ['
    between = ""
    async for plane, record in parts:
        yield between + json.dumps({"plane": plane, "record": record}, ensure_ascii=False)
        between = ", "
    yield "]}"


@routes.post("/people/{person_id}/erasure", status_code=202)
async def erase_person(
    person_id: UUID,
    body: EraseAsked,
    who: Eraser,
    vault: InVault,
    holders: Holders,
    leaving: WhoLeaves,
    unit: InUnit,
) -> ErasureShown:
    """Forget a person: here at once, in documents, boards, chat and recordings soon after."""
    row = await service.erase(unit, vault, who, person_id, body.reason, holders, leaving)
    return ErasureShown.model_validate(row)


@routes.get("/people/{person_id}/erasure")
async def get_erasure(person_id: UUID, who: Eraser, unit: InUnit) -> ErasureShown:
    """How far an erasure is."""
    query = select(Erasure.id).where(Erasure.tenant == who.tenant, Erasure.person_id == person_id)
    id = await unit.session.scalar(query)
    return ErasureShown.model_validate(await find(unit, Erasure, id or person_id, "erasure"))


@routes.get("/people/{person_id}/consent")
async def get_consent(
    about: Annotated[About, allow_about(Action.CONSENT_READ)], vault: InVault, unit: InUnit
) -> ConsentShown:
    """Whether a guardian's consent is needed, and what was decided."""
    return await _consent(unit, vault, await find(unit, Person, about.person, "person"))


@routes.put("/people/{person_id}/consent")
async def decide_consent(
    body: Decide,
    about: Annotated[About, allow_about(Action.CONSENT_GIVE)],
    vault: InVault,
    leaving: WhoLeaves,
    unit: InUnit,
) -> ConsentShown:
    """Give or withdraw consent, as a guardian. Withdrawn, the grants of open classes end at once."""
    person = await find(unit, Person, about.person, "person")
    decided = {"given": body.given, "guardian_id": about.who.person, "decided_at": unit.now}
    keys = {"tenant": unit.tenant, "person_id": about.person}
    new = insert(consent.Consent).values(**keys, **decided)
    await unit.session.execute(new.on_conflict_do_update(index_elements=list(keys), set_=decided))
    if not body.given:
        for leave in leaving:
            await leave(unit, about.person, None)
    subject = f"person:{about.person}"
    audit(unit, about.who, "consent.decided", subject, person=about.person, why=about.ground, given=body.given)
    return await _consent(unit, vault, person)


async def _consent(unit: InUnit, vault: InVault, person: Person) -> ConsentShown:
    decided = await consent.decision(unit, person.id)
    return ConsentShown(
        needed=await consent.needs_consent(unit, vault, person),
        given=decided is not None and decided.given,
        guardian_id=decided.guardian_id if decided else None,
        decided_at=decided.decided_at if decided else None,
    )


@routes.post("/encryption/rotation")
async def rotate_keys(
    who: Annotated[Principal, allow(Action.KEYS_ROTATE)],
    vault: InVault,
    unit: InUnit,
    limit: Annotated[int, Query(ge=1, le=5_000)] = 1_000,
) -> RotationShown:
    """Close the institution's fields under the current key; repeat until none is left, then drop the old key."""
    sealed, left = await service.rotate(unit, vault, who, limit)
    return RotationShown(sealed=sealed, left=left)
