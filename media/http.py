"""WHIP (RFC 9725) and WHEP (draft-ietf-wish-whep) on Starlette: SDP in, SDP out, a session by its URL.

    POST   /whip/{room}                    offer → 201, answer, Location: /whip/{room}/{publication}
    POST   /whep/{room}[/{publication}]    offer → 201, answer, Location: /whep/{room}/session/{id}
    PATCH  that URL                        trickled candidates (204; an ICE-lite server needs none) or an ICE restart
    (200) DELETE that URL                        the end (200)
    OPTIONS any                            what is accepted

The bearer token is a join token; `verify` turns it into a grant or raises. Errors are problem details (RFC 9457).
"""

import json
from collections.abc import Callable
from typing import Any, Protocol

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from media.errors import BadOffer, Forbidden, LimitReached, MediaError, Unauthorized
from media.model import Who
from media.sfu import Sfu

SDP = "application/sdp"
FRAGMENT = "application/trickle-ice-sdpfrag"


class Entry(Protocol):
    """What the door needs of a grant; `realtime.grants.Grant` with its room checked has it all."""

    @property
    def room_key(self) -> str: ...
    @property
    def who(self) -> Who: ...


Verify = Callable[[str, str], Entry]
"""(token, room) → entry. Raises `Unauthorized` or `Forbidden`, or an error with a `code`, which becomes a 401 or
403."""


def routes(sfu: Sfu, verify: Verify) -> list[Route]:
    """The door's routes, to mount at the root of an application."""
    door = _Door(sfu, verify)
    return [
        Route("/whip/{room}", door.whip, methods=["POST", "OPTIONS"]),
        Route("/whip/{room}/{session}", door.session, methods=["PATCH", "DELETE", "OPTIONS"]),
        Route("/whep/{room}", door.whep, methods=["POST", "OPTIONS"]),
        Route("/whep/{room}/session/{session}", door.session, methods=["PATCH", "DELETE", "OPTIONS"]),
        Route("/whep/{room}/{publication}", door.whep, methods=["POST", "OPTIONS"]),
    ]


def problem(error: MediaError) -> Response:
    """Problem details in words a person can act on."""
    body = {"type": f"urn:lyceum:media:{error.code}", "title": str(error), "status": error.status, "code": error.code}
    headers = {"Retry-After": "5"} if error.status in (429, 503) else {}
    if error.status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="lyceum"'
    return Response(json.dumps(body), error.status, headers, "application/problem+json")


def _bearer(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Unauthorized("a bearer token is needed: Authorization: Bearer <join token>")
    return token.strip()


async def _body(request: Request, most: int) -> bytes:
    """The body, never more than `most` bytes of it."""
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > most:
            raise LimitReached(f"the body is larger than {most} bytes")
        parts.append(part)
    return b"".join(parts)


def _content_type(request: Request, wanted: str) -> None:
    given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if given != wanted:
        error = BadOffer(f"the body must be {wanted}")
        error.status = 415
        raise error


def _no_content(accept_post: bool) -> Response:
    headers = {"Accept-Post": SDP} if accept_post else {"Accept-Patch": FRAGMENT}
    return Response(status_code=204, headers=headers)


Handler = Callable[[Request], Any]


def enter(verify: Verify, request: Request) -> Entry:
    """Who asks, by the bearer token, for the room in the path. Raises `Unauthorized` or `Forbidden`."""
    room: str = request.path_params["room"]
    try:
        return verify(_bearer(request), room)
    except MediaError:
        raise
    except Exception as refusal:
        code = getattr(refusal, "code", None)
        if code is None:
            raise
        if code == "token-wrong-room":
            raise Forbidden(str(refusal)) from refusal
        raise Unauthorized(str(refusal)) from refusal


class _Door:
    def __init__(self, sfu: Sfu, verify: Verify) -> None:
        self.sfu = sfu
        self.verify = verify

    async def whip(self, request: Request) -> Response:
        return await self._guarded(request, self._whip)

    async def whep(self, request: Request) -> Response:
        return await self._guarded(request, self._whep)

    async def session(self, request: Request) -> Response:
        return await self._guarded(request, self._session)

    async def _guarded(self, request: Request, handler: Handler) -> Response:
        try:
            if request.method == "OPTIONS":
                return _no_content("session" not in request.path_params)
            response: Response = await handler(request)
            return response
        except MediaError as error:
            return problem(error)
        except ClientDisconnect:
            return Response(status_code=400)

    async def _whip(self, request: Request) -> Response:
        entry = enter(self.verify, request)
        _content_type(request, SDP)
        offer = await _body(request, self.sfu.node.limits.sdp_bytes)
        ident, answer = self.sfu.publish(entry.room_key, offer, entry.who)
        return self._created(f"/whip/{request.path_params['room']}/{ident}", ident, answer)

    async def _whep(self, request: Request) -> Response:
        entry = enter(self.verify, request)
        _content_type(request, SDP)
        offer = await _body(request, self.sfu.node.limits.sdp_bytes)
        publication: str = request.path_params.get("publication", "")
        ident, answer = self.sfu.play(entry.room_key, publication, offer, entry.who)
        return self._created(f"/whep/{request.path_params['room']}/session/{ident}", ident, answer)

    def _created(self, location: str, ident: str, answer: str) -> Response:
        headers = {"Location": location, "ETag": f'"{ident}"', "Accept-Patch": FRAGMENT}
        return Response(answer, 201, headers, SDP)

    async def _session(self, request: Request) -> Response:
        entry = enter(self.verify, request)
        ident: str = request.path_params["session"]
        if self.sfu.session_room(ident) != entry.room_key:
            raise Forbidden("this session belongs to another room")
        if self.sfu.session_user(ident) != entry.who.user and not entry.who.staff:
            raise Forbidden("this session belongs to somebody else")
        if request.method == "DELETE":
            self.sfu.close(ident)
            return Response(status_code=200)
        _content_type(request, FRAGMENT)
        return self._patch(ident, await _body(request, self.sfu.node.limits.sdp_bytes))

    def _patch(self, ident: str, body: bytes) -> Response:
        fields = _fragment(body)
        ufrag = fields.get("ice-ufrag", "")
        known = self.sfu.publications.get(ident) or self.sfu.receivers.get(ident)
        if known is None or not ufrag or ufrag == known.peer.remote_ufrag:
            return Response(status_code=204)
        peer = self.sfu.restart_by_client(ident, ufrag)
        lines = [f"a=ice-ufrag:{peer.ufrag}", f"a=ice-pwd:{peer.pwd}", "a=ice-lite"]
        return Response("\r\n".join(lines) + "\r\n", 200, {"ETag": f'"{ident}-{peer.ufrag}"'}, FRAGMENT)


def _fragment(body: bytes) -> dict[str, str]:
    """The attributes of an SDP fragment (RFC 8840); the last of each name."""
    fields: dict[str, str] = {}
    for line in body.decode("utf-8", "replace").splitlines():
        if line.startswith("a="):
            name, _, value = line[2:].partition(":")
            fields[name] = value.strip()[:256]
    return fields
