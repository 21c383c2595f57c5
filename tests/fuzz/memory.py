"""What a process holds, and whether it grows."""

import gc
from dataclasses import dataclass
from pathlib import Path


def resident() -> int:
    """Bytes of this process that are in memory now."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096


@dataclass(frozen=True)
class Memory:
    """Bytes after the warm-up and at the end."""

    before: int
    after: int

    @property
    def grown(self) -> int:
        return self.after - self.before

    def __str__(self) -> str:
        return f"{self.before / 2**20:.1f} MB after the warm-up, {self.after / 2**20:.1f} MB at the end"
