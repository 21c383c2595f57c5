"""A short chaos run: one fault of every kind would take minutes, so the kinds that break most come here.

``make chaos`` runs all of them, for as long as one likes.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.machine import no_peers

ROOT = Path(__file__).resolve().parents[2]
FAULTS = 9
SECONDS = 10
"""No fault is begun after so long."""


@pytest.mark.chaos
@pytest.mark.slow
@pytest.mark.interop
@pytest.mark.skipif(no_peers() is not None, reason=str(no_peers()))
def test_nothing_that_was_called_saved_is_lost_and_everybody_converges() -> None:
    program = [sys.executable, "-m", "tests.chaos", "--json", "--seed", "11", "--rooms", "2", "--people", "4"]
    program += ["--faults", str(FAULTS), "--seconds", str(SECONDS)]
    ended = subprocess.run(program, cwd=ROOT, capture_output=True, text=True, timeout=170, check=False)
    assert ended.stdout, ended.stderr[-3000:]
    outcome = json.loads(ended.stdout)
    broken = {name: outcome[name] for name in ("lost", "missing", "doubled", "apart", "unhealed", "stuck")}
    assert not any(broken.values()), (broken, outcome["trouble"][:5], ended.stderr[-2000:])
    assert sum(outcome["injected"].values()) >= 3
    assert outcome["acknowledged"] > 50
    assert outcome["audits"] > 0
