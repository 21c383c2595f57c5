"""A media node alone with its WHIP and WHEP doors, for benchmarks and browsers: no tokens are checked, loopback only.

python -m loadtests.media.serve --port 18300 [--host ADDRESS …] [--way gso|mmsg|plain] [--hold 0.001]
"""

import argparse
import asyncio
import json
import os
import random
import re
import signal
import socket
import sys
import time
from dataclasses import dataclass
from pathlib import Path as FilePath

import uvicorn
import uvloop
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from lyceum.memory import keep_imports
from lyceum.server import KEEP_ALIVE_SECONDS
from media import node
from media.errors import MediaError
from media.hls import Hls
from media.http import problem, routes
from media.model import Who
from media.node import NodeConfig, default_hosts
from media.sfu import Sfu
from media.udp import Inbox, Outbox, Path


@dataclass(frozen=True)
class Anybody:
    room_key: str
    who: Who


def enter(token: str, room: str) -> Anybody:
    return Anybody(f"default/{room}", Who(user="", name="bench", staff=True, many=True))


def json_routes(sfu: Sfu) -> list[Route]:
    """The two calls of the browser check: JSON in, JSON out."""

    async def publish(request: Request) -> Response:
        body = json.loads(await request.body())
        try:
            feed, sdp = sfu.publish("default/check", body["sdp"], Who(user="", staff=True, many=True))
        except MediaError as error:
            return problem(error)
        return JSONResponse({"feed": feed, "sdp": sdp})

    async def subscribe(request: Request) -> Response:
        body = json.loads(await request.body())
        try:
            _, sdp = sfu.play("default/check", body["feed"], body["sdp"], Who(user="", many=True))
        except MediaError as error:
            return problem(error)
        return JSONResponse({"sdp": sdp})

    return [Route("/publish", publish, methods=["POST"]), Route("/subscribe", subscribe, methods=["POST"])]


class LossyOutbox(Outbox):
    """Drops a share of all datagrams, each by itself: a bad network between the node and everybody."""

    loss = 0.0

    def _message(self, path: Path, start: int, total: int, segment: int) -> None:
        if random.random() >= self.loss:
            super()._message(path, start, total, segment)


def worsen(loss: float, up: float) -> None:
    """Make every outbox and inbox of the node lossy."""
    LossyOutbox.loss = loss
    node.Outbox = LossyOutbox
    read = Inbox.read

    def lossy(self: Inbox) -> int:
        count = read(self)
        self.sizes = [0 if random.random() < up else size for size in self.sizes]
        return count

    Inbox.read = lossy


async def run(args: argparse.Namespace) -> None:
    if args.loss:
        args.way = "mmsg"
        worsen(args.loss, args.loss if args.loss_up is None else args.loss_up)
    hosts = args.host or default_hosts(loopback=False)
    config = NodeConfig(hosts=hosts, way=args.way, hold_seconds=args.hold, prefer_twcc=not args.remb)
    async with Sfu(config) as sfu:

        async def show(_: Request) -> Response:
            return JSONResponse(snapshot(sfu))

        opened = os.environ.get("LYCEUM_BENCH_TOKEN", "bench")

        def verify(token: str, room: str) -> Anybody:
            return enter(token or opened, room)

        hls = Hls(sfu, verify)
        app = Starlette(routes=[*routes(sfu, verify), *hls.routes(), *json_routes(sfu), Route("/stats", show)])
        keep_imports()
        listener = socket.create_server(("127.0.0.1", args.port), backlog=2048)
        http = uvicorn.Config(app, log_level="warning", lifespan="off", timeout_keep_alive=KEEP_ALIVE_SECONDS)
        server = uvicorn.Server(http)
        door, udp = listener.getsockname()[1], sfu.node.port
        print(f"pid {os.getpid()} http 127.0.0.1:{door} udp {hosts}:{udp} way {sfu.node.way}", flush=True)
        await server.serve(sockets=[listener])


def downs(sfu: Sfu) -> list[dict[str, object]]:
    return [
        {"kind": d.kind, "rid": d.stream.rid if d.stream else None, "lost": d.fraction_lost, "rtt": d.rtt, **d.stats}
        for peer in sfu.node.peers.values()
        for d in peer.downs.values()
    ]


def snapshot(sfu: Sfu) -> dict[str, object]:
    from dataclasses import asdict

    boxes = [{"way": p.outbox.way, "sent": p.outbox.datagrams, "calls": p.outbox.syscalls, "dropped": p.outbox.dropped}
             for p in sfu.node.ports]  # fmt: skip
    rss = int(FilePath("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    tasks = sorted(re.sub(r"\d+", "N", getattr(task.get_coro(), "__qualname__", "?")) for task in asyncio.all_tasks())
    held = {"udp": sfu.node.port, "peers": len(sfu.node.peers), "rooms": len(sfu.rooms), "rss": rss, "tasks": tasks}
    return {**asdict(sfu.node.counters), **held, "downs": downs(sfu), "ports": boxes}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=18300)
    parser.add_argument("--host", action="append", default=[])
    parser.add_argument("--way", default="auto", choices=["auto", "gso", "mmsg", "plain"])
    parser.add_argument("--hold", type=float, default=0.001)
    parser.add_argument("--remb", action="store_true")
    parser.add_argument("--loss", type=float, default=0.0, help="drop this share of datagrams, both ways")
    parser.add_argument("--loss-up", type=float, help="the same, only toward the node")
    parser.add_argument("--profile", default="")
    args = parser.parse_args()
    if args.profile:
        import cProfile

        profile = cProfile.Profile(time.process_time)
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # uvicorn raises it again when it has ended
        profile.enable()
        try:
            uvloop.run(run(args))
        finally:
            profile.disable()
            profile.dump_stats(args.profile)
    else:
        uvloop.run(run(args))


if __name__ == "__main__":
    sys.exit(main())
