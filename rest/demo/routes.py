"""``/demo``: see and enter the demo class; ``/rooms/{room}/token/renew``: stay in any class."""

import secrets
import time
from typing import Annotated

from fastapi import APIRouter, Header

from realtime.grants import Grant, TokenRefused, mint, verify_for
from realtime.roles import Role
from rest.demo.schemas import Demo, DemoClass, JoinDemo, JoinToken
from rest.problems import NotFound, Unauthorized
from rest.settings import RestSettings

ROOM = "demo"
TITLE = "Demo class"
TTL_SECONDS = 4 * 3600.0


def router(settings: RestSettings) -> APIRouter:
    """The routes, for one deployment."""
    routes = APIRouter(tags=["demo"])

    @routes.get("/demo", response_model_by_alias=True)
    async def get_demo() -> Demo:
        """The demo class, if this server has one."""
        _check(settings)
        return Demo(class_=DemoClass(room=ROOM, title=TITLE), roles=list(Role))  # pyright: ignore[reportCallIssue]

    @routes.post("/demo/join", status_code=201)
    async def join_demo(body: JoinDemo) -> JoinToken:
        """A join token for the demo class under the name and role asked for."""
        _check(settings)
        grant = Grant(ROOM, f"guest-{secrets.token_hex(8)}", body.role, name=body.name)
        return _token(grant, settings)

    @routes.post("/rooms/{room}/token/renew", status_code=201)
    async def renew(room: str, authorization: Annotated[str, Header()] = "") -> JoinToken:
        """A fresh join token for the holder of one that has not expired."""
        try:
            grant = verify_for(authorization.removeprefix("Bearer "), room, settings.secret, time.time())
        except TokenRefused as refused:
            raise Unauthorized(refused.code, refused.message) from None
        return _token(grant, settings)

    return routes


def _check(settings: RestSettings) -> None:
    if not settings.demo:
        raise NotFound("no-demo", "This server has no demo class; start it with `lyceum up --demo`.")


def _token(grant: Grant, settings: RestSettings) -> JoinToken:
    now = time.time()
    return JoinToken(
        room=grant.room,
        token=mint(grant, settings.secret, now, TTL_SECONDS),
        expires=now + TTL_SECONDS,
        user=grant.user,
        name=grant.shown_name,
        role=grant.role,
    )
