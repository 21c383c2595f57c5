"""A UDP road between one browser and the media node that can be made narrow: what does not fit waits, then is lost.

Chromium's own throttling leaves WebRTC alone. The page's candidates are rewritten to lead here, so nothing else of the
server or the client knows of it.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Page

Address = tuple[str, int]
QUEUE_SECONDS = 0.25
"""What waits longer than that is not let in."""

_DETOUR = """(port) => {
  const real = RTCPeerConnection.prototype.setRemoteDescription;
  const led = (sdp) => sdp.split('\\r\\n').flatMap((line) => {
    if (!line.startsWith('a=candidate:')) return [line];
    const parts = line.split(' ');
    if (parts[2].toLowerCase() !== 'udp' || parts[4] !== '127.0.0.1') return [];
    window.nodePort = Number(parts[5]);
    return [parts.with(5, String(port)).join(' ')];
  }).join('\\r\\n');
  RTCPeerConnection.prototype.setRemoteDescription = function (description) {
    return real.call(this, { type: description.type, sdp: led(description.sdp) });
  };
}"""


_TOLD = """async () => {
  while (window.nodePort === undefined) await new Promise((next) => setTimeout(next, 50));
  return window.nodePort;
}"""


class _Out(asyncio.DatagramProtocol):
    """Towards the node, for one address of the browser; what comes before it is open waits."""

    def __init__(self, road: "NarrowRoad", client: Address) -> None:
        self._road, self._client = road, client
        self._early: list[bytes] = []
        self.transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.DatagramTransport) -> None:
        self.transport = transport
        for data in self._early:
            transport.sendto(data)

    def datagram_received(self, data: bytes, addr: Address) -> None:
        self._road.down(data, self._client)

    def error_received(self, exc: Exception) -> None:
        """The node is gone: so is what was sent."""

    def send(self, data: bytes) -> None:
        if self.transport is None:
            self._early.append(data)
        else:
            self.transport.sendto(data)


class NarrowRoad(asyncio.DatagramProtocol):
    """``bits`` a second go through to the browser, 0: all. ``overfull`` is set when a datagram did not."""

    def __init__(self, tasks: asyncio.TaskGroup) -> None:
        self.bits = 0
        self.overfull = asyncio.Event()
        self._tasks = tasks
        self._node: Address | None = None
        self._outs: dict[Address, _Out] = {}
        self._free_at = 0.0

    def connection_made(self, transport: asyncio.DatagramTransport) -> None:
        self._browser = transport

    async def lead(self, page: Page) -> None:
        """Every connection that ``page`` makes from its next load on goes by here."""
        port = int(self._browser.get_extra_info("sockname")[1])
        await page.add_init_script(f"({_DETOUR})({port})")

    async def open_for(self, page: Page) -> None:
        """Let through what comes from ``page``, as soon as it has been told of the node."""
        self._node = ("127.0.0.1", await page.evaluate(_TOLD))

    def datagram_received(self, data: bytes, addr: Address) -> None:
        """From the browser; until the road is open it asks again."""
        if self._node is None:
            return
        out = self._outs.get(addr)
        if out is None:
            out = self._outs[addr] = _Out(self, addr)
            self._tasks.create_task(self._connect(out, self._node))
        out.send(data)

    async def _connect(self, out: _Out, node: Address) -> None:
        await asyncio.get_running_loop().create_datagram_endpoint(lambda: out, remote_addr=node)

    def down(self, data: bytes, client: Address) -> None:
        """From the node: at once, later, or not at all."""
        loop = asyncio.get_running_loop()
        start = max(loop.time(), self._free_at)
        if self.bits == 0:
            self._pass_on(data, client)
        elif start - loop.time() > QUEUE_SECONDS:
            self.overfull.set()
        else:
            self._free_at = start + len(data) * 8 / self.bits
            loop.call_at(start, self._pass_on, data, client)

    def _pass_on(self, data: bytes, client: Address) -> None:
        if not self._browser.is_closing():
            self._browser.sendto(data, client)

    def close(self) -> None:
        self._browser.close()
        for out in self._outs.values():
            if out.transport is not None:
                out.transport.close()


@asynccontextmanager
async def narrow_road() -> AsyncIterator[NarrowRoad]:
    """One road; it is gone when the block ends."""
    async with asyncio.TaskGroup() as tasks:
        loop = asyncio.get_running_loop()
        _, road = await loop.create_datagram_endpoint(lambda: NarrowRoad(tasks), local_addr=("127.0.0.1", 0))
        try:
            yield road
        finally:
            road.close()
