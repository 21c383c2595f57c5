"""The import contracts bite: a tree that breaks one is refused, a tree that keeps them passes."""

import subprocess
import sys
from pathlib import Path

import pytest

from scripts.imports import narrow

ROOT = Path(__file__).resolve().parents[2]
NAMES = (
    "lyceum",
    "realtime",
    "crdt",
    "rooms",
    "gateway",
    "media",
    "rest",
    "loadtests",
    "loadtests/locustfiles",
    "tests",
)


def lint(tree: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "scripts.imports", str(tree)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name in NAMES:
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").touch()
    return tmp_path


def test_the_designed_directions_are_kept(tree: Path) -> None:
    (tree / "lyceum" / "up.py").write_text("import gateway, media, rest, rooms, realtime\n")
    (tree / "rooms" / "room.py").write_text("import crdt, pycrdt, realtime, asyncio\n")
    (tree / "gateway" / "hub.py").write_text("import realtime\n")
    (tree / "loadtests" / "swarm.py").write_text("import locust, realtime\n")
    ended = lint(tree)
    assert ended.returncode == 0, ended.stdout


@pytest.mark.parametrize(
    ("module", "imports"),
    [
        ("gateway", "crdt"),
        ("gateway", "pycrdt"),
        ("lyceum", "crdt"),
        ("gateway", "rooms"),
        ("rest", "rooms.log"),
        ("realtime", "crdt"),
        ("crdt", "realtime"),
        ("crdt", "asyncio"),
        ("crdt", "time"),
        ("rooms", "lyceum"),
        ("tests", "loadtests.locustfiles"),
        ("tests", "locust"),
        ("realtime", "tests"),
    ],
)
def test_a_forbidden_import_is_refused(tree: Path, module: str, imports: str) -> None:
    (tree / "rooms" / "log.py").touch()
    (tree / module / "wrong.py").write_text(f"import {imports}\n")
    ended = lint(tree)
    assert ended.returncode == 1, ended.stdout
    assert f"{module}.wrong" in ended.stdout


def test_contracts_narrow_to_the_packages_present() -> None:
    config = {
        "root_packages": ["a", "b", "c"],
        "contracts": [
            {"name": "layers", "layers": ["a", "b | c"]},
            {"name": "gone", "source_modules": ["b"], "forbidden_modules": ["x"]},
        ],
    }
    assert narrow(config, {"a", "c"}) == {
        "root_packages": ["a", "c"],
        "contracts": [{"name": "layers", "layers": ["a", "c"]}],
    }
