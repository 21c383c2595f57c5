"""The address people come to: opened by one process, or shared by several gateways (SO_REUSEPORT)."""

import errno
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager

from lyceum.errors import ServerBusy

BACKLOG = 4096
"""A class that arrives within a second must not wait for a SYN retry; the kernel caps it at net.core.somaxconn."""


def listen(host: str, port: int, *, shared: bool = False) -> socket.socket:
    """A listening socket; ``shared`` lets other processes of this user listen there too. Raise `ServerBusy`."""
    opened = _opened(host, port, socket.SO_REUSEADDR, *([socket.SO_REUSEPORT] if shared else []))
    opened.listen(BACKLOG)
    opened.setblocking(False)
    return opened


@contextmanager
def reserved(host: str, port: int) -> Iterator[int]:
    """Hold an address for gateways that will `listen` on it ``shared``; yield its port (chosen when 0 is asked for).

    It is first taken for this process alone: with SO_REUSEPORT a second `lyceum up` of the same user would otherwise
    join in silently. The holder never listens, so no connection ends up with it.
    """
    with listen(host, port) as alone:
        chosen: int = alone.getsockname()[1]
    with _hold(host, chosen):
        yield chosen


def _hold(host: str, port: int) -> socket.socket:
    """A bound socket. Without SO_REUSEADDR it also keeps those out who set it, but closing connections forbid that."""
    try:
        return _opened(host, port, socket.SO_REUSEPORT)
    except ServerBusy:
        return _opened(host, port, socket.SO_REUSEPORT, socket.SO_REUSEADDR)


def _opened(host: str, port: int, *options: int) -> socket.socket:
    """A bound socket with ``options``."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except socket.gaierror as error:
        raise ServerBusy(f"{host} is not an address: {error.strerror}. Choose another with --host.") from None
    family, kind, protocol, _, address = found[0]
    opened = socket.socket(family, kind, protocol)
    try:
        for option in options:
            opened.setsockopt(socket.SOL_SOCKET, option, 1)
        opened.bind(address)
        if socket.SO_REUSEPORT not in options:
            opened.listen(BACKLOG)  # two may bind with SO_REUSEADDR: only listening tells that the address is taken
    except OSError as error:
        opened.close()
        raise _busy(host, port, error) from None
    return opened


def _busy(host: str, port: int, error: OSError) -> ServerBusy:
    if error.errno == errno.EADDRINUSE:
        return ServerBusy(f"Port {port} on {host} is already taken. Stop what uses it, or choose another with --port.")
    if error.errno == errno.EACCES:
        return ServerBusy(f"Port {port} may only be opened by root. Choose one above 1023 with --port.")
    return ServerBusy(
        f"Cannot listen on {host} port {port}: {os.strerror(error.errno or 0)}. Choose another with --host."
    )
