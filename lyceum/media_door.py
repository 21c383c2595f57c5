"""The SFU inside a process: its node, and the WHIP and WHEP routes of the front door."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from starlette.routing import BaseRoute

from lyceum.settings import Settings
from media.http import routes
from media.model import Who
from media.node import NodeConfig, default_hosts
from media.sfu import Sfu
from realtime.grants import Grant
from realtime.roles import STAFF, Capability

LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True)
class Entry:
    """What the door needs of a grant for one room."""

    room_key: str
    who: Who


def who_of(grant: Grant, owner: str = "") -> Who:
    """A person of the SFU from their grant."""
    may_publish = grant.may(Capability.PUBLISH)
    return Who(grant.user, grant.shown_name, grant.role.value, grant.role in STAFF, may_publish, owner, grant.is_for_many)


@asynccontextmanager
async def media_node(settings: Settings) -> AsyncIterator[Sfu]:
    """A media node on this machine's addresses; on loopback too when the server itself listens there alone."""
    loopback = settings.host in LOOPBACK
    async with Sfu(NodeConfig(hosts=default_hosts(loopback=loopback))) as sfu:
        yield sfu


def door(sfu: Sfu, verify: Callable[[str | None, str], Grant]) -> list[BaseRoute]:
    """WHIP and WHEP for the holders of join tokens."""

    def enter(token: str, room: str) -> Entry:
        grant = verify(token, room)
        return Entry(grant.key(room), who_of(grant))

    return [*routes(sfu, enter)]
