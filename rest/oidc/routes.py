"""``/auth/oidc``: sign-in by a provider, for browsers. ``/oidc-providers``: which ones an institution trusts."""

import base64
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

import structlog
from fastapi import Query, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import delete, select

from rest.db import Database, InUnit
from rest.identity import cookies, sessions
from rest.identity.policy import Action
from rest.identity.principal import Principal, allow
from rest.oidc import protocol, service
from rest.oidc.fetch import Fetch, ProviderAway
from rest.oidc.protocol import Pending, Refused
from rest.oidc.schemas import EditProvider, NewProvider, ProviderOffered, ProviderShown
from rest.oidc.tables import Provider
from rest.platform.deps import Address, InLimiter, InVault, Settings, piece
from rest.platform.etags import Expected, show_etag
from rest.platform.paging import Page, Paging
from rest.platform.ratelimit import SIGN_IN_ADDRESS
from rest.platform.routing import router
from rest.platform.rows import find, missing
from rest.platform.text import Slug
from rest.platform.vault import Vault
from rest.settings import RestSettings
from rest.trust.audit import audit

COOKIE = "lyceum_oidc"
PATH = "/v1/auth/oidc"

routes = router("identity")
log = structlog.get_logger("rest.oidc")

Administrator = Annotated[Principal, allow(Action.PROVIDERS_EDIT)]
InFetch = Annotated[Fetch, piece("fetch")]
InDatabase = Annotated[Database, piece("database")]
Found = Annotated[str, Query(max_length=4096)]
SENT_ON: dict[int | str, dict[str, Any]] = {303: {"description": "Go on there"}}


@routes.get("/auth/providers")
async def list_offered(institution: Annotated[Slug, Query()], paging: Paging, unit: InUnit) -> Page[ProviderOffered]:
    """The providers an institution's sign-in page offers."""
    await unit.enter(institution)
    query = select(Provider).where(Provider.tenant == institution, Provider.enabled)
    rows = (await unit.session.scalars(paging.select(query, (Provider.id, UUID)))).all()
    return paging.page(rows, ProviderOffered.model_validate, lambda row: (row.id,))


@routes.get("/auth/oidc/callback", status_code=303, response_class=RedirectResponse, responses=SENT_ON)
async def finish(
    request: Request,
    address: Address,
    limiter: InLimiter,
    settings: Settings,
    vault: InVault,
    fetch: InFetch,
    database: InDatabase,
    code: Found = "",
    state: Found = "",
) -> Response:
    """Where the provider sends the browser back to. Goes on to the page asked for, or to the sign-in page with a
    code."""
    limiter.check(SIGN_IN_ADDRESS, f"oidc:{address}")
    try:
        now = database.clock.wall()
        pending = protocol.open_pending(vault, request.cookies.get(COOKIE, ""), state, now)
        tokens = await _finish(request, settings, vault, fetch, database, code, pending)
    except (Refused, ProviderAway) as error:
        log.info("sign-in by provider refused", why=str(error))
        code = error.code if isinstance(error, Refused) else "provider-away"
        return _without_cookie(request, RedirectResponse("/sign-in?" + urlencode({"problem": code}), 303))
    response = RedirectResponse(pending.next, 303)
    life = int(sessions.LIFE.total_seconds())
    cookies.give(request, response, tokens.access, tokens.refresh, life)
    return _without_cookie(request, response)


async def _finish(
    request: Request,
    settings: RestSettings,
    vault: Vault,
    fetch: Fetch,
    database: Database,
    code: str,
    pending: Pending,
) -> sessions.Tokens:
    """Two units: no transaction is held while the provider answers."""
    async with database.unit(pending.tenant) as unit:
        provider = await unit.session.get(Provider, (pending.tenant, UUID(pending.provider)))
    if provider is None or not provider.enabled:
        raise Refused("provider-unknown")
    endpoints = await protocol.discover(fetch, provider.issuer)
    client = (provider.client_id, service.open_secret(vault, provider))
    now = database.clock.wall()
    found = await protocol.finish(fetch, endpoints, client, _redirect(request, settings), code, pending, now)
    async with database.unit(pending.tenant) as unit:
        person = await service.person_of(unit, vault, provider, found)
        audit(unit, None, "session.begin", f"provider:{provider.id}", person=person.id)
        agent = request.headers.get("user-agent", "")
        return await sessions.begin(unit, settings.secret, person.id, "cookie", agent)


@routes.get(
    "/auth/oidc/{institution}/{provider_id}", status_code=303, response_class=RedirectResponse, responses=SENT_ON
)
async def begin(
    institution: Slug,
    provider_id: UUID,
    request: Request,
    address: Address,
    limiter: InLimiter,
    settings: Settings,
    vault: InVault,
    fetch: InFetch,
    database: InDatabase,
    next: Annotated[str, Query(max_length=500)] = "/",
) -> Response:
    """Send the browser to the provider's page."""
    limiter.check(SIGN_IN_ADDRESS, f"oidc:{address}")
    async with database.unit(institution) as unit:
        provider = await find(unit, Provider, provider_id, "provider", Provider.enabled)
    pending = protocol.new_pending(institution, str(provider_id), next, database.clock.wall(), lambda: _token(database))
    try:
        endpoints = await protocol.discover(fetch, provider.issuer)
    except ProviderAway as error:
        log.info("provider away", why=str(error))
        return RedirectResponse("/sign-in?problem=provider-away", 303)
    target = protocol.begin(endpoints, provider.client_id, _redirect(request, settings), pending)
    response = RedirectResponse(target, 303)
    response.set_cookie(
        COOKIE,
        protocol.seal_pending(vault, pending),
        max_age=protocol.STATE_SECONDS,
        path=_base(request) + PATH,
        secure=settings.public_url.startswith("https://"),
        httponly=True,
        samesite="lax",
    )
    return response


def _without_cookie(request: Request, response: Response) -> Response:
    response.delete_cookie(COOKIE, path=_base(request) + PATH)
    return response


def _token(database: Database) -> str:
    return base64.urlsafe_b64encode(database.ids.secret()).decode().rstrip("=")


def _base(request: Request) -> str:
    return request.scope.get("root_path", "")


def _redirect(request: Request, settings: RestSettings) -> str:
    return f"{settings.public_url}{_base(request)}{PATH}/callback"


@routes.get("/oidc-providers")
async def list_providers(paging: Paging, who: Administrator, unit: InUnit) -> Page[ProviderShown]:
    """The providers the institution trusts; client secrets are never shown."""
    query = paging.select(select(Provider).where(Provider.tenant == who.tenant), (Provider.id, UUID))
    rows = (await unit.session.scalars(query)).all()
    return paging.page(rows, ProviderShown.model_validate, lambda row: (row.id,))


@routes.post("/oidc-providers", status_code=201)
async def make_provider(
    body: NewProvider, response: Response, vault: InVault, who: Administrator, unit: InUnit
) -> ProviderShown:
    """Trust a provider."""
    row = await service.set_up(unit, vault, who, body)
    show_etag(response, row.version)
    return ProviderShown.model_validate(row)


@routes.patch("/oidc-providers/{provider_id}")
async def edit_provider(
    provider_id: UUID,
    body: EditProvider,
    version: Expected,
    response: Response,
    vault: InVault,
    who: Administrator,
    unit: InUnit,
) -> ProviderShown:
    """Change a provider."""
    row = await service.edit(unit, vault, who, provider_id, version, body)
    show_etag(response, row.version)
    return ProviderShown.model_validate(row)


@routes.delete("/oidc-providers/{provider_id}", status_code=204)
async def delete_provider(provider_id: UUID, who: Administrator, unit: InUnit) -> None:
    """Trust a provider no more; people keep their accounts."""
    mine = (Provider.tenant == who.tenant, Provider.id == provider_id)
    if await unit.session.scalar(delete(Provider).where(*mine).returning(Provider.id)) is None:
        raise missing("provider")
    audit(unit, who, "provider.deleted", f"provider:{provider_id}")
