"""Memory goes back to the system."""

import ctypes
import subprocess
import sys

import pytest

CHILD = """
import sys
from pathlib import Path
from lyceum.memory import give_back

def resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096

if sys.argv[1] == "bounded":
    give_back()
# As a few snapshots of a growing document: each block freed teaches the allocator to keep the next one of its size.
before = resident()
for megabytes in (4, 8, 12, 16, 20, 24, 24):
    block = bytearray(b"x") * (megabytes << 20)
    del block
print(resident() - before)
"""


def _kept(how: str) -> int:
    done = subprocess.run([sys.executable, "-c", CHILD, how], capture_output=True, text=True, check=True, timeout=30)
    return int(done.stdout)


def test_large_blocks_are_given_back_to_the_system_when_they_are_freed() -> None:
    if not hasattr(ctypes.CDLL(None), "mallopt"):
        pytest.skip("the C library is not glibc")
    assert _kept("bounded") < 6 << 20 < _kept("as it is")
