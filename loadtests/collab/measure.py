"""A scenario against a running server, with what the server spent on it.

As a command against a server that runs already (its processes are found by ``--tree``)::

    python -m loadtests.collab.measure --port 8000 --tree "$(cat lyceum.pid)" --token "$TOKEN" fan50 crowd2000

The token must open every room: ``lyceum token --room '*' --user load --role teacher``.
"""

import argparse
import json
import secrets
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from loadtests.collab.contenders import DOORS, OUT
from loadtests.collab.crowd import LoadError
from loadtests.collab.doors import HocuspocusDoor, YjsDoor
from loadtests.collab.essay import essay
from loadtests.collab.processes import Spent, spent
from loadtests.collab.run import Target, play
from loadtests.collab.scenarios import SCENARIOS, Scenario, changed

MB = 2**20


def measure(scenario: Scenario, target: Target, tree: list[int], paper: Path | None = None) -> dict[str, Any]:
    """The figures of one run; ``error`` instead of most of them when it could not be played."""
    seen: dict[str, Spent] = {"before": spent(tree)}
    fresh = replace(target, prefix=f"{target.prefix}{secrets.token_hex(4)}-")
    try:
        document = _document(paper) if scenario.preload else b""
        found = play(scenario, fresh, document, lambda moment: seen.update({moment: spent(tree)}))
    except (LoadError, OSError, TimeoutError) as error:
        return {"scenario": scenario.name, "error": str(error) or type(error).__name__}
    return found | _costs(scenario, found["delivered"], seen) if tree else found


def _document(paper: Path | None) -> bytes:
    return paper.read_bytes() if paper else essay(OUT / "essay.yjs")


def _costs(scenario: Scenario, delivered: int, seen: dict[str, Spent]) -> dict[str, Any]:
    before, ready, done = seen["before"], seen["ready"], seen["done"]
    cpu, store = done.cpu - ready.cpu, done.store_cpu - ready.store_cpu
    found: dict[str, Any] = {
        "server_cpu_s": round(cpu, 3),
        "store_cpu_s": round(store, 3),
        "rss_before_mb": round(before.rss / MB, 1),
        "rss_ready_mb": round(ready.rss / MB, 1),
        "rss_done_mb": round(done.rss / MB, 1),
        "processes": done.processes,
    }
    if scenario.mode in ("text", "aware") and delivered:
        found["cpu_s_per_million"] = round(cpu / delivered * 1e6, 2)
        found["store_cpu_s_per_million"] = round(store / delivered * 1e6, 2)
    if scenario.mode == "join" and delivered:
        found["cpu_ms_per_join"] = round(cpu / delivered * 1000, 3)
    if scenario.mode == "idle":
        found["kb_per_connection"] = round((done.pss - before.pss) / 1024 / scenario.people, 2)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m loadtests.collab.measure", description=__doc__)
    parser.add_argument("scenario", nargs="+", choices=sorted(SCENARIOS), metavar="SCENARIO", help=", ".join(SCENARIOS))
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--door", choices=sorted(DOORS), default="yjs")
    parser.add_argument("--path", help="with {room} in it, for another server's yjs or hocuspocus door")
    parser.add_argument("--token", default="")
    parser.add_argument("--tree", type=int, action="append", default=[], help="process whose tree's CPU is counted")
    parser.add_argument("--paper", type=Path, help="a Yjs update for scenarios that load a long document")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="change a scenario's number")
    options = parser.parse_args()
    door = DOORS[options.door]
    if options.path:
        door = YjsDoor(options.path) if options.door == "yjs" else HocuspocusDoor("/", options.path)
    target = Target(options.host, options.port, door, options.token)
    failed = False
    for name in options.scenario:
        found = measure(changed(SCENARIOS[name], options.set), target, options.tree, options.paper)
        failed |= "error" in found
        print(json.dumps(found), flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
