"""Recordings over HTTP: listed and deleted with a join token, watched with it or with a ticket for one recording.

GET    /recordings/{room}                 a list
GET    /recordings/{room}/{id}/{name}     a file of one, with ranges
DELETE /recordings/{room}/{id}            staff
"""

import asyncio
import hashlib
import hmac
import re
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from media import archive
from media.errors import Conflict, Forbidden, MediaError, NoSuchPublication, Unauthorized
from media.http import Verify, enter, problem

Handler = Callable[[Request], Awaitable[Response]]
TICKET_SECONDS = 12 * 3600
IDENT = re.compile(r"[0-9]{8}T[0-9]{6}Z(-[0-9]{1,4})?")
NAME = re.compile(r"timeline\.json|events\.jsonl|[0-9]{4,9}-[a-z-]{1,20}\.(webm|mp4)")
TYPES = {".json": "application/json", ".jsonl": "application/x-ndjson", ".webm": "video/webm", ".mp4": "video/mp4"}


class Tickets:
    """Signed permission to read one recording for a while: what a media element can carry in its address."""

    def __init__(self, secret: str, wall: Callable[[], float] = time.time) -> None:
        self._key = hashlib.blake2b(secret.encode(), digest_size=32, person=b"lyceum-recording").digest()
        self._wall = wall

    def make(self, tenant: str, room: str, ident: str) -> str:
        until = int(self._wall()) + TICKET_SECONDS
        return f"{tenant}.{until}.{self._sign(tenant, room, ident, until)}"

    def tenant(self, ticket: str, room: str, ident: str) -> str:
        """The tenant it was made for. Raises `Unauthorized`."""
        head, _, signature = ticket.rpartition(".")
        tenant, _, until = head.rpartition(".")
        if until.isdigit() and len(until) < 12 and int(until) > self._wall():
            signed = self._sign(tenant, room, ident, int(until))
            if hmac.compare_digest(signed.encode(), signature.encode("utf-8", "replace")):
                return tenant
        raise Unauthorized("this ticket is not valid, or not any more: list the recordings again")

    def _sign(self, tenant: str, room: str, ident: str, until: int) -> str:
        text = f"{tenant}/{room}/{ident}/{until}"
        return hmac.new(self._key, text.encode(), hashlib.sha256).hexdigest()[:40]


class RecordingsDoor:
    """`routes` to mount. ``runs`` says whether a recording is being written now."""

    def __init__(self, root: Path, verify: Verify, tickets: Tickets, runs: Callable[[Path], bool]) -> None:
        self._root = root
        self._verify = verify
        self._tickets = tickets
        self._runs = runs

    def routes(self) -> list[Route]:
        return [
            Route("/recordings/{room}", _guarded(self._list), methods=["GET"]),
            Route("/recordings/{room}/{ident}", _guarded(self._delete), methods=["DELETE"]),
            Route("/recordings/{room}/{ident}/{name}", _guarded(self._file), methods=["GET"]),
        ]

    async def _list(self, request: Request) -> Response:
        entry = enter(self._verify, request)
        tenant, _, room = entry.room_key.partition("/")
        found = await asyncio.to_thread(archive.listed, self._root, entry.room_key)
        for one in found:
            one["ticket"] = self._tickets.make(tenant, room, one["id"])
            one["running"] = one["running"] or self._runs(self._root / entry.room_key / one["id"])
        return JSONResponse(found, headers={"Cache-Control": "no-store"})

    async def _delete(self, request: Request) -> Response:
        entry = enter(self._verify, request)
        if not entry.who.staff:
            raise Forbidden("only staff delete recordings")
        ident = _ident(request)
        if self._runs(self._root / entry.room_key / ident):
            raise Conflict("this recording is still running: stop it first")
        if not await asyncio.to_thread(archive.delete, self._root, entry.room_key, ident):
            raise _unknown()
        return Response(status_code=204)

    async def _file(self, request: Request) -> Response:
        ident, name = _ident(request), str(request.path_params["name"])
        room = str(request.path_params["room"])
        ticket = request.query_params.get("ticket")
        if ticket is not None:
            key = f"{self._tickets.tenant(ticket, room, ident)}/{room}"
        else:
            key = enter(self._verify, request).room_key
        path = self._root / key / ident / name
        if NAME.fullmatch(name) is None or not await asyncio.to_thread(path.is_file):
            raise _unknown()
        headers = {"Cache-Control": "private, no-store" if path.suffix == ".json" else "private, max-age=3600"}
        if self._runs(path.parent):
            headers["Cache-Control"] = "no-store"
        return FileResponse(path, media_type=TYPES.get(path.suffix, "application/octet-stream"), headers=headers)


def _guarded(handler: Handler) -> Handler:
    """`handler` with refusals as problem details."""

    async def guarded(request: Request) -> Response:
        try:
            return await handler(request)
        except MediaError as error:
            return problem(error)

    return guarded


def _ident(request: Request) -> str:
    ident = str(request.path_params["ident"])
    if IDENT.fullmatch(ident) is None:
        raise _unknown()
    return ident


def _unknown() -> NoSuchPublication:
    return NoSuchPublication("there is no such recording")
