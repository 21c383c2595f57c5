"""``/institutions``: founding them, and running them as platform staff. ``/institution``: one's own."""

from typing import Annotated

from fastapi import Path, Response
from sqlalchemy import select

from rest.db import InUnit, Unit
from rest.identity.policy import Action
from rest.identity.principal import Principal, allow
from rest.identity.routes import Turn
from rest.institutions import service
from rest.institutions.schemas import EditInstitution, FoundInstitution, InstitutionShown, RunInstitution
from rest.institutions.tables import Institution
from rest.platform.deps import Address, InLimiter, InVault, Settings
from rest.platform.etags import Expected, show_etag
from rest.platform.paging import Page, Paging
from rest.platform.ratelimit import SIGN_UP
from rest.platform.routing import router
from rest.platform.text import Slug
from rest.problems import Forbidden
from rest.trust.audit import audit

routes = router("institutions")

Platform = Annotated[Principal, allow(Action.INSTITUTIONS_RUN)]
Member = Annotated[Principal, allow(Action.INSTITUTION_READ)]
Administrator = Annotated[Principal, allow(Action.INSTITUTION_EDIT)]
InstitutionName = Annotated[Slug, Path()]


@routes.post("/institutions", status_code=201)
async def found_institution(
    body: FoundInstitution,
    address: Address,
    limiter: InLimiter,
    settings: Settings,
    vault: InVault,
    turn: Turn,
    unit: InUnit,
) -> InstitutionShown:
    """Found an institution, where the installation lets anybody do that."""
    if not settings.open_sign_up:
        raise Forbidden("sign-up-closed", "On this installation institutions are founded by its staff; ask them.")
    limiter.check(SIGN_UP, address)
    return service.show(await service.found(unit, settings, vault, turn, body))


@routes.get("/institutions")
async def list_institutions(paging: Paging, who: Platform, unit: InUnit) -> Page[InstitutionShown]:
    """Every institution of the installation."""
    await unit.enter(who.tenant, service="platform")
    query = paging.select(select(Institution), (Institution.tenant, str))
    rows = (await unit.session.scalars(query)).all()
    return paging.page(rows, service.show, lambda row: (row.tenant,))


@routes.post("/institutions/by-staff", status_code=201)
async def found_by_staff(
    body: FoundInstitution, settings: Settings, vault: InVault, turn: Turn, who: Platform, unit: InUnit
) -> InstitutionShown:
    """Found an institution as platform staff."""
    audit(unit, who, "institution.founded", f"institution:{body.institution}")
    return service.show(await service.found(unit, settings, vault, turn, body))


@routes.get("/institutions/{institution}")
async def get_institution(
    institution: InstitutionName, response: Response, who: Platform, unit: InUnit
) -> InstitutionShown:
    """One institution."""
    return _shown(response, await _as_staff(unit, who, institution))


@routes.patch("/institutions/{institution}")
async def run_institution(
    institution: InstitutionName,
    body: RunInstitution,
    version: Expected,
    response: Response,
    who: Platform,
    unit: InUnit,
) -> InstitutionShown:
    """Suspend or reopen an institution, or change its quotas."""
    row = await _as_staff(unit, who, institution)
    changes = body.changes()
    audit(unit, who, "institution.run", f"institution:{institution}", fields=sorted(changes))
    return _shown(response, await service.change(unit, row, version, **changes))


async def _as_staff(unit: Unit, who: Principal, institution: str) -> Institution:
    """An institution, locked. The unit goes on working for it, so that its own log says what staff did."""
    await unit.enter(institution)
    return await service.own(unit, lock=True)


@routes.get("/institution")
async def get_own(response: Response, who: Member, unit: InUnit) -> InstitutionShown:
    """One's own institution."""
    return _shown(response, await service.own(unit))


@routes.patch("/institution")
async def edit_own(
    body: EditInstitution, version: Expected, response: Response, who: Administrator, unit: InUnit
) -> InstitutionShown:
    """Change one's own institution."""
    changes = body.changes()
    audit(unit, who, "institution.edited", f"institution:{who.tenant}", fields=sorted(changes))
    row = await service.own(unit, lock=True)
    return _shown(response, await service.change(unit, row, version, **changes))


def _shown(response: Response, row: Institution) -> InstitutionShown:
    show_etag(response, row.version)
    return service.show(row)
