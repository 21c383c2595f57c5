"""WebSocket bytes as a client has them (RFC 6455): the upgrade, masked frames out, unmasked frames in. No I/O."""

_KEY = "bHljZXVtLWxvYWQtdGVzdA=="
_MASK = b"\x5a\xc3\x17\x9e"
"""A fixed one that is not zero, so that servers do the work they have with browsers."""
BINARY, CLOSE, PING, PONG = 2, 8, 9, 10


def upgrade(host: str, port: int, path: str) -> bytes:
    """The request that opens the socket; ``path`` holds the query."""
    return (
        f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {_KEY}\r\nOrigin: http://{host}:{port}\r\n\r\n"
    ).encode()


def frame(payload: bytes, opcode: int = BINARY) -> bytes:
    """One whole masked frame."""
    size = len(payload)
    if size < 126:
        head = bytes((0x80 | opcode, 0x80 | size))
    elif size < 65536:
        head = bytes((0x80 | opcode, 0xFE)) + size.to_bytes(2, "big")
    else:
        head = bytes((0x80 | opcode, 0xFF)) + size.to_bytes(8, "big")
    key = (_MASK * (size // 4 + 1))[:size]
    masked = int.from_bytes(payload, "big") ^ int.from_bytes(key, "big")
    return head + _MASK + masked.to_bytes(size, "big")


def split(data: bytes) -> tuple[list[tuple[int, bytes]], bytes]:
    """The whole frames at the head of ``data`` as ``(opcode, payload)``, and the bytes after them.

    Servers do not mask, and those measured here send messages in one frame each; a continuation has opcode 0.
    """
    found: list[tuple[int, bytes]] = []
    pos, end = 0, len(data)
    while end - pos >= 2:
        size, head = data[pos + 1], pos + 2
        if size > 125:
            width = 2 if size == 126 else 8
            if end - head < width:
                break
            size, head = int.from_bytes(data[head : head + width], "big"), head + width
        if end - head < size:
            break
        found.append((data[pos] & 15, data[head : head + size]))
        pos = head + size
    return found, data[pos:]


def missing(start: bytes) -> int:
    """How many bytes, at least, the frame that begins with ``start`` still lacks."""
    if len(start) < 2:
        return 2 - len(start)
    width = {126: 2, 127: 8}.get(start[1], 0)
    if len(start) < 2 + width:
        return 2 + width - len(start)
    size = int.from_bytes(start[2 : 2 + width], "big") if width else start[1]
    return 2 + width + size - len(start)
