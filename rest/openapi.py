"""The OpenAPI document, and the check that every route of it is decided by the policy.

What FastAPI writes is completed: each operation says how callers prove who they are, and every way it refuses, as
problem details.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from rest.identity.principal import GUARDED
from rest.platform.routing import PREFIX
from rest.problems import MEDIA_TYPE, ProblemBody

PUBLIC = frozenset(
    {
        ("GET", "/demo"),
        ("GET", "/demo/accounts"),
        ("POST", "/demo/join"),
        ("POST", "/rooms/{room}/token/renew"),
        ("POST", "/auth/sign-in"),
        ("POST", "/auth/refresh"),
        ("POST", "/auth/password/forgot"),
        ("POST", "/auth/password/set"),
        ("POST", "/auth/email/verify"),
        ("GET", "/auth/providers"),
        ("GET", "/auth/oidc/callback"),
        ("GET", "/auth/oidc/{institution}/{provider_id}"),
        ("POST", "/institutions"),
        ("GET", "/dev/outbox"),
    }
)
"""Routes for callers who have not signed in. Whatever is not here asks the policy."""

REFUSALS = {
    400: "The request cannot be understood",
    401: "Not signed in, or no more",
    403: "Not allowed",
    404: "There is no such thing here",
    409: "In conflict with how things are",
    412: "Changed meanwhile: If-Match names another version",
    413: "Too large",
    415: "Not a kind of file that is taken",
    422: "A value is not acceptable",
    428: "If-Match is missing",
    429: "Tried too often",
    503: "Not now; try again",
}
DESCRIPTION = (
    "Institutions, courses and classes. Browsers sign in with cookies, programs with a bearer token or an API key. "
    "Lists are paged by cursor. A record's version is its ETag, and a change names it by If-Match. Errors are problem "
    "details."
)


class Unguarded(Exception):
    """A route that neither asks the policy nor is public."""


def check_guarded(routers: Iterable[APIRouter]) -> None:
    """Raise `Unguarded` unless every documented route asks the policy or is listed as public, and not both."""
    for router in routers:
        for route in router.routes:
            if isinstance(route, APIRoute) and route.include_in_schema:
                for method in route.methods or ():
                    if is_guarded(route.dependant) == ((method, route.path.removeprefix(PREFIX)) in PUBLIC):
                        raise Unguarded(f"{method} {route.path}")


def is_guarded(dependant: Dependant) -> bool:
    """Whether one of the dependencies decides."""
    return any(hasattr(inner.call, GUARDED) or is_guarded(inner) for inner in dependant.dependencies)


def install(app: FastAPI) -> None:
    """Have ``app`` answer with the completed document."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _complete(
                get_openapi(title="Lyceum", version="1", description=DESCRIPTION, routes=app.routes)
            )
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]


def _complete(document: dict[str, Any]) -> dict[str, Any]:
    document["servers"] = [{"url": "/api"}]
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    schemas.pop("HTTPValidationError", None)
    schemas.pop("ValidationError", None)
    problem = ProblemBody.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas |= problem.pop("$defs", {}) | {"Problem": problem}
    document["components"]["securitySchemes"] = {
        "session": {"type": "apiKey", "in": "cookie", "name": "lyceum_session"},
        "bearer": {"type": "http", "scheme": "bearer"},
    }
    for method, path, operation in operations(document):
        _complete_operation(method, path, operation)
    return document


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(METHOD, path, operation) of everything in a document."""
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if method in ("get", "post", "put", "patch", "delete"):
                yield method.upper(), path, operation


def _complete_operation(method: str, path: str, operation: dict[str, Any]) -> None:
    public = (method, path.removeprefix(PREFIX)) in PUBLIC
    operation["security"] = [] if public else [{"session": []}, {"bearer": []}]
    responses = operation["responses"]
    for status in sorted(_refusals(method, operation)):
        content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
        responses[str(status)] = {"description": REFUSALS[status], "content": content}


def _refusals(method: str, operation: dict[str, Any]) -> set[int]:
    names = {parameter["name"].lower() for parameter in operation.get("parameters", ())}
    found = {401, 403, 404, 422, 429, 503}
    found |= {400} if "cursor" in names else set()
    found |= {412, 428} if "if-match" in names else set()
    found |= {400, 413} if "requestBody" in operation else set()
    found |= {415} if "application/octet-stream" in operation.get("requestBody", {}).get("content", {}) else set()
    found |= {409} if method != "GET" else set()
    return found
