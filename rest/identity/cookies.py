"""Sessions of browsers: two cookies no script can read, and a check of where a changing request comes from.

``SameSite`` keeps the cookies from requests other sites start; the check of ``Origin`` (Fetch standard) also stops what
comes from another origin of the same site. Machines send ``Authorization`` and are not concerned.
"""

from urllib.parse import urlsplit

from fastapi import Request, Response

from rest.problems import Forbidden

SESSION = "lyceum_session"
REFRESH = "lyceum_refresh"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
REFRESH_PATH = "/v1/auth"


def give(request: Request, response: Response, access: str, refresh: str, seconds: int) -> None:
    """Set both cookies; the refresh token travels to the sign-in routes only."""
    base = request.scope.get("root_path", "")
    secure = request.app.state.settings.public_url.startswith("https://")
    response.set_cookie(
        SESSION, access, max_age=seconds, path=base or "/", secure=secure, httponly=True, samesite="lax"
    )
    response.set_cookie(
        REFRESH, refresh, max_age=seconds, path=base + REFRESH_PATH, secure=secure, httponly=True, samesite="strict"
    )


def take(request: Request, response: Response) -> None:
    """Have the browser forget both."""
    base = request.scope.get("root_path", "")
    response.delete_cookie(SESSION, path=base or "/")
    response.delete_cookie(REFRESH, path=base + REFRESH_PATH)


def check_origin(request: Request) -> None:
    """Raise `Forbidden` unless a request that may change something comes from our own pages."""
    if request.method in SAFE:
        return
    origin = request.headers.get("origin")
    if origin is None:
        own = request.headers.get("sec-fetch-site") == "same-origin"
    else:
        own = origin == request.app.state.settings.public_url or _host(origin) == request.headers.get("host", "?")
    if not own:
        raise Forbidden("other-origin", "This was sent from another site; open Lyceum itself and try there.")


def _host(origin: str) -> str:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return ""
