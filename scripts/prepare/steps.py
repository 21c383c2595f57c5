"""Steps with stamps: one printed line for what was done, silence for what was already there."""

import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
SETUP = ROOT / ".setup"
LOG_TAIL = 25


class PrepareError(Exception):
    """Something is missing or failed; the text says what and how to mend it, in one line."""


@dataclass(frozen=True)
class Step:
    """`work` makes `product` from what `key` is the hash of; `stamp` remembers the key of the last success."""

    title: str
    key: str
    stamp: Path
    product: Path
    work: Callable[[], None]

    def run(self) -> None:
        if self._done():
            return
        print(f"  · {self.title} …", flush=True)
        started = time.monotonic()
        self.work()
        self.stamp.parent.mkdir(parents=True, exist_ok=True)
        self.stamp.write_text(self.key)
        print(f"    done in {time.monotonic() - started:.0f} s", flush=True)

    def _done(self) -> bool:
        return self.product.exists() and self.stamp.is_file() and self.stamp.read_text() == self.key


def digest(files: Iterable[Path], *facts: str) -> str:
    """One hash over names and contents of `files` (those that exist) and over `facts`."""
    hasher = hashlib.sha256("\0".join(facts).encode())
    for file in sorted(files):
        if file.is_file():
            hasher.update(f"\0{file.relative_to(ROOT)}\0".encode())
            hasher.update(hashlib.sha256(file.read_bytes()).digest())
    return hasher.hexdigest()


def quietly(command: list[str], mend: str, *, cwd: Path = ROOT, env: Mapping[str, str] | None = None) -> None:
    """Runs `command` with its output in a log; on failure shows the log's end and raises with `mend`."""
    SETUP.mkdir(exist_ok=True)
    log = SETUP / "prepare.log"
    with log.open("ab") as output:
        output.write(f"\n$ {' '.join(command)}\n".encode())
        output.flush()
        ended = subprocess.run(
            command, cwd=cwd, env={**os.environ, **(env or {})}, stdin=subprocess.DEVNULL, stdout=output, stderr=output
        )
    if ended.returncode:
        tail = log.read_text(errors="replace").splitlines()[-LOG_TAIL:]
        print("\n".join(f"    | {line}" for line in tail), file=sys.stderr)
        raise PrepareError(f"{mend} (the whole output: {log.relative_to(ROOT)})")
