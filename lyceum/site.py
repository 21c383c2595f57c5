"""The built browser client as static files, with the headers that keep it on its own origin."""

from mimetypes import guess_type
from pathlib import Path

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data: blob:",
        "media-src 'self' blob:",
        "font-src 'self' data:",
        "style-src 'self' 'unsafe-inline'",
        "worker-src 'self' blob:",
        "connect-src 'self' blob: data:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'self'",
    )
)
SECURITY_HEADERS = {
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(self), microphone=(self), display-capture=(self)",
    "cross-origin-opener-policy": "same-origin",
}
NOT_BUILT = "The browser client is not built yet: run `make setup` in the repository.\n"


class SecurityHeaders:
    """ASGI middleware that adds `SECURITY_HEADERS` to every answer that does not set its own."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SECURITY_HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, with_headers)


class Site(StaticFiles):
    """Files under ``dist``; a path that is none of them gets the application, which routes by itself.

    Files with a hash in their name (under ``assets/``) may be kept for a year, everything else is asked for again.
    """

    def __init__(self, dist: Path) -> None:
        super().__init__(directory=dist, html=True, check_dir=False)
        self._index = dist / "index.html"

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = self._compressed(path, scope)
        if response is None:
            response = await self._plain(path, scope)
        hashed = path.startswith("assets/")
        response.headers["cache-control"] = "public, max-age=31536000, immutable" if hashed else "no-cache"
        return response

    def _compressed(self, path: str, scope: Scope) -> Response | None:
        """The file as the build compressed it, for who takes that: nothing is compressed on the event loop."""
        if "gzip" not in Headers(scope=scope).get("accept-encoding", ""):
            return None
        full, found = self.lookup_path(path + ".gz")
        if found is None:
            return None
        media_type = guess_type(path)[0] or "text/plain"
        headers = {"content-encoding": "gzip", "vary": "accept-encoding"}
        return FileResponse(full, stat_result=found, media_type=media_type, headers=headers)

    async def _plain(self, path: str, scope: Scope) -> Response:
        try:
            return await super().get_response(path, scope)
        except HTTPException as error:
            if error.status_code != 404 or (Path(path).suffix and not path.startswith("class/")):
                raise
            return self._application()

    def _application(self) -> Response:
        if not self._index.exists():
            return PlainTextResponse(NOT_BUILT, 503)
        return FileResponse(self._index)
