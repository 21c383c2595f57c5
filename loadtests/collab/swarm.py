"""What the clients of one process know of each other, so that an edit can be timed from its author to every reader."""

import itertools
from collections.abc import Callable

FIRST_CLIENT = 1_500_000_000


class Swarm:
    """``seen(seconds)`` is called for each edit that becomes visible at another client; times are monotonic seconds."""

    def __init__(self, seen: Callable[[float], None]) -> None:
        self._seen = seen
        self._ids = itertools.count(FIRST_CLIENT)
        self._sent: dict[int, list[float]] = {}

    def new_client(self) -> int:
        client = next(self._ids)
        self._sent[client] = []
        return client

    def send(self, client: int, now: float) -> int:
        """``client`` types one character; how many it had typed before."""
        times = self._sent[client]
        times.append(now)
        return len(times) - 1

    def receive(self, reader: "Reader", typed: tuple[int, int, int], now: float) -> None:
        """``reader`` was sent what a client typed."""
        client, start, end = typed
        known = reader.known.get(client, 0)
        if start > known and client != reader.client:
            reader.gaps += 1
        reader.known[client] = max(known, end)
        times = self._sent.get(client, [])
        if client != reader.client:
            for clock in range(max(known, start), min(end, len(times))):
                if times[clock] >= reader.synced_at:
                    self._seen(now - times[clock])


class Reader:
    """What one client holds."""

    def __init__(self, client: int) -> None:
        self.client = client
        self.known: dict[int, int] = {}
        self.gaps = 0
        """Edits that came before an earlier one of the same author: 0 on a server that keeps order."""
        self.synced_at = float("inf")
        """Edits sent before that came with the first sync, and say nothing about speed."""
