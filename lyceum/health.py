"""Liveness, readiness and figures of a plane that serves no people over HTTP, on ``LYCEUM_HEALTH_PORT``.

A few lines instead of a web server: a room worker that died should be up again at once.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from urllib.parse import parse_qs

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from lyceum.ports import listen
from lyceum.settings import Settings

REQUEST_SECONDS = 5.0
TEXT = "text/plain; charset=utf-8"
UNREADY = {"404": 404}
"""``/readyz?else=404``: what a proxy may ask for instead of 503. HAProxy takes 404 for "no new people", and anything
else for "dead: cut everybody off"."""
REASONS = {200: "OK", 404: "Not Found", 503: "Service Unavailable"}


def unready_status(otherwise: str | None) -> int:
    """The status of a process that is not ready, given the query's ``else``."""
    return UNREADY.get(otherwise or "", 503)


@asynccontextmanager
async def health(settings: Settings, ready: Callable[[], bool]) -> AsyncIterator[None]:
    """Serve while the body runs, if the settings name a port."""
    if settings.health_port is None:
        yield
        return

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(REQUEST_SECONDS):
                head = await reader.readuntil(b"\r\n\r\n")
                writer.write(_response(head, ready))
                await writer.drain()
        except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass
        finally:
            writer.close()

    with listen(settings.host, settings.health_port) as listener:
        async with await asyncio.start_server(answer, sock=listener):
            yield


def _response(head: bytes, ready: Callable[[], bool]) -> bytes:
    status, kind, body = _answer(head, ready)
    lines = (
        f"HTTP/1.1 {status} {REASONS[status]}",
        f"Content-Type: {kind}",
        f"Content-Length: {len(body)}",
        "Connection: close",
    )
    return "\r\n".join((*lines, "", "")).encode() + body


def _answer(head: bytes, ready: Callable[[], bool]) -> tuple[int, str, bytes]:
    words = head.split(b"\r\n", 1)[0].decode("latin-1").split(" ")
    path, _, query = words[1].partition("?") if len(words) == 3 and words[0] == "GET" else ("", "", "")
    match path:
        case "/healthz":
            return 200, TEXT, b"alive\n"
        case "/readyz":
            otherwise = parse_qs(query).get("else", [""])[0]
            return (200, TEXT, b"ready\n") if ready() else (unready_status(otherwise), TEXT, b"not ready\n")
        case "/metrics":
            return 200, CONTENT_TYPE_LATEST, generate_latest()
        case _:
            return 404, TEXT, b"there is nothing here\n"
