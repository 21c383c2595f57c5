"""Placing the items of an update: each gets its slot from those it names, wherever in the update they stand."""

from collections.abc import Mapping, Sequence
from heapq import heappop, heappush

from crdt.board_items import Id, Item, refused
from crdt.board_slots import NOWHERE, PAGE_MAP, Slot, Slots, inside

Ranges = Mapping[int, tuple[int, int]]
"""Client to its first clock in an update, and the one after its last."""


def place(items: Sequence[Item], ranges: Ranges, known: Slots, lenient: bool) -> list[tuple[Item, Slot]]:
    """Each item with its slot, in an order in which they can be integrated."""
    own = Slots()
    placed: list[tuple[Item, Slot]] = []
    for item in items if len(ranges) == 1 else _Queues(items, ranges).in_order():
        if item.in_root:
            slot = Slot(PAGE_MAP, item.key)
        elif item.refers:
            client, clock = item.refers[0]
            start, end = ranges.get(client, (0, 0))
            slot = _below((own if start <= clock < end else known).find(client, clock), item, lenient)
        else:
            slot = NOWHERE
        own.add(item.client, item.clock, slot)
        placed.append((item, slot))
    return placed


def _below(other: Slot, item: Item, lenient: bool) -> Slot:
    """The slot of an item that replaces, or stands in, the one at ``other``."""
    if item.parent is None:
        return other
    below = inside(other, item.key)
    if below is None and not lenient:
        raise refused("Only maps of a board hold anything.")
    return below or NOWHERE


class _Queues:
    """One queue a client. A client whose next item names one that another client has still to bring waits for that."""

    def __init__(self, items: Sequence[Item], ranges: Ranges) -> None:
        self._ranges = ranges
        self._queues: dict[int, list[Item]] = {client: [] for client in ranges}
        for item in reversed(items):
            self._queues[item.client].append(item)
        self._reached = {client: start for client, (start, _) in ranges.items()}
        self._waiting: dict[int, list[Id]] = {}
        """Client to a heap of (the clock waited for, who waits)."""

    def in_order(self) -> list[Item]:
        ordered: list[Item] = []
        ready = list(self._queues)
        while ready:
            client = ready.pop()
            queue = self._queues[client]
            while queue and not self._blocked(queue[-1]):
                item = queue.pop()
                ordered.append(item)
                self._reached[client] = item.clock + item.length
            heap = self._waiting.get(client)
            while heap and heap[0][0] < self._reached[client]:
                ready.append(heappop(heap)[1])
        if any(self._queues.values()):
            raise refused("The update's items depend on each other in a circle.")
        return ordered

    def _blocked(self, item: Item) -> bool:
        for client, clock in item.refers:
            start, end = self._ranges.get(client, (0, 0))
            if client != item.client and start <= clock < end and clock >= self._reached[client]:
                heappush(self._waiting.setdefault(client, []), (clock, item.client))
                return True
        return False
