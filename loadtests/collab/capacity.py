"""How much one server carries before people feel it: the load grows step by step until p99 passes a bound.

    classes   rooms of 30 people, six of them writing four edits a second each; the number of rooms grows
    room      one room of 200 people, 20 of them writing; the rate grows

A step holds when nothing is lost and p99 stays within ``--p99``. When the generator itself is busy (it shares the
machine), the step says so: past 90% of a core the figure is the generator's, not the server's.
"""

import argparse
import json
import sys
from dataclasses import dataclass, replace
from typing import Any

from loadtests.collab.contenders import DOORS, PEER_SERVERS, Contender, lyceum, running
from loadtests.collab.crowd import LoadError
from loadtests.collab.measure import measure
from loadtests.collab.run import Target
from loadtests.collab.scenarios import Scenario

BUSY_GENERATOR = 0.9
CLASSES = Scenario("classes", "text", 30, rooms=40, writers=6, rate=4, seconds=6, connects_a_second=2000)
ROOM = Scenario("room", "text", 200, writers=20, rate=4, seconds=6)


@dataclass(frozen=True, slots=True)
class Shape:
    base: Scenario
    grows: str

    def at(self, load: float) -> Scenario:
        return replace(self.base, **{self.grows: round(load) if self.grows == "rooms" else round(load, 2)})


SHAPES = {"classes": Shape(CLASSES, "rooms"), "room": Shape(ROOM, "rate")}


@dataclass(frozen=True, slots=True)
class Climb:
    """From ``start``, times ``factor`` a step, at most ``steps``; ``p99_ms`` is what people may feel."""

    start: float
    factor: float
    steps: int
    p99_ms: float


def climb(shape: Shape, how: Climb, target: Target, tree: list[int]) -> dict[str, Any] | None:
    """The highest step that held; None when not even the first did."""
    load, best = how.start, None
    for _ in range(how.steps):
        scenario = shape.at(load)
        found = measure(scenario, target, tree)
        if "error" in found:
            print(f"{shape.grows} {getattr(scenario, shape.grows)}: {found['error']}", flush=True)
            break
        step = _step(shape, scenario, found, how.p99_ms)
        print(_line(step), flush=True)
        if not step["held"]:
            break
        best, load = step, load * how.factor
    return best


def _step(shape: Shape, scenario: Scenario, found: dict[str, Any], p99_ms: float) -> dict[str, Any]:
    return {
        shape.grows: getattr(scenario, shape.grows),
        "people": scenario.people,
        "deliveries_a_second": round(found["delivered"] / scenario.seconds),
        "p50_ms": found["p50_ms"],
        "p99_ms": found["p99_ms"],
        "lost": found["lost"],
        "server_cpu": round(found.get("server_cpu_s", 0.0) / found["wall_s"], 2),
        "store_cpu": round(found.get("store_cpu_s", 0.0) / found["wall_s"], 2),
        "cpu_s_per_million": found.get("cpu_s_per_million"),
        "generator_cpu": round(found["generator_cpu_s"] / found["wall_s"], 2),
        "held": found["lost"] == 0 and found["p99_ms"] <= p99_ms,
    }


def _line(step: dict[str, Any]) -> str:
    told = ", ".join(f"{name} {value}" for name, value in step.items() if name != "held")
    busy = " (the generator is busy: no verdict on the server)" if step["generator_cpu"] > BUSY_GENERATOR else ""
    return f"{told}: {'held' if step['held'] else 'did not hold'}{busy}"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m loadtests.collab.capacity", description=__doc__)
    parser.add_argument("--shape", choices=sorted(SHAPES), default="classes")
    parser.add_argument("--servers", default="lyceum", help="lyceum, y-websocket, hocuspocus")
    parser.add_argument("--door", choices=sorted(DOORS), default="yjs")
    parser.add_argument("--workers", type=int, default=0)
    parser.add_argument("--start", type=float, help="40 classes, or a rate of 4")
    parser.add_argument("--factor", type=float, default=1.3)
    parser.add_argument("--steps", type=int, default=14)
    parser.add_argument("--p99", type=float, default=100.0, help="in ms")
    options = parser.parse_args()
    shape = SHAPES[options.shape]
    start = options.start or getattr(shape.base, shape.grows)
    how = Climb(start, options.factor, options.steps, options.p99)
    known: dict[str, Contender] = {"lyceum": lyceum(options.door, options.workers)} | PEER_SERVERS
    for name in options.servers.split(","):
        print(f"· {name}, {options.shape}", flush=True)
        try:
            with running(known[name]) as server:
                best = climb(shape, how, server.target, [server.pid])
        except LoadError as error:
            print(error, file=sys.stderr)
            return 1
        print(json.dumps({"server": name, "shape": options.shape, "best": best}), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
