"""Errors as RFC 9457 problem details: one shape for everything that is refused.

    {"type": "about:blank", "title": …, "status": 404, "code": "class-not-found", "detail": "…", "errors": […]}

``code`` is for programs, ``detail`` for people. The tree: `Problem` → `BadRequest` 400, `Unauthorized` 401,
`Forbidden` 403, `NotFound` 404, `Conflict` 409, `Stale` 412, `TooLarge` 413, `Unsupported` 415, `Unprocessable` 422,
`Unconditional` 428, `TooMany` 429, `Away` 503.
"""

import traceback
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, ClassVar, Self

import asyncpg
import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from starlette.exceptions import HTTPException

from rest.platform.refused import REFUSED_BY_DATABASE, SQLSTATES

MEDIA_TYPE = "application/problem+json"

log = structlog.get_logger("rest")


class Problem(Exception):
    """Something is refused; subclasses set the status."""

    status: ClassVar[int] = 500

    def __init__(self, code: str, detail: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.headers = headers
        self.keeps = False

    def keep(self) -> Self:
        """Have what the request wrote committed all the same: a refusal that must be remembered."""
        self.keeps = True
        return self


class BadRequest(Problem):
    status = 400


class Unauthorized(Problem):
    status = 401


class Forbidden(Problem):
    status = 403


class NotFound(Problem):
    status = 404


class Conflict(Problem):
    status = 409


class Stale(Problem):
    status = 412


class TooLarge(Problem):
    status = 413


class Unsupported(Problem):
    status = 415


class Unprocessable(Problem):
    status = 422


class Unconditional(Problem):
    status = 428


class TooMany(Problem):
    status = 429


class Away(Problem):
    status = 503


class FieldProblem(BaseModel):
    """What is wrong with one field."""

    field: str
    message: str


class ProblemBody(BaseModel):
    """RFC 9457 problem details."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    errors: list[FieldProblem] = []


def problem_response(
    status: int,
    code: str,
    detail: str,
    headers: Mapping[str, str] | None = None,
    errors: Sequence[Mapping[str, Any]] = (),
) -> JSONResponse:
    """One problem as a response."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": detail,
    }
    if errors:
        body["errors"] = list(errors)
    return JSONResponse(body, status, headers=dict(headers or {}), media_type=MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Have every error of ``app`` answered as a problem."""
    app.add_exception_handler(Problem, _on_problem)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(DBAPIError, _on_database)
    app.add_exception_handler(asyncpg.PostgresError, _on_driver)
    app.add_exception_handler(asyncpg.InterfaceError, _on_away)
    app.add_exception_handler(PoolExhausted, _on_away)
    app.add_exception_handler(OSError, _on_away)
    app.add_exception_handler(Exception, _on_defect)


async def _on_problem(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, Problem)
    return problem_response(error.status, error.code, error.detail, error.headers)


async def _on_http(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    code = HTTPStatus(error.status_code).phrase.lower().replace(" ", "-")
    return problem_response(error.status_code, code, str(error.detail), error.headers)


async def _on_invalid(_request: Request, error: Exception) -> JSONResponse:
    """Say which field is wrong and why; what was sent is not repeated (it may hold a password)."""
    assert isinstance(error, RequestValidationError)
    errors = [{"field": _printable(item["loc"]), "message": _plain(item["msg"])} for item in error.errors()[:20]]
    words = "; ".join(f"{item['field']}: {item['message']}" for item in errors[:3])
    return problem_response(422, "invalid-request", words, errors=errors)


async def _on_database(request: Request, error: Exception) -> JSONResponse:
    """What PostgreSQL refuses is the caller's to mend when a constraint says so; what it cannot do now, ours."""
    assert isinstance(error, DBAPIError)
    cause = getattr(error.orig, "__cause__", None) or error
    return await (_on_away if error.connection_invalidated else _on_driver)(request, cause)


async def _on_driver(request: Request, error: Exception) -> JSONResponse:
    """The same, as the driver says it."""
    constraint = getattr(error, "constraint_name", None) or ""
    if constraint in REFUSED_BY_DATABASE:
        return problem_response(409, *REFUSED_BY_DATABASE[constraint])
    state = getattr(error, "sqlstate", None) or ""
    if state in SQLSTATES:
        status, code, words = SQLSTATES[state]
        return problem_response(status, code, words)
    if state.startswith(("08", "57", "53")):
        return await _on_away(request, error)
    return await _on_defect(request, error)


async def _on_away(_request: Request, error: Exception) -> JSONResponse:
    log.warning("database away", kind=type(error).__name__)
    return problem_response(
        503, "try-later", "The server cannot do that right now; please try again.", {"Retry-After": "2"}
    )


async def _on_defect(request: Request, error: Exception) -> JSONResponse:
    """A defect of ours: the log is told where, without the error's words, which may repeat what people sent."""
    where = "".join(traceback.format_tb(error.__traceback__)[-8:])
    log.error("defect", kind=type(error).__name__, route=_route(request), where=where)
    return problem_response(500, "defect", "Something went wrong on the server; it has been noted.")


def _route(request: Request) -> str:
    return getattr(request.scope.get("route"), "path", "")


def _printable(location: Sequence[Any]) -> str:
    """Names of fields as they were sent, which may be any text at all: short, in characters that can be sent back."""
    return ".".join(_plain(str(part))[:80] for part in location)


def _plain(text: str) -> str:
    return text.encode("utf-8", "replace").decode()
