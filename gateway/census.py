"""How many sockets there are, by room, person and address, against `realtime.limits`."""

from collections import Counter
from typing import TypeVar

from realtime.limits import Limits

T = TypeVar("T")


class Census:
    """Counts of this gateway. Counters hold no zeros, so they take no memory for who is gone."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._rooms: Counter[str] = Counter()
        self._people: Counter[tuple[str, str]] = Counter()
        self._addresses: Counter[str] = Counter()
        self.sockets = 0

    def open(self, address: str) -> bool:
        """Count a socket; False (and nothing is counted) when it is one too many."""
        limits = self._limits
        if self.sockets >= limits.connections_per_gateway:
            return False
        if self._addresses[address] >= limits.connections_per_address:
            return False
        self.sockets += 1
        self._addresses[address] += 1
        return True

    def close(self, address: str) -> None:
        self.sockets -= 1
        _drop(self._addresses, address)

    def enter(self, room: str, user: str, one_person: bool = True) -> bool:
        """Count a socket's presence in a room; False (and nothing is counted) when it is one too many."""
        person = (room, user)
        if self._rooms[room] >= self._limits.connections_per_room:
            return False
        if one_person and self._people[person] >= self._limits.connections_per_user:
            return False
        self._rooms[room] += 1
        self._people[person] += 1
        return True

    def leave(self, room: str, user: str) -> None:
        _drop(self._rooms, room)
        _drop(self._people, (room, user))


def _drop(counter: Counter[T], key: T) -> None:
    counter[key] -= 1
    if counter[key] <= 0:
        del counter[key]
