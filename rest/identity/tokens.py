# pyright: strict
"""Tokens, without I/O.

- **Access**: a JWT (HS256, aud ``lyceum-session``) of one session; short-lived, and looked up at each use all the
  same, so that signing out takes effect at once. The signature keeps forgeries away from the database.
- **Opaque** (refresh, one-time links, API keys): ``kind_tenant~id~number~secret``. The database knows only a hash of
  the secret.
"""

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

import jwt
import msgspec

from realtime.ids import is_name

ISSUER = "lyceum"
AUDIENCE = "lyceum-session"
ACCESS_SECONDS = 15 * 60
MAX_TOKEN = 4096
REMEMBERED = 4096
"""Tokens whose signature this process need not check again; what is forged is not remembered."""
REFRESH, ONE_TIME, API_KEY, INVITATION = "lyr", "lyo", "lyk", "lyi"


class BadToken(Exception):
    """A token that is not one of ours, or no more."""


class Access(msgspec.Struct, frozen=True):
    """The claims of an access token."""

    ten: str
    sub: UUID
    sid: UUID
    exp: float


@dataclass(frozen=True, slots=True)
class Opaque:
    """An opaque token, taken apart."""

    tenant: str
    id: UUID
    secret: bytes
    number: int = 0
    """Of a refresh token, its place in the session's chain."""

    def matches(self, digest: bytes) -> bool:
        """Whether ``digest`` is that of this token's secret; takes the same time either way."""
        return hmac.compare_digest(fingerprint(self.secret), digest)


def mint_access(secret: str, tenant: str, person: UUID, session: UUID, now: float) -> str:
    """An access token good for `ACCESS_SECONDS` from ``now`` (Unix seconds)."""
    claims = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "ten": tenant,
        "sub": str(person),
        "sid": str(session),
        "exp": int(now + ACCESS_SECONDS),
    }
    return jwt.encode(claims, _signing_key(secret), algorithm="HS256")


def read_access(secret: str, token: str, now: float) -> Access:
    """The claims of ``token``; raise `BadToken` when it is forged, malformed or past its time."""
    if len(token) > MAX_TOKEN:
        raise BadToken
    access = _opened(secret, token)
    if access.exp <= now:
        raise BadToken
    return access


@lru_cache(maxsize=REMEMBERED)
def _opened(secret: str, token: str) -> Access:
    """The claims of a token that is signed with ``secret``, whatever its time; the same token comes again and again."""
    try:
        raw = jwt.decode(
            token,
            _signing_key(secret),
            algorithms=["HS256"],
            audience=AUDIENCE,
            issuer=ISSUER,
            options={"verify_exp": False, "verify_iat": False, "verify_nbf": False, "require": ["exp", "sub"]},
        )
        return msgspec.convert(raw, Access)
    except (jwt.PyJWTError, msgspec.ValidationError, ValueError):
        raise BadToken from None


def write_opaque(kind: str, token: Opaque) -> str:
    """``token`` as text."""
    secret = base64.urlsafe_b64encode(token.secret).decode().rstrip("=")
    return f"{kind}_{token.tenant}~{token.id.hex}~{token.number}~{secret}"


def read_opaque(kind: str, text: str) -> Opaque:
    """``text`` taken apart; raise `BadToken`."""
    head, _, rest = text.partition("_")
    parts = rest.split("~")
    if len(text) > MAX_TOKEN or head != kind or len(parts) != 4 or not is_name(parts[0]):
        raise BadToken
    tenant, id_text, number, secret = parts
    try:
        raw = base64.b64decode(secret + "=" * (-len(secret) % 4), b"-_", validate=True)
        return Opaque(tenant, UUID(hex=id_text), raw, _number(number))
    except (ValueError, binascii.Error):
        raise BadToken from None


def fingerprint(secret: bytes) -> bytes:
    """What is kept of a secret of 256 random bits: no slow hash is needed for what cannot be guessed."""
    return hashlib.sha256(secret).digest()


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 9):
        raise ValueError("not a number")
    return int(text)


def _signing_key(secret: str) -> bytes:
    """A key for session tokens alone, so that no join token, nor any other use of the secret, passes for one."""
    return hashlib.blake2b(secret.encode(), digest_size=32, person=b"lyceum-session").digest()
