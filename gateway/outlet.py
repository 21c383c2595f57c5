"""Where bytes for a client go: straight into the kernel's buffer, past the transport, while nothing waits there.

A transport's `write` remembers the bytes and sends them at the end of the loop's turn, so each receiver's memory is
walked through twice; `send` on the descriptor itself costs a sixth less when thousands of sockets take turns
(docs/decisions/0005). What the kernel does not take goes through the transport, in order, and so does everything after
it until the transport is empty again.
"""

import asyncio
from collections.abc import Callable, Iterable
from socket import SOCK_STREAM, SocketType
from typing import Any, Protocol

_NONE = -1


class Outlet(Protocol):
    """One receiver. All that is written to it goes this way, or the order is lost."""

    def send(self, data: bytes, /) -> int:
        """How many of the bytes were taken at once. An `OSError` means none; `spill` finds out why."""
        ...

    def spill(self, data: bytes, sent: int) -> None:
        """Take what `send` did not take: all of ``data`` after ``sent``."""
        ...


def send_all(outlets: Iterable[Outlet], data: bytes) -> None:
    """The same bytes to each: the innermost loop of the server."""
    size = len(data)
    for outlet in outlets:
        try:
            sent = outlet.send(data)
        except OSError:  # the kernel's buffer is full, bytes wait in the transport, or the peer is gone
            sent = 0
        if sent != size:
            outlet.spill(data, sent)


class ThroughOutlet:
    """By way of ``write``, which takes everything."""

    __slots__ = ("_write",)

    def __init__(self, write: Callable[[bytes], object]) -> None:
        self._write = write

    def send(self, data: bytes, /) -> int:
        self._write(data)
        return len(data)

    def spill(self, data: bytes, sent: int) -> None:
        """Never called: `send` takes everything."""

    def end(self) -> None:
        """It has nothing to give back."""


class DirectOutlet(SocketType):
    """The descriptor of a transport, lent. It is held only while nothing waits in the transport; without it `send`
    fails, so that the hot loop needs no other question. Transports close their descriptor after `connection_lost`,
    where `end` gives it back for good."""

    __slots__ = ("_descriptor", "_family", "_transport")

    def __init__(self, transport: asyncio.WriteTransport, descriptor: int, family: int) -> None:
        self._transport = transport
        self._descriptor = descriptor
        self._family = family
        self._hold()

    def spill(self, data: bytes, sent: int) -> None:
        if self.fileno() == _NONE and self._may_hold():
            sent = self._hold_and_send(data)
        if sent != len(data):
            self.detach()
            self._transport.write(data[sent:] if sent else data)

    def end(self) -> None:
        """The transport is about to close its descriptor; the number may soon be somebody else's."""
        self.detach()
        self._descriptor = _NONE

    def __del__(self) -> None:
        self.detach()  # never to be closed here, whatever became of the loop

    def _may_hold(self) -> bool:
        return self._descriptor != _NONE and not self._transport.get_write_buffer_size()

    def _hold(self) -> None:
        super().__init__(self._family, SOCK_STREAM, 0, self._descriptor)

    def _hold_and_send(self, data: bytes) -> int:
        try:
            self._hold()
            return self.send(data)
        except OSError:
            return 0


def outlet_of(transport: asyncio.WriteTransport) -> DirectOutlet | ThroughOutlet:
    """Past the transport, if bytes need not pass through it: under TLS they do."""
    socket: Any = transport.get_extra_info("socket")
    if socket is None or transport.get_extra_info("ssl_object") is not None:
        return ThroughOutlet(transport.write)
    return DirectOutlet(transport, socket.fileno(), socket.family)
