"""Where routes hang, and how a request finds its own among a hundred and fifty.

FastAPI tries routes one after the other, and those of an included router twice; `Signpost` goes by the first word of
the path, so that a request is compared with the few routes of its kind. What it does not know is tried the long way,
which also answers what is wrong with the path or the method.
"""

from collections.abc import Iterable, Sequence

from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute, Match
from starlette.types import Receive, Scope, Send

PREFIX = "/v1"
CHOSEN = "lyceum_route"
"""In the scope of a request: the route it has found."""


def router(tag: str, path: str = "") -> APIRouter:
    """A domain's routes, below ``path``, under one heading of the documentation."""
    return APIRouter(prefix=PREFIX + path, tags=[tag])


class Signpost(BaseRoute):
    """Stands before the routes it is made of, and takes what fits one of them altogether."""

    def __init__(self, routes: Iterable[BaseRoute]) -> None:
        self._by_word: dict[str, list[APIRoute]] = {}
        for route in routes:
            if isinstance(route, APIRoute):
                self._by_word.setdefault(_word(route.path), []).append(route)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        if scope["type"] == "http":
            path: str = scope["path"]
            for route in self._by_word.get(_word(path.removeprefix(scope.get("root_path", ""))), ()):
                match, found = route.matches(scope)
                if match is Match.FULL:
                    return match, {**found, CHOSEN: route}
        return Match.NONE, {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        route: APIRoute = scope[CHOSEN]
        scope["route"] = route
        await route.handle(scope, receive, send)


def flat(routers: Sequence[APIRouter]) -> list[BaseRoute]:
    """Every route of ``routers``, in order, with a signpost before them."""
    routes = [route for router in routers for route in router.routes]
    return [Signpost(routes), *routes]


def _word(path: str) -> str:
    """The first word after the prefix."""
    return path.removeprefix(PREFIX + "/").partition("/")[0]
