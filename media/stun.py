# pyright: standard
"""ICE-lite's half of STUN (RFC 8445 section 2.5, RFC 8489): connectivity checks are answered, none are sent.

`addressed_to` looks at an untrusted datagram without allocating for its attributes, so that a flood costs little;
`answer` does the full parse and the integrity check, by aioice.
"""

import struct
from typing import NamedTuple

from aioice import stun

HEADER_BYTES = 20
BINDING_REQUEST = 0x0001
BINDING_INDICATION = 0x0011
COOKIE = 0x2112A442
USERNAME = 0x0006
MAX_BYTES = 1280


def addressed_to(data: bytes | memoryview) -> str | None:
    """The local user fragment that a binding request names, or None when this is no request worth parsing."""
    size = len(data)
    if not HEADER_BYTES + 8 <= size <= MAX_BYTES:
        return None
    kind, length, cookie = struct.unpack_from("!HHL", data)
    if kind != BINDING_REQUEST or cookie != COOKIE or length + HEADER_BYTES != size or length & 3:
        return None
    at = HEADER_BYTES
    while at + 4 <= size:
        attribute, length = struct.unpack_from("!HH", data, at)
        if at + 4 + length > size:
            return None
        if attribute == USERNAME:
            local = bytes(data[at + 4 : at + 4 + length]).partition(b":")[0]
            return local.decode("ascii", "replace") if local else None
        at += 4 + length + (-length & 3)
    return None


class Check(NamedTuple):
    """A valid check: the response to send back, and whether the peer nominated this path."""

    response: bytes
    nominated: bool


def answer(data: bytes, source: tuple[str, int], username: str, password: str) -> Check | None:
    """The response to a check for `username` (`ours:theirs`, or `ours:` before theirs is known), or None if it does not
    hold: wrong integrity, no integrity, malformed."""
    try:
        message = stun.parse_message(data)
        if not message.check_message_integrity(password.encode()):
            return None
    except (ValueError, struct.error, IndexError, KeyError):
        return None
    given = message.attributes.get("USERNAME", "")
    if given != username and not (username.endswith(":") and given.startswith(username)):
        return None
    response = stun.Message(
        stun.Method.BINDING,
        stun.Class.RESPONSE,
        transaction_id=message.transaction_id,
        attributes={"XOR-MAPPED-ADDRESS": source},
    )
    response.add_message_integrity(password.encode())
    return Check(bytes(response), "USE-CANDIDATE" in message.attributes)
