# redis-py leaves its helpers partly untyped
# pyright: basic
"""One connection to Redis that never waits: commands go out as bytes, replies are handed over as they come.

For the bus alone, which lives by what a message costs: redis-py's share of it would be the largest. Everything else in
Lyceum talks to Redis through redis-py, and addresses are read by it here too.
"""

import asyncio
from collections.abc import Callable
from typing import Any

import hiredis
from redis.asyncio.connection import SSLConnection, parse_url
from redis.exceptions import AuthenticationError, ConnectionError

from realtime.redis_link import TIMEOUT_SECONDS

Heard = Callable[[list[Any]], None]
"""Takes the replies of one read: integers, bytes, lists of them, `hiredis.ReplyError`."""


def command(*words: bytes) -> bytes:
    """One command as RESP2 has it: an array of bulk strings."""
    return b"*%d\r\n" % len(words) + b"".join([b"$%d\r\n%b\r\n" % (len(word), word) for word in words])


class RedisWire(asyncio.Protocol):
    """`dial` makes them. ``ended`` is set when the connection is over, whoever ended it."""

    def __init__(self, heard: Heard) -> None:
        self.ended = asyncio.Event()
        self._heard = heard
        self._signed_in: asyncio.Future[Any] | None = None
        """Waits for the answer to AUTH."""
        self._reader = hiredis.Reader()
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        replies: list[Any] = []
        try:
            self._reader.feed(data)
            while (reply := self._reader.gets()) is not False:
                replies.append(reply)
        except hiredis.ProtocolError:
            self.abort()
        if replies and self._signed_in is not None:
            self._signed_in.set_result(replies.pop(0))
            self._signed_in = None
        if replies:
            self._heard(replies)

    def connection_lost(self, exc: Exception | None) -> None:
        self.ended.set()
        if self._signed_in is not None:
            self._signed_in.set_exception(ConnectionError("Redis closed the connection."))
            self._signed_in = None

    async def sign_in(self, user: str, password: str) -> None:
        """Say who we are; raises `AuthenticationError`."""
        answer = self._signed_in = asyncio.get_running_loop().create_future()
        words = [user.encode(), password.encode()] if user else [password.encode()]
        self.write(command(b"AUTH", *words))
        said = await answer
        if isinstance(said, hiredis.ReplyError):
            raise AuthenticationError(str(said))

    def write(self, commands: bytes) -> None:
        if self._transport is not None and not self.ended.is_set():
            self._transport.write(commands)

    @property
    def unsent(self) -> int:
        """Bytes the kernel has not taken."""
        return 0 if self._transport is None or self.ended.is_set() else self._transport.get_write_buffer_size()

    def abort(self) -> None:
        """End it at once; what is unsent is lost."""
        self.ended.set()
        if self._transport is not None:
            self._transport.abort()


async def dial(url: str, heard: Heard) -> RedisWire:
    """Connect within `TIMEOUT_SECONDS`, sign in, and have replies handed to ``heard``; raises `OSError`,
    `TimeoutError` or a `RedisError`."""
    options: dict[str, Any] = dict(parse_url(url))
    loop = asyncio.get_running_loop()
    wire = RedisWire(heard)
    try:
        async with asyncio.timeout(TIMEOUT_SECONDS):
            if "path" in options:
                await loop.create_unix_connection(lambda: wire, options["path"])
            else:
                host, port = options.get("host", "localhost"), options.get("port", 6379)
                await loop.create_connection(lambda: wire, host, port, ssl=_tls(options))
            if options.get("password"):
                await wire.sign_in(options.get("username") or "", options["password"])
    except BaseException:
        wire.abort()
        raise
    return wire


def _tls(options: dict[str, Any]) -> Any:
    if options.pop("connection_class", None) is not SSLConnection:
        return None
    return SSLConnection(**options).ssl_context.get()
