"""The tree keeps its promises: names, locks, sizes, and rules that tests name."""

import json
import re
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("lyceum", "realtime", "crdt", "rooms", "gateway", "media", "rest")
PYTHON_TREES = (*PACKAGES, "loadtests", "scripts", "tests")
NOT_OURS = {"node_modules", "dist", "__pycache__", "generated", ".venv"}
LONGEST = 500

RULE = re.compile(r"\b[A-Z]{2,}-\d+\b")
NOT_RULES = {"UTF-8", "UTF-16", "SHA-1", "SHA-256", "SHA-512", "AES-256", "BCP-47", "ISO-8601", "BASE-64"}


def ours(tree: Path, *suffixes: str) -> Iterator[Path]:
    for path in tree.rglob("*"):
        if path.suffix in suffixes and not NOT_OURS & set(path.relative_to(ROOT).parts) and path.is_file():
            yield path


def package_locks() -> list[Path]:
    return [p for p in ROOT.rglob("package-lock.json") if not NOT_OURS & set(p.relative_to(ROOT).parts)]


@pytest.mark.parametrize("name", [*PACKAGES, "loadtests", "tests"])
def test_no_dependency_claims_a_name_of_ours(name: str) -> None:
    assert set(packages_distributions().get(name, ())) <= {"lyceum"}


@pytest.mark.parametrize("lock", sorted((ROOT / "requirements").glob("*.txt")), ids=lambda p: p.name)
def test_locks_pin_and_hash_everything_and_hold_no_address(lock: Path) -> None:
    text = lock.read_text()
    assert "://" not in text
    assert not re.search(r"^\s*(-i|-f|--\w*index|--find-links)", text, re.MULTILINE)
    entries = re.split(r"^(?=[a-zA-Z0-9])", text, flags=re.MULTILINE)[1:]
    assert entries
    assert [e.split()[0] for e in entries if not re.match(r"\S+==\S+", e) or "--hash=sha256:" not in e] == []


def test_every_lock_has_its_source() -> None:
    folder = ROOT / "requirements"
    assert {p.stem for p in folder.glob("*.txt")} == {p.stem for p in folder.glob("*.in")}
    assert not list(ROOT.glob("uv.lock"))


@pytest.mark.parametrize("lock", package_locks(), ids=lambda p: str(p.parent.relative_to(ROOT)))
def test_npm_locks_hold_no_address(lock: Path) -> None:
    entries = json.loads(lock.read_text())["packages"]
    assert [name for name, entry in entries.items() if "resolved" in entry and not entry.get("link")] == []
    fetched = {name: entry for name, entry in entries.items() if "node_modules/" in name}
    assert [name for name, entry in fetched.items() if not {"integrity", "link", "inBundle"} & entry.keys()] == []


@pytest.mark.parametrize("name", PYTHON_TREES)
def test_every_python_folder_is_a_package(name: str) -> None:
    folders = {path.parent for path in ours(ROOT / name, ".py")}
    assert [str(f.relative_to(ROOT)) for f in sorted(folders) if not (f / "__init__.py").is_file()] == []


@pytest.mark.parametrize("name", [*PYTHON_TREES, "web"])
def test_no_file_is_too_long_to_read(name: str) -> None:
    lengths = {path: path.read_text().count("\n") for path in ours(ROOT / name, ".py", ".ts", ".tsx")}
    assert [f"{p.relative_to(ROOT)}: {n}" for p, n in lengths.items() if n > LONGEST] == []


def test_every_rule_of_the_protocol_is_named_by_a_test() -> None:
    protocol = ROOT / "docs" / "PROTOCOL.md"
    if not protocol.is_file():
        pytest.skip("docs/PROTOCOL.md is not written yet")
    rules = set(RULE.findall(protocol.read_text())) - NOT_RULES
    assert rules, "docs/PROTOCOL.md states no rule"
    tests = _test_texts()
    assert sorted(rule for rule in rules if not _named(rule, tests)) == []


def _test_texts() -> str:
    trees = (ROOT / "tests", ROOT / "web")
    files = (p for tree in trees if tree.is_dir() for p in ours(tree, ".py", ".ts", ".tsx", ".js", ".mjs"))
    return "\n".join(p.read_text() for p in files if p.name.startswith("test_") or ".test." in p.name)


def _named(rule: str, texts: str) -> bool:
    """`SYNC-3` in a docstring or id, or `test_sync_3_…` as a name."""
    snake = rule.lower().replace("-", "_")
    return re.search(rf"\b{rule}\b|test_(?:\w*_)?{snake}(?!\d)", texts) is not None
