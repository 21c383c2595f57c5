"""The REST tier, inside a front door or as a process of its own."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from starlette.types import ASGIApp

from lyceum.app import create_app
from lyceum.live import BusLive
from lyceum.planes import Seams, redis_seams
from lyceum.ports import listen
from lyceum.recordings import KeptRecordings
from lyceum.room_people import RoomPeople
from lyceum.server import serving
from lyceum.settings import Settings
from rest.app import rest_app, seed_demo
from rest.outbox.delivery import Sender
from rest.outbox.smtp import SmtpSender
from rest.settings import RestSettings


@asynccontextmanager
async def rest_plane(settings: Settings, seams: Seams | None) -> AsyncIterator[ASGIApp]:
    """The application, to be mounted under ``/api``, while the body runs; without ``seams`` it reaches no live room."""
    assert settings.secret is not None
    assert settings.database_url is not None
    told = RestSettings(
        secret=settings.secret,
        database_url=settings.database_url,
        demo=settings.demo,
        public_url=settings.public_url,
        files_dir=settings.data_dir / "files",
        files_url=settings.files_url,
        show_outbox=settings.demo and settings.is_on_loopback,
    )
    holders = [RoomPeople(settings.database_url), KeptRecordings(settings.recordings_dir)]
    async with rest_app(
        told, BusLive(seams) if seams is not None else None, holders=holders, sender=sender_of(settings)
    ) as app:
        if settings.demo:
            await seed_demo(app)
        yield app


def sender_of(settings: Settings) -> Sender | None:
    """What carries messages; None: they wait in the outbox. Raise `SettingsError`."""
    if settings.smtp_url is None:
        return None
    settings.need("rest", "LYCEUM_MAIL_FROM")
    return SmtpSender(settings.smtp_url, settings.mail_from or "")


@asynccontextmanager
async def alone(settings: Settings) -> AsyncIterator[None]:
    """As a process of its own: ``lyceum rest``; on Redis where it is named."""
    async with AsyncExitStack() as stack:
        listener = stack.enter_context(listen(settings.host, settings.port, shared=True))
        seams = await stack.enter_async_context(redis_seams(settings)) if settings.redis_url else None
        rest = await stack.enter_async_context(rest_plane(settings, seams))
        await stack.enter_async_context(
            serving(create_app(rest, lambda: True), listener, None, settings.trusted_proxies)
        )
        yield
