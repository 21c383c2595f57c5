"""Updates that wait for an earlier one: their raw bytes, what each waits for, and the bounds of it all.

An update *requires* that of some clients something is known already: the items before its own, the items of others
that it refers to, the items it deletes, the items in its holes. It is filed under each requirement that is not met, so
a long chain that arrives backwards costs each update one look a requirement, never a pass over all. When the last one
is met it goes to the engine. One of several parts goes there a few times earlier too, because what it waits for may
build on a part of it.

The engine has a waiting room of its own, but leaves it out of the states it encodes, and measured: after a chain of six
updates arrived in random order, it left the end of the chain waiting in 420 of 720 orders although nothing was missing.
"""

from collections.abc import Iterable, Iterator, Mapping
from heapq import heappop, heappush

from crdt.errors import UpdateRefused
from crdt.limits import DocumentLimits
from crdt.screen import Screened

Requirement = tuple[int, int]
"""A client, and how far it must be known."""
EARLY_TRIES = 16


class _Waiting:
    __slots__ = ("structs", "tries", "unmet", "update")

    def __init__(self, update: bytes, found: Screened, unmet: int) -> None:
        self.update = update
        self.structs = found.structs
        self.unmet = unmet
        self.tries = EARLY_TRIES if found.structs > 1 or found.deletes else 0

    def __lt__(self, other: "_Waiting") -> bool:
        return self.update < other.update


class Pending:
    """The raw updates that are, wholly or in part, not integrated."""

    __slots__ = ("_by_client", "_limits", "_structs", "_updates", "size")

    def __init__(self, limits: DocumentLimits) -> None:
        self._limits = limits
        self._updates: dict[bytes, _Waiting] = {}
        self._by_client: dict[int, list[tuple[int, _Waiting]]] = {}
        """Client to a heap of (how far it must be known, who waits for it)."""
        self._structs = 0
        self.size = 0
        """In bytes."""

    def __bool__(self) -> bool:
        return bool(self._updates)

    def __contains__(self, update: bytes) -> bool:
        return update in self._updates

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._updates)

    def add(self, update: bytes, found: Screened, required: list[Requirement]) -> None:
        """Keep ``update`` until ``required`` (not empty) is met."""
        waiting = self._updates[update] = _Waiting(update, found, len(required))
        self.size += len(update)
        self._structs += found.structs
        for client, clock in required:
            heappush(self._by_client.setdefault(client, []), (clock, waiting))

    def ready(self, state: Mapping[int, int], moved: Iterable[int]) -> list[bytes]:
        """What to give to the engine now that the clients ``moved`` reached ``state``. What waits for nothing any more
        is taken out."""
        ready: dict[bytes, None] = {}
        for client in moved:
            heap = self._by_client.get(client, [])
            while heap and heap[0][0] <= state.get(client, 0):
                waiting = heappop(heap)[1]
                waiting.unmet -= 1
                if not waiting.unmet:
                    self._remove(waiting)
                elif not waiting.tries:
                    continue
                else:
                    waiting.tries -= 1
                ready[waiting.update] = None
            if not heap:
                self._by_client.pop(client, None)
        return list(ready)

    def _remove(self, waiting: _Waiting) -> None:
        del self._updates[waiting.update]
        self.size -= len(waiting.update)
        self._structs -= waiting.structs

    def check(self, update: bytes, found: Screened, required: list[Requirement], state: Mapping[int, int]) -> None:
        """Refuse ``update`` when it is too far ahead, or there is no room for it to wait."""
        gap = max(clock - state.get(client, 0) for client, clock in required)
        if gap > self._limits.max_clock_gap:
            raise UpdateRefused("clock-gap-too-large", f"The update is {gap} steps ahead of what is known.")
        if (
            self.size + len(update) > self._limits.max_pending_bytes
            or self._structs + found.structs > self._limits.max_pending_structs
        ):
            raise UpdateRefused("pending-full", "Too many updates wait for an earlier one; send the whole difference.")


def requirements(found: Screened) -> list[Requirement]:
    """All that must be known before an update is wholly integrated; what it brings itself is left out."""
    own = {client: (start, end) for client, start, end in found.ranges}
    required = [(client, start) for client, (start, _) in own.items()]
    required += found.holes
    for client, clock in found.needs.items():
        start, end = own.get(client, (0, 0))
        if not start <= clock < end:
            required.append((client, clock + 1))
    for client, reach in found.deletes.items():
        start, end = own.get(client, (0, 0))
        if not start < reach <= end:
            required.append((client, reach))
    return required


def unmet(required: list[Requirement], state: Mapping[int, int]) -> list[Requirement]:
    """Those that ``state`` does not meet yet."""
    return [(client, clock) for client, clock in required if state.get(client, 0) < clock]


def reaches(found: Screened) -> list[Requirement]:
    """How far each client is known once ``found`` is integrated."""
    return [(client, end) for client, _, end in found.ranges]


def can_begin(found: Screened, state: Mapping[int, int]) -> bool:
    """Whether some part of it may be integrated although another part has to wait."""
    if found.deletes:
        return True
    return found.structs > 1 and any(start <= state.get(client, 0) for client, start, _ in found.ranges)
