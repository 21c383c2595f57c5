"""schemathesis over the whole OpenAPI document: whatever is sent, nothing fails on our side, and every answer is one
that the document describes. Requests, right and wrong ones, are made by the schema and answered in this process."""

import itertools
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from rest.app import create_app
from rest.platform.ratelimit import Limiter
from tests.rest.test_every_route import World, world
from tests.rest.world import ORIGIN, Rest, User, settings_for

SCHEMA = schemathesis.openapi.from_dict(create_app(settings_for("postgresql://nowhere")).openapi())
CHECKS: list[Any] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]
EXAMPLES = 3
__all__ = ["world"]


def cases(operation: Any, mode: GenerationMode) -> list[Case]:
    """Some requests for an operation, the same in every run."""
    made: list[Case] = []

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
    )
    @given(operation.as_strategy(mode))
    def collect(case: Case) -> None:
        made.append(case)

    try:
        collect()
    except Unsatisfiable:
        pass  # nothing can be wrong about a request without parameters
    return made


async def send(case: Case, who: User) -> httpx.Response | None:
    """``case`` as ``who``; None when it would not get here."""
    options = case.as_transport_kwargs(base_url=ORIGIN + "/api")
    headers = {name: str(value).encode("utf-8", "replace") for name, value in (options.get("headers") or {}).items()}
    token = {} if case.path.endswith("/renew") else {"Authorization": f"Bearer {who.tokens.access}".encode()}
    kept = {name: options[name] for name in ("params", "json", "cookies") if options.get(name) is not None}
    content = options.get("data")
    if isinstance(content, str | bytes):
        kept["content"] = content
    try:
        pairs = [(str(name).encode(), value) for name, value in (headers | token).items()]
        request = who.rest.client.build_request(options["method"], options["url"], headers=pairs, **kept)
    except (httpx.InvalidURL, UnicodeError):
        return None
    if b"%0A" in request.url.raw_path.partition(b"?")[0]:
        return None  # the front door's mount takes no line break in a path: it never gets here
    return await who.rest.client.send(request)


@pytest.mark.slow
@pytest.mark.timeout(900)  # some 1,500 requests
async def test_every_answer_is_one_the_document_describes(rest: Rest, world: World) -> None:
    people = itertools.cycle([world.school.administrator, world.school.teacher, world.school.student])
    statuses: dict[int, int] = {}
    unsent = 0
    for found in SCHEMA.get_all_operations():
        operation: Any = found.ok()  # type: ignore[union-attr]
        if operation.path == "/v1/auth/sign-out":
            continue
        rest.app.state.limiter = Limiter(rest.clock)
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            for number, case in enumerate(cases(operation, mode)):
                if number % 2 == 0 and operation.method.upper() != "DELETE":
                    real = {name: world.ids[name] for name in case.path_parameters or {} if name in world.ids}
                    case.path_parameters = {**(case.path_parameters or {}), **real}
                who = next(people)
                answer = await send(case, who)
                if answer is None:
                    unsent += 1
                    continue
                statuses[answer.status_code] = statuses.get(answer.status_code, 0) + 1
                assert answer.status_code < 500, (operation.label, answer.text, case.as_curl_command())
                case.validate_response(answer, checks=CHECKS)
    assert {200, 201, 404, 422} <= statuses.keys(), statuses
    assert sum(statuses.values()) > 500, statuses
    assert unsent < 50
