"""One Redis client for every seam, set up so that nothing is ever sent twice by itself.

Every key starts with ``lyceum:``. One Redis (or one with replicas) serves a deployment; scripts compute keys, so a
Redis Cluster does not.
"""

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

PREFIX = "lyceum:"
TIMEOUT_SECONDS = 2.0


def connect(url: str) -> "Redis":
    """A client for ``url`` that fails within `TIMEOUT_SECONDS` and does not retry: a retried command may run twice."""
    return Redis.from_url(  # pyright: ignore[reportUnknownMemberType]
        url,
        socket_connect_timeout=TIMEOUT_SECONDS,
        socket_timeout=TIMEOUT_SECONDS,
        retry=Retry(NoBackoff(), 0),
        health_check_interval=0,
    )
