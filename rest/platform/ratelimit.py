"""Rates with bursts for what can be tried too often: token buckets, one a caller and purpose, in this process.

A whole school comes from one address, so the bucket of an address is wide; the bucket of one account is narrow.
"""

import math
from collections import OrderedDict
from dataclasses import dataclass

from realtime.buckets import TokenBucket
from realtime.clock import Clock
from rest.problems import TooMany

MAX_BUCKETS = 50_000


@dataclass(frozen=True, slots=True)
class Rate:
    """So many a second in the long run, ``burst`` at once."""

    rate: float
    burst: float


SIGN_IN_ADDRESS = Rate(20.0, 1_000.0)
"""Sign-ins from one network address: a school that arrives together."""
SIGN_IN_ACCOUNT = Rate(1 / 30, 12.0)
"""Tries at one account's password."""
MESSAGES = Rate(1 / 300, 5.0)
"""Messages sent to one address on somebody's word."""
SIGN_UP = Rate(1 / 60, 20.0)
"""Institutions founded from one network address."""
ASSESSMENT = Rate(4.0, 60.0)
"""Requests of one person on attempts and answers."""


class Limiter:
    """All buckets of this process; the least recently used are forgotten past `MAX_BUCKETS`."""

    def __init__(self, clock: Clock, capacity: int = MAX_BUCKETS) -> None:
        self._clock = clock
        self._capacity = capacity
        self._buckets: OrderedDict[tuple[Rate, str], TokenBucket] = OrderedDict()

    def check(self, rate: Rate, key: str) -> None:
        """Count one more of ``key``; raise `TooMany` when that is too many."""
        now = self._clock.monotonic()
        bucket = self._bucket(rate, key, now)
        if not bucket.take(now):
            seconds = max(1, math.ceil(bucket.wait(now)))
            raise TooMany(
                "too-many-requests", f"That was tried too often; wait {seconds} s.", {"Retry-After": str(seconds)}
            )

    def _bucket(self, rate: Rate, key: str, now: float) -> TokenBucket:
        bucket = self._buckets.get((rate, key))
        if bucket is None:
            bucket = self._buckets[rate, key] = TokenBucket(rate.rate, rate.burst, now)
            if len(self._buckets) > self._capacity:
                self._buckets.popitem(last=False)
        else:
            self._buckets.move_to_end((rate, key))
        return bucket
