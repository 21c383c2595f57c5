"""An OpenID provider as a process of its own: discovery, authorization (whoever is named in ``login_hint`` is
signed in), token with PKCE, keys. ``python -m tests.rest.oidc.provider PORT`` prints ``ready`` when it listens.

What goes wrong on purpose is chosen by the person who signs in: ``wrong-nonce``, ``wrong-audience``, ``expired``,
``other-issuer``, ``other-key``, ``unsigned``, ``unverified``.
"""

import base64
import hashlib
import sys
import time
from typing import Any
from urllib.parse import urlencode

import uvicorn
from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

CLIENT, CLIENT_SECRET = "lyceum-tests", "provider-secret"
KEY = RSAKey.generate_key(2048, parameters={"kid": "one"})
FOREIGN = RSAKey.generate_key(2048, parameters={"kid": "one"})
codes: dict[str, dict[str, str]] = {}


def base(request: Request) -> str:
    return str(request.base_url).rstrip("/")


async def discovery(request: Request) -> Response:
    here = base(request)
    return JSONResponse(
        {
            "issuer": here,
            "authorization_endpoint": here + "/authorize",
            "token_endpoint": here + "/token",
            "jwks_uri": here + "/keys",
        }
    )


async def authorize(request: Request) -> Response:
    asked = dict(request.query_params)
    assert (asked["client_id"], asked["response_type"], asked["code_challenge_method"]) == (CLIENT, "code", "S256")
    code = f"code-{len(codes)}"
    codes[code] = asked
    back = urlencode({"code": code, "state": asked["state"]})
    return RedirectResponse(f"{asked['redirect_uri']}?{back}", 303)


async def token(request: Request) -> Response:
    form = {key: str(value) for key, value in (await request.form()).items()}
    asked = codes.pop(form.get("code", ""), None)
    digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
    known = (form.get("client_id"), form.get("client_secret")) == (CLIENT, CLIENT_SECRET)
    if asked is None or not known or challenge != asked["code_challenge"]:
        return JSONResponse({"error": "invalid_grant"}, 400)
    if form["redirect_uri"] != asked["redirect_uri"]:
        return JSONResponse({"error": "invalid_grant"}, 400)
    return JSONResponse({"access_token": "x", "token_type": "Bearer", "id_token": id_token(base(request), asked)})


def id_token(issuer: str, asked: dict[str, str]) -> str:
    name, _, domain = asked["login_hint"].partition("@")
    now = int(time.time())
    claims: dict[str, Any] = {
        "iss": issuer if name != "other-issuer" else "https://elsewhere.example",
        "aud": CLIENT if name != "wrong-audience" else "somebody-else",
        "sub": f"subject-of-{asked['login_hint']}",
        "nonce": asked["nonce"] if name != "wrong-nonce" else "another",
        "iat": now,
        "exp": now + 300 if name != "expired" else now - 300,
        "email": f"{name}@{domain}",
        "email_verified": name != "unverified",
        "name": name.title(),
    }
    if name == "unsigned":
        parts = [{"alg": "none"}, claims]
        text = [base64.urlsafe_b64encode(str(part).replace("'", '"').encode()).decode().rstrip("=") for part in parts]
        return ".".join([*text, ""])
    return jwt.encode({"alg": "RS256", "kid": "one"}, claims, FOREIGN if name == "other-key" else KEY)


async def keys(_request: Request) -> Response:
    return JSONResponse({"keys": [KEY.as_dict(private=False)]})


class Server(uvicorn.Server):
    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets)
        print("ready", flush=True)


if __name__ == "__main__":
    app = Starlette(
        routes=[
            Route("/.well-known/openid-configuration", discovery),
            Route("/authorize", authorize),
            Route("/token", token, methods=["POST"]),
            Route("/keys", keys),
        ]
    )
    Server(uvicorn.Config(app, "127.0.0.1", int(sys.argv[1]), log_level="warning")).run()
