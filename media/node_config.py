# pyright: standard
"""How a node is set up, what it counts, and one of its sockets."""

import socket
from collections.abc import Sequence
from dataclasses import dataclass, field

from media import addresses
from media.limits import DEFAULT_LIMITS, MediaLimits
from media.udp import Inbox, Outbox, Path


@dataclass(slots=True)
class NodeConfig:
    """Where a node listens and how. `announced` replaces the local addresses in candidates (behind NAT)."""

    hosts: Sequence[str] = ("127.0.0.1",)
    port: int = 0
    announced: Sequence[str] = ()
    way: str = "auto"
    hold_seconds: float = 0.001
    tcp: bool = True
    prefer_twcc: bool = True
    limits: MediaLimits = DEFAULT_LIMITS


@dataclass(slots=True)
class Counters:
    """What the node has done since it started."""

    received: int = 0
    forwarded: int = 0
    strays: int = 0
    stun_answered: int = 0
    stun_refused: int = 0
    rtcp: int = 0
    handshakes: int = 0
    handshakes_failed: int = 0
    expired: int = 0
    turns: int = 0
    held: int = 0


@dataclass(slots=True)
class Port:
    """One bound socket with its slabs."""

    sock: socket.socket
    inbox: Inbox
    outbox: Outbox
    host: str
    writing: bool = field(default=False)

    def new_path(self, raw: bytes) -> Path:
        """Where a datagram from `raw` is answered to."""
        return Path(self.outbox, raw)


def default_hosts(loopback: bool) -> list[str]:
    """The addresses a node listens on when none are configured."""
    return addresses.local_addresses(loopback) or ["127.0.0.1"]
