"""Health of planes without people's HTTP; and what a proxy is told while a process drains."""

import asyncio
from collections.abc import Callable

import httpx
import pytest
from starlette.applications import Starlette

from lyceum.app import create_app
from lyceum.health import health
from lyceum.ports import listen
from lyceum.settings import Settings


def _free_port() -> int:
    with listen("127.0.0.1", 0) as opened:
        return opened.getsockname()[1]


async def _get(path: str, ready: Callable[[], bool]) -> httpx.Response:
    settings = Settings(health_port=_free_port())
    async with health(settings, ready), httpx.AsyncClient() as client:
        return await client.get(f"http://127.0.0.1:{settings.health_port}{path}")


@pytest.mark.parametrize(
    ("path", "ready", "status"),
    [
        ("/healthz", False, 200),
        ("/readyz", True, 200),
        ("/readyz", False, 503),
        ("/readyz?else=404", True, 200),
        ("/readyz?else=404", False, 404),
        ("/readyz?else=200", False, 503),
    ],
)
async def test_health_and_the_front_door_answer_alike(path: str, ready: bool, status: int) -> None:
    assert (await _get(path, lambda: ready)).status_code == status
    app = httpx.ASGITransport(create_app(Starlette(), lambda: ready))
    async with httpx.AsyncClient(transport=app, base_url="http://lyceum") as client:
        assert (await client.get(path)).status_code == status


async def test_figures_are_told_and_nothing_else() -> None:
    assert "process_cpu_seconds_total" in (await _get("/metrics", lambda: True)).text
    assert (await _get("/elsewhere", lambda: True)).status_code == 404


@pytest.mark.parametrize(
    "request_bytes", [b"\r\n\r\n", b"POST /healthz HTTP/1.1\r\n\r\n", b"GET //[ HTTP/1.1\r\n\r\n", b"x"]
)
async def test_nonsense_costs_nobody_anything(request_bytes: bytes) -> None:
    settings = Settings(health_port=_free_port())
    async with health(settings, lambda: True):
        reader, writer = await asyncio.open_connection("127.0.0.1", settings.health_port)
        writer.write(request_bytes)
        writer.write_eof()
        assert (await reader.read()).split(b" ")[1:2] in ([], [b"404"])
        writer.close()
        async with httpx.AsyncClient() as client:
            assert (await client.get(f"http://127.0.0.1:{settings.health_port}/healthz")).status_code == 200


async def test_without_a_port_nothing_is_served() -> None:
    async with health(Settings(), lambda: True):
        pass
