"""Which live worker should own a room: rendezvous hashing.

Every node gets a score from the hash of (node, room) and the highest wins (Thaler and Ravishankar, 1998). When a
node leaves, only its own rooms move; when one comes, it takes an even share from all. No table, no coordination:
whoever knows the same nodes finds the same owner.
"""

from collections.abc import Iterable
from hashlib import blake2b


def owner_of(room: str, nodes: Iterable[str]) -> str | None:
    """The id among ``nodes`` that should own ``room``; None when there is none."""
    return max(nodes, key=lambda node: _score(node, room), default=None)


def _score(node: str, room: str) -> tuple[bytes, str]:
    """Score of a pair; the id itself breaks the (practically impossible) tie the same way everywhere."""
    return blake2b(f"{node}\0{room}".encode(), digest_size=8).digest(), node
