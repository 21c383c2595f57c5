"""Leases between processes, on Redis: ``alive:{worker}`` with an expiry, ``owner:{room}`` naming a worker.

The owner keys have no expiry of their own: they count only while their worker's liveness key is there.
"""

from redis.asyncio import Redis

from realtime.leases.leases import LIVENESS_SECONDS
from realtime.redis_link import PREFIX

_ALIVE = PREFIX + "alive:"
_OWNER = PREFIX + "owner:"

_LIVE = """
local was = redis.call('EXISTS', KEYS[1])
redis.call('SET', KEYS[1], 1, 'PX', ARGV[1])
return was
"""
_ACQUIRE = """
local current = redis.call('GET', KEYS[1])
if current and current ~= ARGV[1] and redis.call('EXISTS', ARGV[2] .. current) == 1 then return current end
redis.call('SET', KEYS[1], ARGV[1])
return ARGV[1]
"""
_RELEASE = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0"
_HOLDER = """
local current = redis.call('GET', KEYS[1])
if current and redis.call('EXISTS', ARGV[1] .. current) == 1 then return current end
return false
"""


class RedisLeases:
    """`Leases` as Lua scripts, each atomic on the server."""

    def __init__(self, client: "Redis") -> None:
        self._client = client
        self._live = client.register_script(_LIVE)
        self._acquire = client.register_script(_ACQUIRE)
        self._release = client.register_script(_RELEASE)
        self._holder = client.register_script(_HOLDER)

    async def live(self, worker: str) -> bool:
        return bool(await self._live(keys=[_ALIVE + worker], args=[int(LIVENESS_SECONDS * 1000)]))

    async def acquire(self, room: str, worker: str) -> str:
        return (await self._acquire(keys=[_OWNER + room], args=[worker, _ALIVE])).decode()

    async def release(self, room: str, worker: str) -> None:
        await self._release(keys=[_OWNER + room], args=[worker])

    async def holder(self, room: str) -> str | None:
        found = await self._holder(keys=[_OWNER + room], args=[_ALIVE])
        return found.decode() if found else None

    async def bury(self, worker: str) -> None:
        await self._client.delete(_ALIVE + worker)
