"""What processes have spent, from /proc: CPU seconds and memory of a tree, services apart from the server itself."""

import os
import re
from dataclasses import dataclass
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")
STORES = ("postgres",)
"""Names of processes whose share is reported beside the server's."""


@dataclass(frozen=True, slots=True)
class Spent:
    """CPU in seconds since they started, memory in bytes; ``store_*`` is PostgreSQL's."""

    cpu: float = 0.0
    store_cpu: float = 0.0
    rss: int = 0
    pss: int = 0
    store_pss: int = 0
    processes: int = 0


def spent(roots: list[int]) -> Spent:
    """What the processes ``roots`` and all below them have spent, those that live."""
    cpu = store_cpu = 0.0
    rss = pss = store_pss = count = 0
    for pid in _tree(roots):
        try:
            name, _, seconds = _stat(pid)
            memory = Path(f"/proc/{pid}/smaps_rollup").read_text()
        except (OSError, ValueError):
            continue
        count += 1
        if name in STORES:
            store_cpu += seconds
            store_pss += _kilobytes(memory, "Pss")
        else:
            cpu += seconds
            rss += _kilobytes(memory, "Rss")
            pss += _kilobytes(memory, "Pss")
    return Spent(cpu, store_cpu, rss, pss, store_pss, count)


def _tree(roots: list[int]) -> list[int]:
    children: dict[int, list[int]] = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                children.setdefault(_stat(int(entry))[1], []).append(int(entry))
            except (OSError, ValueError):
                continue
    found: list[int] = []
    left = list(roots)
    while left:
        pid = left.pop()
        if pid not in found:
            found.append(pid)
            left += children.get(pid, [])
    return found


def _stat(pid: int) -> tuple[str, int, float]:
    """Name, parent, CPU seconds."""
    text = Path(f"/proc/{pid}/stat").read_text()
    name, rest = text[text.index("(") + 1 : text.rindex(")")], text[text.rindex(")") + 2 :].split()
    return name, int(rest[1]), (int(rest[11]) + int(rest[12])) / TICK


def _kilobytes(memory: str, field: str) -> int:
    found = re.search(rf"^{field}:\s+(\d+) kB", memory, re.MULTILINE)
    return int(found[1]) * 1024 if found else 0
