"""The job worker, inside another process or as one of its own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from lyceum.health import health
from lyceum.settings import Settings
from rest.jobs.worker import CONCURRENCY, job_worker
from rest.settings import RestSettings


@asynccontextmanager
async def jobs_plane(settings: Settings) -> AsyncIterator[None]:
    """Work off the queue of the database while the body runs."""
    assert settings.secret is not None
    assert settings.database_url is not None
    told = RestSettings(
        settings.secret,
        settings.database_url,
        pool_size=CONCURRENCY + 1,
        files_dir=settings.data_dir / "files",
        files_url=settings.files_url,
    )
    async with job_worker(told):
        yield


@asynccontextmanager
async def alone(settings: Settings) -> AsyncIterator[None]:
    """As a process of its own: ``lyceum jobs``."""
    async with jobs_plane(settings), health(settings, lambda: True):
        yield
