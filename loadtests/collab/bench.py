"""Lyceum beside y-websocket and Hocuspocus, in one run, in alternation: ``make bench``.

Every repetition plays every scenario on every server before the next one begins, each on a server that was just
started, so that what else the machine does falls on all alike. The figure is the server's own CPU a delivered edit;
Lyceum's PostgreSQL stands beside it. Results: a table, ``var/bench/bench.json`` and ``var/bench/bench.svg``.
"""

import argparse
import json
import os
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from loadtests.collab.contenders import DOORS, OUT, PEER_SERVERS, PEERS, Contender, lyceum, running
from loadtests.collab.crowd import LoadError
from loadtests.collab.measure import measure
from loadtests.collab.report import plot, table, with_stalled
from loadtests.collab.scenarios import BESIDE_PEERS, SCENARIOS, Scenario, changed

Found = dict[tuple[str, str], list[dict[str, Any]]]


def bench(contenders: list[Contender], scenarios: list[Scenario], repetitions: int, paper: Path | None) -> Found:
    """Every run's figures; a run that failed holds ``error``."""
    found: Found = {}
    for repetition in range(repetitions):
        for scenario in scenarios:
            for contender in contenders:
                run = _one(contender, scenario, paper)
                found.setdefault((scenario.name, contender.name), []).append(run)
                _tell(repetition, contender.name, run)
    return found


def _one(contender: Contender, scenario: Scenario, paper: Path | None) -> dict[str, Any]:
    try:
        with running(contender) as server:
            return measure(scenario, server.target, [server.pid], paper)
    except LoadError as error:
        return {"scenario": scenario.name, "error": str(error)}


def _tell(repetition: int, name: str, run: dict[str, Any]) -> None:
    keys = (
        "cpu_s_per_million",
        "cpu_ms_per_join",
        "kb_per_connection",
        "connect_s",
        "p50_ms",
        "p99_ms",
        "lost",
        "gaps",
        "error",
    )
    told = ", ".join(f"{key} {run[key]}" for key in keys if key in run)
    print(f"{repetition + 1}. {run['scenario']} {name}: {told}", file=sys.stderr, flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m loadtests.collab.bench", description=__doc__)
    parser.add_argument("--scenarios", default=",".join(BESIDE_PEERS), help=", ".join(SCENARIOS))
    parser.add_argument(
        "--servers", default="lyceum,y-websocket,hocuspocus", help="the first is what others are compared with"
    )
    parser.add_argument("--repetitions", type=int, default=3)
    parser.add_argument("--door", choices=sorted(DOORS), default="yjs", help="at which Lyceum is met")
    parser.add_argument("--workers", type=int, default=0, help="lyceum up --workers N")
    parser.add_argument(
        "--lyceum-env", action="append", default=[], metavar="NAME=VALUE", help="LYCEUM_LIMIT_… and others"
    )
    parser.add_argument(
        "--set", action="append", default=[], metavar="NAME=VALUE", help="change the scenarios' numbers"
    )
    parser.add_argument("--paper", type=Path, help="a Yjs update instead of the essay")
    parser.add_argument("--out", type=Path, default=OUT / "bench", help="without its ending")
    options = parser.parse_args()
    ours = lyceum(options.door, options.workers, dict(pair.split("=", 1) for pair in options.lyceum_env))
    known = {"lyceum": ours} | PEER_SERVERS
    contenders = [known[name] for name in options.servers.split(",")]
    if any(not it.is_ours for it in contenders) and not (PEERS / "node_modules").is_dir():
        parser.error("the peers are not installed: use `make bench`, or `npm ci` in loadtests/peers")
    scenarios = [changed(SCENARIOS[name], options.set) for name in options.scenarios.split(",")]
    found = bench(contenders, scenarios, options.repetitions, options.paper)
    names = [it.name for it in contenders]
    shown = with_stalled(found)
    rows = list(dict.fromkeys(scenario for scenario, _ in shown))
    title = f"Server CPU and memory, {time.strftime('%Y-%m-%d %H:%M', time.gmtime())} UTC: shorter is better"
    _write(options.out, found, scenarios)
    options.out.with_suffix(".svg").write_text(plot(shown, rows, names, title))
    print(table(shown, rows, names))
    print(f"{options.out}.json, {options.out}.svg")
    return 0


def _write(out: Path, found: Found, scenarios: list[Scenario]) -> None:
    out.parent.mkdir(parents=True, exist_ok=True)
    report = {
        "at": time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime()),
        "cores": os.cpu_count(),
        "load_at_the_end": os.getloadavg(),
        "scenarios": [asdict(it) for it in scenarios],
        "runs": [{"server": server, **run} for (_, server), runs in found.items() for run in runs],
    }
    out.with_suffix(".json").write_text(json.dumps(report, indent=1))


if __name__ == "__main__":
    sys.exit(main())
