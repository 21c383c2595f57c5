"""``/dev/outbox``: what would have been sent, shown to the machine the server runs on and to nobody else.

Only there when the installation asked for it. It holds links that sign people in, so a request must come over loopback,
under a loopback name (a page of another site that resolves to 127.0.0.1 has another one), and through no proxy.
"""

import ipaddress
from datetime import datetime
from typing import Annotated

from fastapi import Query, Request
from sqlalchemy import select

from rest.db import InUnit
from rest.outbox.delivery import opened
from rest.outbox.tables import Outgoing
from rest.platform.deps import InVault, Settings
from rest.platform.routing import router
from rest.platform.text import Shown, Slug
from rest.problems import NotFound

SHOWN = 50
PROXIED = ("x-forwarded-for", "forwarded", "x-real-ip", "via")

routes = router("development")


class Waiting(Shown):
    """A message that was not really sent."""

    kind: str
    recipient: str
    subject: str
    text: str
    created_at: datetime


@routes.get("/dev/outbox")
async def show_outbox(
    request: Request, institution: Annotated[Slug, Query()], settings: Settings, vault: InVault, unit: InUnit
) -> list[Waiting]:
    """The last messages of an institution, newest first."""
    if not settings.show_outbox or not _from_this_machine(request):
        raise NotFound("no-outbox", "This server shows no messages here.")
    await unit.enter(institution)
    query = select(Outgoing).where(Outgoing.tenant == institution).order_by(Outgoing.id.desc()).limit(SHOWN)
    return [_shown(vault, row) for row in (await unit.session.scalars(query)).all()]


def _shown(vault: InVault, row: Outgoing) -> Waiting:
    message = opened(vault, row)
    return Waiting(
        kind=row.kind,
        recipient=message.recipient,
        subject=message.subject,
        text=message.text,
        created_at=row.created_at,
    )


def _from_this_machine(request: Request) -> bool:
    host = request.url.hostname or ""
    direct = not any(name in request.headers for name in PROXIED)
    return direct and _is_loopback(request.client.host if request.client else "") and _is_loopback(host)


def _is_loopback(name: str) -> bool:
    try:
        return name == "localhost" or ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
