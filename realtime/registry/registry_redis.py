# redis-py leaves its commands partly untyped
# pyright: basic
"""The registry between processes: one Redis hash a kind, entries dated by Redis' own clock."""

import msgspec
from redis.asyncio import Redis

from realtime.redis_link import PREFIX
from realtime.registry.registry import TTL_SECONDS, Kind, Node

_NODES = PREFIX + "nodes:"

_NOW = "local t = redis.call('TIME'); local now = t[1] * 1000 + math.floor(t[2] / 1000)\n"
_ANNOUNCE = _NOW + "return redis.call('HSET', KEYS[1], ARGV[1], (now + ARGV[3]) .. ' ' .. ARGV[2])"
_LIST = (
    _NOW
    + """
local alive, all = {}, redis.call('HGETALL', KEYS[1])
for i = 1, #all, 2 do
  local until_ms, node = string.match(all[i + 1], '^(%d+) (.*)$')
  if tonumber(until_ms) > now then alive[#alive + 1] = node else redis.call('HDEL', KEYS[1], all[i]) end
end
return alive
"""
)


class RedisRegistry:
    """`Registry` as Lua scripts, each atomic on the server."""

    def __init__(self, client: "Redis") -> None:
        self._client = client
        self._announce = client.register_script(_ANNOUNCE)
        self._list = client.register_script(_LIST)

    async def announce(self, node: Node) -> None:
        args = [node.id, msgspec.json.encode(node), int(TTL_SECONDS * 1000)]
        await self._announce(keys=[_NODES + node.kind], args=args)

    async def withdraw(self, node: Node) -> None:
        await self._client.hdel(_NODES + node.kind, node.id)

    async def nodes(self, kind: Kind) -> list[Node]:
        found: list[bytes] = await self._list(keys=[_NODES + kind], args=[])
        return sorted((msgspec.json.decode(raw, type=Node) for raw in found), key=lambda node: node.id)
