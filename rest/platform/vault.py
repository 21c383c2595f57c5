# pyright: strict
"""Field encryption: AES-256-GCM (NIST SP 800-38D), a key a tenant, under master keys that rotate.

A sealed field is ``01 | key id (4) | nonce (12) | ciphertext and tag``. Tenant, column and row are authenticated
with it, so that a sealed field moved to another row or tenant does not open. What must be found by its value has a
blind index beside it: an HMAC-SHA-256 under a key of its own, which says only that two values are the same.
"""

import hashlib
import hmac
from collections.abc import Callable, Sequence
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_FORMAT = b"\x01"
_ID_BYTES = 4
_NONCE_BYTES = 12
_HEAD = 1 + _ID_BYTES
_TAG_BYTES = 16


class VaultError(Exception):
    """A sealed field that does not open: damaged, moved, or closed under a key this server was not given."""


class Vault:
    """Seals and opens fields. ``masters``: the current master key first, then those it replaced."""

    def __init__(self, masters: Sequence[str], random_bytes: Callable[[int], bytes]) -> None:
        if not masters:
            raise ValueError("at least one master key")
        self._masters = {_key_id(master): master.encode() for master in masters}
        self._current = _key_id(masters[0])
        self._random = random_bytes
        self._cipher = lru_cache(maxsize=4096)(self._make_cipher)

    def seal(self, tenant: str, place: str, text: str) -> bytes:
        """``text`` closed under the current key for ``place``: its column and row, such as ``people.name:0190…``."""
        nonce = self._random(_NONCE_BYTES)
        closed = self._cipher(self._current, tenant).encrypt(nonce, text.encode(), _context(tenant, place))
        return _FORMAT + self._current + nonce + closed

    def open(self, tenant: str, place: str, sealed: bytes) -> str:
        """The text inside ``sealed``; raise `VaultError`."""
        if len(sealed) < _HEAD + _NONCE_BYTES + _TAG_BYTES or sealed[:1] != _FORMAT:
            raise VaultError("not a sealed field")
        key_id, nonce = sealed[1:_HEAD], sealed[_HEAD : _HEAD + _NONCE_BYTES]
        if key_id not in self._masters:
            raise VaultError(f"closed under key {key_id.hex()}, which this server does not have")
        try:
            body = sealed[_HEAD + _NONCE_BYTES :]
            return self._cipher(key_id, tenant).decrypt(nonce, body, _context(tenant, place)).decode()
        except InvalidTag:
            raise VaultError("damaged, or from another place") from None

    def is_current(self, sealed: bytes) -> bool:
        """Whether ``sealed`` is under the current key."""
        return sealed[1:_HEAD] == self._current

    def index(self, tenant: str, purpose: str, value: str) -> bytes:
        """The blind index of ``value``, under the current key."""
        return self._index(self._current, tenant, purpose, value)

    def indexes(self, tenant: str, purpose: str, value: str) -> list[bytes]:
        """The blind indexes under which ``value`` may stand while keys rotate, the current one first."""
        return [self._index(key_id, tenant, purpose, value) for key_id in self._masters]

    def _index(self, key_id: bytes, tenant: str, purpose: str, value: str) -> bytes:
        key = _derive(self._masters[key_id], b"index", tenant)
        return hmac.digest(key, f"{purpose}\0{value}".encode(), "sha256")

    def _make_cipher(self, key_id: bytes, tenant: str) -> AESGCM:
        return AESGCM(_derive(self._masters[key_id], b"field", tenant))


def master_from_secret(secret: str) -> str:
    """The master key of a deployment that was given none."""
    return hashlib.blake2b(secret.encode(), digest_size=32, person=b"lyceum-fields").hexdigest()


def _key_id(master: str) -> bytes:
    return hashlib.blake2b(master.encode(), digest_size=_ID_BYTES, person=b"lyceum-key-id").digest()


def _derive(master: bytes, purpose: bytes, tenant: str) -> bytes:
    """A 256-bit key for one purpose and tenant (HKDF-Expand, RFC 5869, one block; the master is already uniform)."""
    key = hashlib.sha256(master).digest()
    return hmac.digest(key, purpose + b"\0" + tenant.encode() + b"\x01", "sha256")


def _context(tenant: str, place: str) -> bytes:
    return f"{tenant}\0{place}".encode()
