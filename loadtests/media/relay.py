"""A bad network on one machine: a UDP relay that loses, delays and is told by a seed what it loses."""

import asyncio
import random
from dataclasses import dataclass, field
from typing import Any

Address = tuple[str, int]


@dataclass
class Weather:
    """How bad it is. `loss` is the share of datagrams lost each way, each by itself; `delay` seconds each way."""

    loss: float
    delay: float = 0.0
    seed: int = 1
    lost: int = 0
    passed: int = 0
    chance: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)

    def takes(self) -> bool:
        """Whether this one is lost."""
        taken = self.chance.random() < self.loss
        self.lost += taken
        self.passed += not taken
        return taken


class Relay(asyncio.DatagramProtocol):
    """Toward clients: each one's datagrams leave for `node` from a socket of their own, so that the node can tell them
    apart."""

    def __init__(self, host: str, node: Address, weather: Weather) -> None:
        self.host = host
        self.node = node
        self.weather = weather
        self._clients: dict[Address, asyncio.Future[asyncio.DatagramTransport]] = {}
        self._transport: Any = None

    async def open(self) -> int:
        """The port to announce instead of the node's."""
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(lambda: self, local_addr=(self.host, 0))
        port: int = self._transport.get_extra_info("sockname")[1]
        return port

    def datagram_received(self, data: bytes, addr: Address) -> None:
        if self.weather.takes():
            return
        way = self._clients.get(addr)
        if way is None:
            way = self._clients[addr] = asyncio.ensure_future(self._way_for(addr))
        way.add_done_callback(lambda done: self._later(done.result(), data, None))

    async def _way_for(self, client: Address) -> asyncio.DatagramTransport:
        loop = asyncio.get_running_loop()
        made, _ = await loop.create_datagram_endpoint(
            lambda: _Back(self, client), local_addr=(self.host, 0), remote_addr=self.node
        )
        return made

    def back(self, data: bytes, client: Address) -> None:
        if not self.weather.takes():
            self._later(self._transport, data, client)

    def _later(self, way: asyncio.DatagramTransport, data: bytes, to: Address | None) -> None:
        if self.weather.delay:
            asyncio.get_running_loop().call_later(self.weather.delay, way.sendto, data, to)
        else:
            way.sendto(data, to)

    def close(self) -> None:
        for way in self._clients.values():
            if way.done() and not way.cancelled():
                way.result().close()
            else:
                way.cancel()
        if self._transport is not None:
            self._transport.close()


class _Back(asyncio.DatagramProtocol):
    """One client's socket toward the node."""

    def __init__(self, relay: Relay, client: Address) -> None:
        self._relay = relay
        self._client = client

    def datagram_received(self, data: bytes, addr: Address) -> None:
        self._relay.back(data, self._client)
