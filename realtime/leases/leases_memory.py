"""Leases inside one process (and in the simulation, with its hand-driven clock)."""

from realtime.clock import Clock
from realtime.leases.leases import LIVENESS_SECONDS


class MemoryLeases:
    """`Leases` over two dictionaries."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._alive_until: dict[str, float] = {}
        self._holders: dict[str, str] = {}

    async def live(self, worker: str) -> bool:
        was_alive = self._is_alive(worker)
        self._alive_until[worker] = self._clock.monotonic() + LIVENESS_SECONDS
        return was_alive

    async def acquire(self, room: str, worker: str) -> str:
        current = self._holders.get(room)
        if current is not None and current != worker and self._is_alive(current):
            return current
        self._holders[room] = worker
        return worker

    async def release(self, room: str, worker: str) -> None:
        if self._holders.get(room) == worker:
            del self._holders[room]

    async def holder(self, room: str) -> str | None:
        current = self._holders.get(room)
        return current if current is not None and self._is_alive(current) else None

    async def bury(self, worker: str) -> None:
        self._alive_until.pop(worker, None)

    def _is_alive(self, worker: str) -> bool:
        return self._alive_until.get(worker, 0.0) > self._clock.monotonic()
