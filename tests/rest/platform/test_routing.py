"""The signpost: every route is found by it, and what it does not know is answered as without it."""

import httpx
import pytest
from fastapi.routing import APIRoute

from rest.app import create_app
from rest.platform.routing import CHOSEN, Signpost
from tests.rest.world import client_of, settings_for

APP = create_app(settings_for("postgresql://nowhere"))
ROUTES = [route for route in APP.routes if isinstance(route, APIRoute)]
(SIGNPOST,) = [route for route in APP.routes if isinstance(route, Signpost)]


def found(method: str, path: str) -> APIRoute | None:
    scope = {"type": "http", "method": method, "path": "/api" + path, "root_path": "/api", "headers": []}
    _, chosen = SIGNPOST.matches(scope)
    return chosen.get(CHOSEN)


def test_every_route_is_the_one_that_its_path_and_method_lead_to() -> None:
    assert len(ROUTES) > 100
    for route in ROUTES:
        path = route.path
        for name in route.param_convertors:
            path = path.replace("{" + name + "}", "00000000-0000-0000-0000-000000000001")
        for method in route.methods or ():
            assert found(method, path) is route, (method, route.path)


@pytest.mark.parametrize("path", ["/v1/nothing", "/v1", "/", "/v1/quizzes/1/2/3/4/5", "/v2/courses"])
def test_it_knows_no_other_path(path: str) -> None:
    assert found("GET", path) is None


async def test_what_is_wrong_with_a_path_or_a_method_is_told_as_ever() -> None:
    async with client_of(APP) as client:
        assert (await client.get("/api/v1/nothing")).status_code == 404
        answer: httpx.Response = await client.request("PATCH", "/api/v1/terms")
        assert (answer.status_code, answer.json()["code"]) == (405, "method-not-allowed")
