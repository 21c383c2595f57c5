"""Stock clients under Node (`node/peer.mjs`), driven from Python."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any

from tests.machine import PEERS

LINE_BYTES = 1 << 26
PATIENCE_SECONDS = 30.0
"""For something that must come true; it is polled, so this is spent only by a test that fails."""


class NodePeers:
    """One Node process with any number of clients in it."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._one_at_a_time = asyncio.Lock()

    async def do(self, do: str, **command: Any) -> Any:
        """One command of `node/peer.mjs`; its answer."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        async with self._one_at_a_time:
            self._process.stdin.write(json.dumps({"do": do, **command}).encode() + b"\n")
            await self._process.stdin.drain()
            line = await self._process.stdout.readline()
        answer = json.loads(line)
        assert "error" not in answer, answer
        return answer["ok"]

    async def until(self, id: str, **wanted: Any) -> dict[str, Any]:
        """Wait until the client's status says all of ``wanted``."""
        seen: dict[str, Any] = {}
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                while not wanted.items() <= (seen := await self.do("status", id=id)).items():
                    await asyncio.sleep(0.02)
        except TimeoutError:
            raise AssertionError(f"{id} never came to {wanted}; it is at {seen}") from None
        return seen

    async def states(self, ids: Iterable[str]) -> dict[str, str]:
        return {id: await self.do("state", id=id) for id in ids}


@asynccontextmanager
async def node_peers() -> AsyncIterator[NodePeers]:
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        "node", "peer.mjs", cwd=PEERS, stdin=pipe, stdout=pipe, limit=LINE_BYTES
    )
    try:
        yield NodePeers(process)
    finally:
        assert process.stdin is not None
        process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), 5)
        except TimeoutError:
            process.kill()
            await process.wait()
