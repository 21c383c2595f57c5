"""What happens before a route is reached, and how anything at all is refused."""

from collections.abc import AsyncIterator

import pytest

from tests.rest.world import Rest, School, User, code

SIGN_IN = "/api/v1/auth/sign-in"


@pytest.fixture
def ada(school: School) -> User:
    return school.administrator


async def test_what_is_announced_too_large_is_not_read(rest: Rest) -> None:
    read: list[int] = []

    async def body() -> AsyncIterator[bytes]:
        read.append(1)
        yield b"x"

    headers = {"content-length": str(2**40), "content-type": "application/json"}
    answer = await rest.client.post(SIGN_IN, content=body(), headers=headers)
    assert code(answer, 413) == "content-too-large" or answer.status_code == 413
    assert read == []


async def test_what_turns_out_too_large_is_refused_on_the_way(rest: Rest) -> None:
    sent = 0

    async def body() -> AsyncIterator[bytes]:
        nonlocal sent
        while True:
            sent += 1
            yield b"x" * 65_536

    answer = await rest.client.post(SIGN_IN, content=body(), headers={"content-type": "application/json"})
    assert answer.status_code == 413
    assert sent <= rest.settings.body_bytes // 65_536 + 2


async def test_a_request_has_an_id_and_keeps_one_it_came_with(rest: Rest) -> None:
    first = await rest.client.get("/api/v1/demo")
    second = await rest.client.get("/api/v1/demo")
    assert first.headers["x-request-id"] != second.headers["x-request-id"]
    given = await rest.client.get("/api/v1/demo", headers={"x-request-id": "from-the-proxy-1"})
    assert given.headers["x-request-id"] == "from-the-proxy-1"
    odd = await rest.client.get("/api/v1/demo", headers={"x-request-id": "a b\tc"})
    assert odd.headers["x-request-id"] != "a b\tc"


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/api/v1/nothing", 404), ("PUT", "/api/v1/me", 405), ("GET", "/api/", 404)]
)
async def test_there_is_a_problem_for_what_is_not_there(rest: Rest, method: str, path: str, status: int) -> None:
    code(await rest.client.request(method, path), status)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"a": \xff}',
        b'"' + b"[" * 50_000,
        b"[" * 100_000,
        b'{"\\ud800": "\\udfff"}',
        b'{"institution": "\\u0000", "email": "a@b", "password": "x"}',
        b'{"institution": "a", "email": "a@b", "password": "\\ud800"}',
        b'{"institution": "a", "email": "a@b", "password": "x", "extra": 1}',
        b'{"institution": ' + b"9" * 5000 + b"}",
    ],
)
async def test_a_body_that_is_no_request_is_refused_in_words(rest: Rest, content: bytes) -> None:
    answer = await rest.client.post(SIGN_IN, content=content, headers={"content-type": "application/json"})
    assert answer.status_code in (400, 422)
    code(answer, answer.status_code)


async def test_what_was_sent_is_not_repeated(rest: Rest) -> None:
    words = {"institution": "a", "email": "not an address", "password": ["s3cret"]}
    answer = await rest.client.post(SIGN_IN, json=words)
    assert code(answer, 422) == "invalid-request"
    assert "s3cret" not in answer.text
    assert [error["field"] for error in answer.json()["errors"]] == ["body.email", "body.password"]


@pytest.mark.parametrize(
    "header", ["Basic YTpi", "Bearer", "Bearer ", "Bearer x", "Bearer lyk_x", "bearer é", "x" * 9000]
)
async def test_a_token_that_is_none_of_ours_is_nobody(rest: Rest, header: str) -> None:
    answer = await rest.client.get("/api/v1/me", headers=[(b"Authorization", header.encode())])
    assert code(answer, 401) == "sign-in"
    assert answer.headers["www-authenticate"] == "Bearer"


async def test_a_database_that_is_away_is_said_to_be(rest: Rest, ada: User) -> None:
    rest.app.state.database.engine.pool._creator = _nobody_there
    await rest.database.engine.dispose()
    answer = await ada("GET", "/me")
    assert code(answer, 503) == "try-later"
    assert answer.headers["retry-after"]


def _nobody_there(*_args: object) -> None:
    raise ConnectionRefusedError
