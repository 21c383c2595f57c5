"""OpenID Connect (Core 1.0, Discovery 1.0) by authorization code with PKCE (RFC 7636), as the relying party.

    begin ─▶ the provider's page ─▶ callback(code, state) ─ finish ─▶ who it is

What `begin` must remember travels in the person's own browser, sealed: no state is kept here in between.
"""

import hmac
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlsplit

from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from rest.oidc.fetch import Fetch, ProviderAway
from rest.platform.vault import Vault, VaultError

ALGORITHMS = ["RS256", "PS256", "ES256", "RS384", "RS512", "ES384", "ES512"]
STATE_SECONDS = 600
LEEWAY = 60
_STATE = ("oidc", "state")


class Refused(Exception):
    """This sign-in goes no further. ``code`` is for the sign-in page."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Endpoints:
    """What discovery tells."""

    issuer: str
    authorization: str
    token: str
    keys: str


@dataclass(frozen=True, slots=True)
class Pending:
    """A sign-in that is at the provider."""

    tenant: str
    provider: str
    state: str
    nonce: str
    verifier: str
    next: str
    until: float


@dataclass(frozen=True, slots=True)
class Found:
    """Whom the provider vouches for."""

    subject: str
    email: str | None
    """Only when the provider says that it is verified."""
    name: str


async def discover(fetch: Fetch, issuer: str) -> Endpoints:
    """The provider's endpoints; raise `ProviderAway` when it is another issuer than it was asked for."""
    told = await fetch.get(issuer.rstrip("/") + "/.well-known/openid-configuration")
    names = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri")
    values = [told.get(name) for name in names]
    if not all(isinstance(value, str) for value in values) or told["issuer"].rstrip("/") != issuer.rstrip("/"):
        raise ProviderAway("discovery tells something else")
    return Endpoints(*map(str, values))


def begin(endpoints: Endpoints, client_id: str, redirect: str, pending: Pending) -> str:
    """The address of the provider's page."""
    return prepare_grant_uri(
        endpoints.authorization,
        client_id=client_id,
        response_type="code",
        redirect_uri=redirect,
        scope="openid email profile",
        state=pending.state,
        nonce=pending.nonce,
        code_challenge=create_s256_code_challenge(pending.verifier),
        code_challenge_method="S256",
    )


def new_pending(tenant: str, provider: str, next: str, now: float, token: Callable[[], str]) -> Pending:
    """A sign-in that begins; ``token`` makes unguessable texts of at least 43 characters."""
    return Pending(tenant, provider, token(), token(), token(), safe_path(next), now + STATE_SECONDS)


def seal_pending(vault: Vault, pending: Pending) -> str:
    """For a cookie."""
    return vault.seal(*_STATE, json.dumps(asdict(pending))).hex()


def open_pending(vault: Vault, cookie: str, state: str, now: float) -> Pending:
    """What `begin` remembered, when ``state`` is what the provider was given; raise `Refused`."""
    try:
        pending = Pending(**json.loads(vault.open(*_STATE, bytes.fromhex(cookie))))
    except (VaultError, ValueError, TypeError):
        raise Refused("sign-in-lost") from None
    if not hmac.compare_digest(pending.state.encode(), state.encode("utf-8", "replace")) or pending.until <= now:
        raise Refused("sign-in-lost")
    return pending


async def finish(
    fetch: Fetch, endpoints: Endpoints, client: tuple[str, str], redirect: str, code: str, pending: Pending, now: float
) -> Found:
    """Trade the code for an ID token and read it; raise `Refused` or `ProviderAway`. ``client``: id and secret."""
    client_id, secret = client
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect, "client_id": client_id}
    told = await fetch.post(endpoints.token, form | {"client_secret": secret, "code_verifier": pending.verifier})
    claims = _verified(str(told.get("id_token", "")), await fetch.get(endpoints.keys))
    _check(claims, endpoints.issuer, client_id, pending.nonce, now)
    verified = claims.get("email_verified") is True and isinstance(claims.get("email"), str)
    return Found(str(claims["sub"]), claims["email"] if verified else None, str(claims.get("name") or "")[:200])


def _verified(token: str, keys: dict[str, Any]) -> dict[str, Any]:
    try:
        return dict(jwt.decode(token, KeySet.import_key_set(keys), algorithms=ALGORITHMS).claims)  # type: ignore[arg-type]
    except (JoseError, ValueError, TypeError, KeyError):
        raise Refused("provider-token") from None


def _check(claims: dict[str, Any], issuer: str, client_id: str, nonce: str, now: float) -> None:
    """ID token validation, Core 1.0 §3.1.3.7."""
    wanted = {
        "iss": {"essential": True, "value": issuer},
        "aud": {"essential": True, "value": client_id},
        "sub": {"essential": True},
        "nonce": {"essential": True, "value": nonce},
    }
    token = CodeIDToken(claims, {}, options=wanted, params={"nonce": nonce, "client_id": client_id})
    try:
        token.validate(now=now, leeway=LEEWAY)
    except Exception as error:  # authlib has one class a claim, and they share no narrower base
        raise Refused("provider-claims") from error


def safe_path(path: str) -> str:
    """``path`` when it is one of this origin, else the front page: a sign-in link must not send people elsewhere."""
    parts = urlsplit(path)
    plain = path.startswith("/") and not path.startswith("//") and "\\" not in path and path.isprintable()
    return path if plain and not parts.scheme and not parts.netloc else "/"
