"""Join tokens: a grant, signed.

A token is a JWT (RFC 7519) signed with HS256 over the deployment's secret. Claims::

    iss "lyceum"   aud "lyceum-join"   sub user id   exp, iat unix seconds
    ten tenant     rm  room, or a prefix ending in "*"      rol role      nam display name
"""

import hashlib
from functools import lru_cache

import jwt
import msgspec

from realtime.ids import is_name, room_key
from realtime.roles import Capability, Role, may

ISSUER = "lyceum"
AUDIENCE = "lyceum-join"
ALGORITHM = "HS256"
MAX_TOKEN_BYTES = 4096
MAX_USER_CHARACTERS = 128
MAX_NAME_CHARACTERS = 80
MIN_SECRET_BYTES = 16
DEFAULT_TENANT = "default"
REMEMBERED_TOKENS = 2048
"""The last ones whose signature was right."""


class TokenRefused(Exception):
    """A token that opens nothing. ``code`` is one of ``token-missing``, ``token-invalid``, ``token-expired``,
    ``token-wrong-room``; it never repeats the token."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class Grant(msgspec.Struct, frozen=True):
    """Who may enter which room, as what, until when."""

    room: str
    """A room name, or a prefix ending in ``*``."""
    user: str
    role: Role = Role.STUDENT
    tenant: str = DEFAULT_TENANT
    name: str = ""
    """What other people read; the user id when empty."""
    expires: float = 0.0
    """Unix seconds."""
    issued: float = 0.0
    """Unix seconds, when it was signed: a withdrawn grant is told from a later one by it."""

    def opens(self, room: str) -> bool:
        """Whether this grant is for ``room``."""
        if self.room.endswith("*"):
            return room.startswith(self.room[:-1])
        return room == self.room

    @property
    def is_for_many(self) -> bool:
        """Whether it is for a prefix: a service or a load test under one name, not one person."""
        return self.room.endswith("*")

    def may(self, capability: Capability) -> bool:
        """Whether the role of this grant holds ``capability``."""
        return may(self.role, capability)

    def key(self, room: str) -> str:
        """The room key of ``room`` for this grant's tenant."""
        return room_key(self.tenant, room)

    @property
    def shown_name(self) -> str:
        return self.name or self.user


def check_grant(grant: Grant) -> Grant:
    """Return ``grant``; raise `TokenRefused` when a field is not well formed."""
    prefix = grant.room.removesuffix("*")
    room_ok = is_name(grant.room) or (grant.room.endswith("*") and (prefix == "" or is_name(prefix)))
    user_ok = 0 < len(grant.user) <= MAX_USER_CHARACTERS and grant.user.isprintable()
    name_ok = len(grant.name) <= MAX_NAME_CHARACTERS and (grant.name == "" or grant.name.isprintable())
    if not (room_ok and user_ok and name_ok and is_name(grant.tenant)):
        raise TokenRefused("token-invalid", "The join token names a room, person or institution that cannot exist.")
    return grant


def mint(grant: Grant, secret: str, now: float, ttl: float) -> str:
    """Sign ``grant`` into a token that expires ``ttl`` seconds after ``now`` (Unix seconds)."""
    check_grant(grant)
    claims = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": grant.user,
        "iat": int(now),
        "exp": int(now + ttl),
        "ten": grant.tenant,
        "rm": grant.room,
        "rol": grant.role.value,
        "nam": grant.name,
    }
    return jwt.encode(claims, _signing_key(secret), algorithm=ALGORITHM)


def verify(token: str | None, secret: str, now: float) -> Grant:
    """The grant inside ``token``; raise `TokenRefused` when it is missing, forged, malformed or past ``exp``."""
    if not token:
        raise TokenRefused("token-missing", "A join token is needed to enter a room.")
    if len(token) > MAX_TOKEN_BYTES:
        raise TokenRefused("token-invalid", "The join token is too long.")
    claims = _decode(token, secret)
    if claims.exp <= now:
        raise TokenRefused("token-expired", "The join token has expired; ask for a fresh one.")
    return check_grant(
        Grant(claims.rm, claims.sub, claims.rol, claims.ten, claims.nam, claims.exp, claims.iat),
    )


def verify_for(token: str | None, room: str, secret: str, now: float) -> Grant:
    """`verify`, and raise ``token-wrong-room`` when the grant does not open ``room``."""
    grant = verify(token, secret, now)
    if not grant.opens(room):
        raise TokenRefused("token-wrong-room", "The join token is for another room.")
    return grant


class _Claims(msgspec.Struct, frozen=True):
    sub: str
    exp: float
    rm: str
    rol: Role
    ten: str = DEFAULT_TENANT
    nam: str = ""
    iat: float = 0.0


@lru_cache(REMEMBERED_TOKENS)
def _decode(token: str, secret: str) -> _Claims:
    """Check the signature, issuer and audience; expiry is checked by the caller, against the time handed in.

    What was signed once is signed for ever, so those who come back are known: a class that reconnects costs no
    signatures. Refusals are not remembered."""
    try:
        raw = jwt.decode(
            token,
            _signing_key(secret),
            algorithms=[ALGORITHM],
            audience=AUDIENCE,
            issuer=ISSUER,
            options={"verify_exp": False, "verify_iat": False, "verify_nbf": False, "require": ["exp", "sub"]},
        )
        return msgspec.convert(raw, _Claims)
    except (jwt.PyJWTError, msgspec.ValidationError, ValueError):
        raise TokenRefused("token-invalid", "The join token was not signed by this server.") from None


@lru_cache(8)
def _signing_key(secret: str) -> bytes:
    """A 256-bit key for join tokens alone, so that no other use of the secret can sign one."""
    return hashlib.blake2b(secret.encode(), digest_size=32, person=b"lyceum-join").digest()
