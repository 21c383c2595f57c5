"""The site: its files, its headers, and the application for every address it routes by itself."""

import gzip
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount

from lyceum.site import SecurityHeaders, Site


@pytest.fixture
def client(tmp_path: Path) -> httpx.AsyncClient:
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text("<!doctype html><title>Lyceum</title>")
    (tmp_path / "assets" / "app-1a2b.js").write_text("let plain")
    (tmp_path / "assets" / "app-1a2b.js.gz").write_bytes(gzip.compress(b"let compressed"))
    app = Starlette(routes=[Mount("/", app=Site(tmp_path))], middleware=[Middleware(SecurityHeaders)])
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://lyceum.test")


@pytest.mark.parametrize("path", ["/", "/class/algebra", "/class/algebra.1", "/settings"])
async def test_addresses_of_the_application_get_it(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert answer.status_code == 200
    assert "Lyceum" in answer.text
    assert answer.headers["cache-control"] == "no-cache"
    assert "default-src 'self'" in answer.headers["content-security-policy"]


async def test_a_file_that_is_missing_is_not_the_application(client: httpx.AsyncClient) -> None:
    assert (await client.get("/assets/gone-9z.js")).status_code == 404


async def test_files_are_sent_as_the_build_compressed_them(client: httpx.AsyncClient) -> None:
    answer = await client.get("/assets/app-1a2b.js", headers={"accept-encoding": "gzip"})
    assert answer.text == "let compressed"
    assert answer.headers["content-encoding"] == "gzip"
    assert "javascript" in answer.headers["content-type"]
    assert "immutable" in answer.headers["cache-control"]
    plain = await client.get("/assets/app-1a2b.js", headers={"accept-encoding": "identity"})
    assert plain.text == "let plain"


async def test_nobody_climbs_out(client: httpx.AsyncClient) -> None:
    assert (await client.get("/assets/%2e%2e/%2e%2e/etc/passwd")).text != Path("/etc/passwd").read_text()
