"""The outermost layer, as plain ASGI: an id for each request, a bound on its body, its figures."""

import re
import secrets
import time
from collections.abc import Callable

import structlog
from prometheus_client import Counter, Histogram
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

REQUESTS = Counter("lyceum_rest_requests_total", "Requests answered.", ["method", "route", "status"])
SECONDS = Histogram("lyceum_rest_request_seconds", "From the request's head to the answer's end.", ["route"])
_REQUEST_ID = re.compile(r"[A-Za-z0-9_-]{8,64}\Z")
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Edge:
    """Gives every request an id (one sent along by a proxy is kept), answers with it, and counts.

    ``limit`` says how many bytes the body of a request may have."""

    def __init__(self, app: ASGIApp, limit: Callable[[Scope], int]) -> None:
        self._app = app
        self._limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = _request_id(Headers(scope=scope))
        with structlog.contextvars.bound_contextvars(request=request_id):
            await self._app(scope, _bounded(scope, receive, self._limit(scope)), _noted(scope, send, request_id))


def _request_id(headers: Headers) -> str:
    given = headers.get("x-request-id", "")
    return given if _REQUEST_ID.match(given) else secrets.token_hex(8)


def _noted(scope: Scope, send: Send, request_id: str) -> Send:
    started = time.perf_counter()
    status = 0

    async def noted(message: Message) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = message["status"]
            MutableHeaders(scope=message)["x-request-id"] = request_id
        await send(message)
        if message["type"] == "http.response.body" and not message.get("more_body"):
            _count(scope, status, time.perf_counter() - started)

    return noted


def _count(scope: Scope, status: int, seconds: float) -> None:
    route = getattr(scope.get("route"), "path", "none")
    method = scope["method"] if scope["method"] in METHODS else "other"
    REQUESTS.labels(method, route, status).inc()
    SECONDS.labels(route).observe(seconds)


def _bounded(scope: Scope, receive: Receive, limit: int) -> Receive:
    """``receive`` that refuses (413) before it reads what was announced too large, and what turns out to be."""
    announced = Headers(scope=scope).get("content-length", "")
    taken = 0

    async def bounded() -> Message:
        nonlocal taken
        if announced.isdigit() and int(announced) > limit:
            raise _too_large(limit)
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > limit:
            raise _too_large(limit)
        return message

    return bounded


def _too_large(limit: int) -> HTTPException:
    return HTTPException(413, f"That is larger than the {limit} bytes this takes.", {"Connection": "close"})
