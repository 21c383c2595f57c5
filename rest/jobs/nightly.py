"""What is done at night, once for the whole installation however many workers there are (procrastinate's periodic
tasks): rankers fitted, ratings rebuilt, what is kept no longer purged."""

from procrastinate import App, RetryStrategy

from rest.courses.store import FileStore
from rest.db import Database
from rest.trust.retention import sweep_every_institution

QUEUE = "nightly"
FIT, FIT_AT = "recommendations.fit", "23 1 * * *"
SWEEP, SWEEP_AT = "retention.sweep", "41 2 * * *"
"""Cron, in UTC."""


def register(app: App, database: Database, store: FileStore) -> None:
    """Put the nightly tasks on ``app``; both may run twice."""

    @app.periodic(cron=FIT_AT)
    @app.task(name=FIT, queue=QUEUE, queueing_lock=FIT, retry=RetryStrategy(max_attempts=3, wait=600))
    async def fit(timestamp: int) -> None:  # pyright: ignore[reportUnusedFunction]
        from rest.recommendations.fitting import fit_every_course  # loads scipy: once a night, not at every start

        await fit_every_course(database)

    @app.periodic(cron=SWEEP_AT)
    @app.task(name=SWEEP, queue=QUEUE, queueing_lock=SWEEP, retry=RetryStrategy(max_attempts=3, wait=600))
    async def sweep(timestamp: int) -> None:  # pyright: ignore[reportUnusedFunction]
        await sweep_every_institution(database, store)
