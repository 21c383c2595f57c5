"""Which media node serves a room, and how its people reach it from a gateway process.

Signalling goes over the bus to the node's inbox; WHIP, WHEP, HLS and recordings are passed on to the node's own HTTP
address, which it announces in the registry. A room's node is chosen by rendezvous hashing over the live ones,
everywhere the same way.
"""

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx
import msgspec
from redis.exceptions import RedisError
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from lyceum.planes import Seams
from lyceum.tasks import background
from realtime.beat import beat
from realtime.envelopes import FromMedia, Relay, ToMedia, media_inbox, outlet
from realtime.frames.client import Signal
from realtime.frames.server import Signal as MovedSignal
from realtime.grants import Grant, TokenRefused
from realtime.placement import owner_of
from realtime.registry.registry import TTL_SECONDS

log = logging.getLogger(__name__)

TIMEOUT_SECONDS = 10.0
MOST_BYTES = 256 * 1024
"""Of a request that is passed on: an offer."""
PASSED = {
    "accept-patch",
    "accept-post",
    "accept-ranges",
    "cache-control",
    "content-encoding",
    "content-length",
    "content-range",
    "content-type",
    "etag",
    "last-modified",
    "link",
    "location",
    "retry-after",
}
"""Headers of an answer that are passed on,"""
KEPT = ("content-type", "authorization", "if-match", "if-none-match", "if-range", "range")
"""and of a request."""
TOUCH_SECONDS = 0.5
MOVED = MovedSignal(0, "moved", msgspec.Raw(msgspec.msgpack.encode({})))
METHODS = ["GET", "POST", "PATCH", "DELETE", "OPTIONS"]
DOORS = ("whip", "whep", "hls", "recordings")


@dataclass(frozen=True, slots=True)
class _Connected:
    """A connection that has asked for media, and at which node."""

    room: str
    node: str
    grant: Grant


class MediaNodes:
    """The live media nodes as one gateway sees them.

    A node that died is noticed by the bus, which has no receiver for what it is sent twice a second; the registry
    forgets it later, and until then it does not count. Whoever had media at a node that is not the room's any more is
    told ``moved``."""

    def __init__(self, gateway: str, seams: Seams) -> None:
        self._gateway = gateway
        self._seams = seams
        self._addresses: dict[str, str] = {}
        self._dead: dict[str, float] = {}
        """Nodes without a receiver, to when the registry is believed again."""
        self._with_media: dict[str, _Connected] = {}
        seams.bus.on_unreachable(self._unreachable)

    async def refresh(self) -> None:
        """Ask the registry who is there."""
        nodes = await self._seams.registry.nodes("media")
        now = self._seams.clock.monotonic()
        self._dead = {node: until for node, until in self._dead.items() if until > now}
        self._have({node.id: node.address for node in nodes if not node.draining and node.id not in self._dead})

    def _have(self, addresses: dict[str, str]) -> None:
        changed = addresses.keys() != self._addresses.keys()
        self._addresses = addresses
        if changed:
            self._move()

    def _unreachable(self, channel: str) -> None:
        kind, _, node = channel.partition(":")
        if kind == "media" and node in self._addresses:
            log.warning("media node %s does not answer; its rooms move", node)
            self._dead[node] = self._seams.clock.monotonic() + TTL_SECONDS
            self._have({known: address for known, address in self._addresses.items() if known != node})

    def _move(self) -> None:
        """Tell those whose room has another node now."""
        for conn, at in list(self._with_media.items()):
            node = owner_of(at.room, self._addresses)
            if node is None or node == at.node:
                continue
            if at.node in self._addresses:
                self._seams.bus.publish(media_inbox(at.node), ToMedia(at.room, self._gateway, conn, at.grant, None))
            del self._with_media[conn]
            self._seams.bus.publish(outlet(self._gateway), FromMedia(at.room, [conn], MOVED))

    async def keep_in_touch(self) -> None:
        """Refresh for ever; cancel to end."""
        while True:
            for node in list(self._addresses):
                self._seams.bus.publish(media_inbox(node), Relay("", self._gateway, "there?"))
            try:
                await self.refresh()
            except (OSError, TimeoutError, RedisError) as error:
                log.warning("the registry is away: %s", type(error).__name__)
            await beat(TOUCH_SECONDS)

    def signal(self, conn: str, grant: Grant, room: str, frame: Signal | None) -> None:
        """Pass a connection's signalling (None: it is gone) to the room's node; dropped while there is none."""
        had = self._with_media.pop(conn, None)
        node = owner_of(room, self._addresses)
        if frame is None and had is not None:
            node = had.node
        if node is not None:
            if frame is not None:
                self._with_media[conn] = _Connected(room, node, grant)
            self._seams.bus.publish(media_inbox(node), ToMedia(room, self._gateway, conn, grant, frame))

    def address(self, room: str) -> str:
        """HTTP address of the room's node; empty when there is none."""
        return self._addresses.get(owner_of(room, self._addresses) or "", "")


@asynccontextmanager
async def media_nodes(gateway: str, seams: Seams) -> AsyncIterator[MediaNodes]:
    """`MediaNodes` that are kept up to date while the body runs."""
    nodes = MediaNodes(gateway, seams)
    await nodes.refresh()
    async with background(nodes.keep_in_touch()):
        yield nodes


class Passage:
    """What media nodes serve over HTTP, at a gateway process: each request is passed on to the node of its room,
    unread, and the answer as it comes."""

    def __init__(
        self, nodes: MediaNodes, verify: Callable[[str | None, str], Grant], client: httpx.AsyncClient
    ) -> None:
        self._nodes = nodes
        self._verify = verify
        self._client = client

    def routes(self) -> list[BaseRoute]:
        """Everything under their doors."""
        return [Route(f"/{door}/{{room}}{{rest:path}}", self._pass_on, methods=METHODS) for door in DOORS]

    async def _pass_on(self, request: Request) -> Response:
        try:
            address = self._nodes.address(self._room_key(request))
        except TokenRefused as refused:
            status = 403 if refused.code == "token-wrong-room" else 401
            return _problem(status, refused.code, refused.message)
        if not address:
            return _problem(503, "no-media-node", "No media node is there right now; please try again.")
        body = await _bounded(request)
        if body is None:
            return _problem(413, "too-large", "That offer is larger than this server takes.")
        headers = {name: request.headers[name] for name in KEPT if name in request.headers}
        url = httpx.URL(address + request.url.path, query=request.url.query.encode())
        asked = self._client.build_request(request.method, url, content=body, headers=headers)
        try:
            answer = await self._client.send(asked, stream=True)
        except httpx.HTTPError:
            return _problem(503, "no-media-node", "The media node of this room does not answer; please try again.")
        passed = {name: value for name, value in answer.headers.items() if name in PASSED}
        return StreamingResponse(
            answer.aiter_raw(), answer.status_code, passed, background=BackgroundTask(answer.aclose)
        )

    def _room_key(self, request: Request) -> str:
        """The room a request is about; its node, not this process, checks a ticket for a recording."""
        room: str = request.path_params["room"]
        if request.method == "OPTIONS":
            return room
        ticket = request.query_params.get("ticket", "")
        if ticket and "authorization" not in request.headers:
            return f"{ticket.rsplit('.', 2)[0]}/{room}"
        return self._verify(bearer(request), room).key(room)


def bearer(request: Request) -> str | None:
    """The token of the Authorization header."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


async def _bounded(request: Request) -> bytes | None:
    """The body; None when it is larger than `MOST_BYTES`."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            return None
    return bytes(body)


def _problem(status: int, code: str, title: str) -> Response:
    headers = {"retry-after": "2"} if status == 503 else {}
    body = {"type": f"urn:lyceum:media:{code}", "title": title, "status": status, "code": code}
    return JSONResponse(body, status, headers, "application/problem+json")
