"""The registry inside one process (and in the simulation, with its hand-driven clock)."""

from realtime.clock import Clock
from realtime.registry.registry import TTL_SECONDS, Kind, Node


class MemoryRegistry:
    """`Registry` over a dictionary."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._nodes: dict[str, tuple[Node, float]] = {}

    async def announce(self, node: Node) -> None:
        self._nodes[node.id] = (node, self._clock.monotonic() + TTL_SECONDS)

    async def withdraw(self, node: Node) -> None:
        self._nodes.pop(node.id, None)

    async def nodes(self, kind: Kind) -> list[Node]:
        now = self._clock.monotonic()
        alive = [node for node, until in self._nodes.values() if node.kind == kind and until > now]
        return sorted(alive, key=lambda node: node.id)
