"""The opening handshake of RFC 6455, section 4.2, without I/O, and which door a path leads to.

A query string may hold a token: nothing here puts one into an error or a log.
"""

import binascii
from base64 import b64decode
from typing import Literal, NamedTuple
from urllib.parse import parse_qs, unquote

from websockets.utils import accept_key

Door = Literal["native", "yjs", "hocuspocus"]
MAX_QUERY_FIELDS = 32
_KEY_BYTES = 16


class Request(NamedTuple):
    """The head of an HTTP request: its target and its headers (names in lower case, later lines win)."""

    method: str
    target: str
    headers: dict[str, str]

    @property
    def path(self) -> str:
        return unquote(self.target.partition("?")[0])

    @property
    def token(self) -> str | None:
        """From ``Authorization: Bearer`` or ``?token=``."""
        scheme, _, credentials = self.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and credentials:
            return credentials.strip()
        try:
            values = parse_qs(self.target.partition("?")[2], max_num_fields=MAX_QUERY_FIELDS)
        except ValueError:
            return None
        return values.get("token", [None])[0]


class Place(NamedTuple):
    """Where a path leads."""

    door: Door
    room: str = ""
    doc: str = ""


class HandshakeRefused(Exception):
    """No WebSocket for this request; ``response`` is the whole HTTP answer."""

    def __init__(self, status: str, words: str, headers: str = "") -> None:
        super().__init__(words)
        body = words.encode()
        head = (
            f"HTTP/1.1 {status}\r\nContent-Type: text/plain; charset=utf-8\r\n"
            f"Content-Length: {len(body)}\r\nConnection: close\r\n{headers}\r\n"
        )
        self.response = head.encode() + body


def parse_request(data: bytes) -> Request:
    """The head of a request that an HTTP parser has already accepted."""
    head = data.partition(b"\r\n\r\n")[0].decode("latin-1")
    first, *lines = head.split("\r\n")
    method, _, rest = first.partition(" ")
    pairs = (line.partition(":") for line in lines)
    return Request(method, rest.rpartition(" ")[0], {name.strip().lower(): value.strip() for name, _, value in pairs})


def place_of(path: str) -> Place | None:
    """The door behind a path, names as they stand in it; None when there is none."""
    match path.strip("/").split("/"):
        case ["ws", "rooms", room]:
            return Place("native", room)
        case ["yjs", room, doc]:
            return Place("yjs", room, doc)
        case ["hocuspocus"]:
            return Place("hocuspocus")
        case _:
            return None


def accept(request: Request) -> bytes:
    """The 101 response; raise `HandshakeRefused` for what is no proper opening handshake.

    Extensions and subprotocols that a client offers are declined by not naming them."""
    headers = request.headers
    if request.method != "GET":
        raise HandshakeRefused("405 Method Not Allowed", "A WebSocket starts with GET.", "Allow: GET\r\n")
    if headers.get("sec-websocket-version") != "13":
        raise HandshakeRefused("426 Upgrade Required", "WebSocket version 13.", "Sec-WebSocket-Version: 13\r\n")
    key = headers.get("sec-websocket-key", "")
    if not _is_key(key):
        raise HandshakeRefused("400 Bad Request", "Sec-WebSocket-Key is not 16 bytes in base64.")
    return (
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Accept: {accept_key(key)}\r\n\r\n"
    ).encode()


def _is_key(key: str) -> bool:
    try:
        return len(b64decode(key, validate=True)) == _KEY_BYTES
    except (binascii.Error, ValueError):
        return False
