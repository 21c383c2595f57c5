"""``/demo``: see and enter the demo class; and how join tokens are made and renewed."""

import secrets

from realtime.grants import Grant, mint
from realtime.roles import Role
from rest.demo.schemas import Demo, DemoClass, JoinDemo, JoinToken
from rest.platform.deps import InClock, Settings
from rest.platform.routing import router
from rest.problems import Forbidden, NotFound
from rest.settings import RestSettings

ROOM = "demo"
TITLE = "Demo class"
TTL_SECONDS = 4 * 3600.0
LIFE_SECONDS = 24 * 3600.0
"""From the first token to the end of the last renewed one."""

routes = router("demo")


@routes.get("/demo", response_model_by_alias=True)
async def get_demo(settings: Settings) -> Demo:
    """The demo class, if this server has one."""
    check(settings)
    return Demo(class_=DemoClass(room=ROOM, title=TITLE), roles=list(Role))  # pyright: ignore[reportCallIssue]


@routes.post("/demo/join", status_code=201)
async def join_demo(body: JoinDemo, settings: Settings, clock: InClock) -> JoinToken:
    """A join token for the demo class under the name and role asked for."""
    check(settings)
    grant = Grant(ROOM, f"guest-{secrets.token_hex(8)}", body.role, name=body.name)
    return join_token(grant, settings.secret, clock.wall(), TTL_SECONDS)


def renewed(grant: Grant, secret: str, now: float) -> JoinToken:
    """``grant`` for longer, as of the time it was first issued: so a renewal outlives neither a removal from the class,
    which ends all grants issued before it, nor `LIFE_SECONDS`. Grants for many rooms are for services, which are given
    new ones instead."""
    if grant.room.endswith("*"):
        raise Forbidden("not-renewable", "A grant for many rooms cannot be renewed; ask for a new one.")
    until = min(now + TTL_SECONDS, grant.issued + LIFE_SECONDS)
    if until <= max(now, grant.expires):
        raise Forbidden("renewed-too-long", "You have been here for very long; please join again.")
    return join_token(grant, secret, grant.issued, until - grant.issued)


def join_token(grant: Grant, secret: str, issued: float, ttl: float) -> JoinToken:
    """``grant``, signed, as the browser client takes it."""
    return JoinToken(
        room=grant.room,
        token=mint(grant, secret, issued, ttl),
        expires=issued + ttl,
        user=grant.user,
        name=grant.shown_name,
        role=grant.role,
    )


def check(settings: RestSettings) -> None:
    """Raise `NotFound` where there is no demo."""
    if not settings.demo:
        raise NotFound("no-demo", "This server has no demo class; start it with `lyceum up --demo`.")
