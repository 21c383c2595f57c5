"""ICE-lite's half of STUN (RFC 8445 section 2.5, RFC 8489): connectivity checks are answered, none are sent.

`addressed_to` looks at an untrusted datagram without allocating for its attributes, so that a flood costs little;
`answer` does the full parse and the integrity check. Browsers check every couple of seconds for as long as they are
there, so both are written out here and not left to a library's objects.
"""

import hmac
import struct
import zlib
from ipaddress import ip_address
from typing import NamedTuple

HEADER_BYTES = 20
BINDING_REQUEST = 0x0001
BINDING_INDICATION = 0x0011
COOKIE = 0x2112A442
BINDING_RESPONSE = 0x0101
USERNAME, MESSAGE_INTEGRITY, XOR_MAPPED_ADDRESS, USE_CANDIDATE, FINGERPRINT = 0x0006, 0x0008, 0x0020, 0x0025, 0x8028
HMAC_BYTES = 20
FINGERPRINT_XOR = 0x5354554E
_ATTRIBUTE = struct.Struct("!HH")
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
    key = password.encode()
    found = _attributes(data)
    if found is None or not _is_whole(data, found.integrity_at, key):
        return None
    given = found.username.decode("utf-8", "replace")
    if given != username and not (username.endswith(":") and given.startswith(username)):
        return None
    return Check(_response(data[8:20], source, key), found.nominated)


class _Found(NamedTuple):
    username: bytes
    nominated: bool
    integrity_at: int


def _attributes(data: bytes) -> _Found | None:
    """What is under the integrity check, and where that stands; None when there is none, or anything does not fit. A
    fingerprint after it must be right."""
    size = len(data)
    username, nominated, integrity_at, at = b"", False, 0, HEADER_BYTES
    if size < HEADER_BYTES or size != HEADER_BYTES + int.from_bytes(data[2:4], "big"):
        return None
    while at + 4 <= size:
        attribute, length = _ATTRIBUTE.unpack_from(data, at)
        end = at + 4 + length
        if end > size:
            return None
        if attribute == FINGERPRINT:
            return _Found(username, nominated, integrity_at) if _fingerprint(data[:at]) == data[at:] else None
        if not integrity_at:
            if attribute == USERNAME:
                username = data[at + 4 : end]
            elif attribute == USE_CANDIDATE:
                nominated = True
            elif attribute == MESSAGE_INTEGRITY:
                if length != HMAC_BYTES:
                    return None
                integrity_at = at
        at = end + (-length & 3)
    return _Found(username, nominated, integrity_at) if at == size else None


def _is_whole(data: bytes, integrity_at: int, key: bytes) -> bool:
    if not integrity_at:
        return False
    return hmac.compare_digest(_integrity(data[:integrity_at], key), data[integrity_at : integrity_at + 4 + HMAC_BYTES])


def _integrity(before: bytes, key: bytes) -> bytes:
    """The attribute over what comes before it, whose length field counts it in (RFC 8489 section 14.5)."""
    told = _with_length(before, len(before) - HEADER_BYTES + 4 + HMAC_BYTES)
    return _ATTRIBUTE.pack(MESSAGE_INTEGRITY, HMAC_BYTES) + hmac.digest(key, told, "sha1")


def _fingerprint(before: bytes) -> bytes:
    told = _with_length(before, len(before) - HEADER_BYTES + 8)
    return struct.pack("!HHL", FINGERPRINT, 4, zlib.crc32(told) ^ FINGERPRINT_XOR)


def _with_length(message: bytes, length: int) -> bytes:
    return message[:2] + length.to_bytes(2, "big") + message[4:]


def _response(transaction: bytes, source: tuple[str, int], key: bytes) -> bytes:
    address = ip_address(source[0])
    mask = COOKIE.to_bytes(4, "big") + transaction
    mapped = bytes(a ^ b for a, b in zip(address.packed, mask, strict=False))
    value = struct.pack("!BBH", 0, 1 if address.version == 4 else 2, source[1] ^ (COOKIE >> 16)) + mapped
    message = struct.pack("!HHL", BINDING_RESPONSE, 0, COOKIE) + transaction
    message += _ATTRIBUTE.pack(XOR_MAPPED_ADDRESS, len(value)) + value
    message += _integrity(message, key)
    message += _fingerprint(message)
    return _with_length(message, len(message) - HEADER_BYTES)
