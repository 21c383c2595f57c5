"""Our node and Janus, as it comes and tuned, driven by one generator on one machine, in one table.

    python -m loadtests.media.compare FOLDER [--subs 5 20 50] [--servers ours janus janus-tuned] [--seconds 10]

FOLDER holds ``sfubench.py`` and ``janus/make_conf.sh``. CPU figures are exact whatever else runs; latency is not, so
run it on a quiet machine before it is believed. Janus is Debian's package; without it only ours is measured.
"""

import argparse
import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from media.addresses import local_addresses

START_SECONDS = 30.0
RUN_SECONDS = 170.0
"""For one run of the generator, with its set-up."""
COLUMNS = {
    "us_per_forward": "us/packet",
    "forwards_av_per_core": "subs/core",
    "server_cpu_pct": "CPU %",
    "lost_pct": "lost %",
    "p50": "p50 ms",
    "p99": "p99 ms",
    "join_cpu_ms": "join ms",
    "rss_kb_per_sub": "KB/sub",
    "loadgen_cpu_pct": "generator %",
}


@dataclass(frozen=True)
class Server:
    """One that runs: how the generator speaks to it, where, and whose CPU is counted."""

    kind: str
    url: str
    pid: int


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def wait_for(port: int) -> None:
    """Until something listens there; raises `TimeoutError`."""
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise TimeoutError(f"nothing listens on port {port}")


@contextlib.contextmanager
def running(command: list[str], port: int, log: Path) -> Iterator[int]:
    """A program for the body, its output in ``log``; its pid."""
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, stdin=subprocess.DEVNULL)
        try:
            wait_for(port)
            yield process.pid
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@contextlib.contextmanager
def server(name: str, bench: Path, folder: Path) -> Iterator[Server]:
    """Ours, ``janus`` with its defaults, or ``janus-tuned`` with two shared event loops."""
    port = free_port()
    log = folder / f"{name}.log"
    if name == "ours":
        with running([sys.executable, "-m", "loadtests.media.serve", "--port", str(port)], port, log) as pid:
            yield Server("whip", f"http://127.0.0.1:{port}", pid)
        return
    conf = folder / f"{name}-{port}"
    told = os.environ | {"EVENT_LOOPS": "2" if name == "janus-tuned" else "0", "ICE_IF": local_addresses(False)[0]}
    subprocess.run(["bash", str(bench / "janus" / "make_conf.sh"), str(conf), str(port)], env=told, check=True)
    with running(["janus", "-F", str(conf), "-C", str(conf / "janus.jcfg")], port, log) as pid:
        yield Server("janus", f"ws://127.0.0.1:{port}", pid)


def measure(bench: Path, it: Server, pubs: int, subs: int, seconds: float, pacing: str) -> dict[str, Any] | None:
    """One run of the generator; None when it did not come to an end."""
    command = [
        sys.executable, str(bench / "sfubench.py"), "--server", it.kind, "--url", it.url, "--pid", str(it.pid),
        "--pubs", str(pubs), "--subs", str(subs), "--dur", str(seconds), "--pacing", pacing,
    ]  # fmt: skip
    told = os.environ | {"TOKEN": "bench"}
    try:
        done = subprocess.run(command, env=told, capture_output=True, timeout=RUN_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return None
    for line in reversed(done.stdout.decode().splitlines()):
        if line.startswith("{"):
            result: dict[str, Any] = json.loads(line)
            return {**result, **(result.get("latency_ms") or {})}
    sys.stderr.write(done.stderr.decode()[-2000:])
    return None


def row(label: str, result: dict[str, Any] | None) -> str:
    if result is None:
        return f"| {label} | " + " | ".join(["did not finish", *[""] * (len(COLUMNS) - 1)]) + " |"
    return f"| {label} | " + " | ".join(str(result.get(name, "")) for name in COLUMNS) + " |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("bench", type=Path)
    parser.add_argument("--servers", nargs="+", default=["ours", "janus", "janus-tuned"])
    parser.add_argument("--pubs", type=int, default=1)
    parser.add_argument("--subs", type=int, nargs="+", default=[5, 20, 50], help="of each publisher")
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--pacing", choices=["burst", "paced"], default="burst")
    args = parser.parse_args()
    if not shutil.which("janus"):
        print("janus is not installed (sudo apt-get install janus): only ours is measured")
        args.servers = [name for name in args.servers if name == "ours"]
    print("| server, pubs x subs | " + " | ".join(COLUMNS.values()) + " |")
    print("| --- |" + " ---: |" * len(COLUMNS), flush=True)
    with tempfile.TemporaryDirectory() as folder:
        for subs in args.subs:
            for name in args.servers:
                with server(name, args.bench, Path(folder)) as it:
                    result = measure(args.bench, it, args.pubs, subs, args.seconds, args.pacing)
                    print(row(f"{name} {args.pubs}x{subs}", result), flush=True)


if __name__ == "__main__":
    main()
