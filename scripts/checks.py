"""The static checks and the web client's unit tests, two at a time, and none twice on the same sources.

`python -m scripts.checks [NAME...]`; without a name, all. A check is left out while its stamp holds the hash of all
that its answer depends on: sources, settings, the locks of its tools and of what the sources import, the interpreters,
the commands. What a check says is kept in `.setup/checks`; `make clean` forgets stamps and words.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from scripts.prepare.steps import ROOT, SETUP, digest

KEPT = SETUP / "checks"
AT_ONCE = 2
TAIL = 60
BIN = ROOT / ".venv" / "bin"
WEB = ROOT / "web"
TREES = ("lyceum", "realtime", "crdt", "rooms", "gateway", "media", "rest", "loadtests", "scripts", "tests")
NOT_SOURCES = {"node_modules", "dist", "coverage", "test-results", "__pycache__"}
NPM = ("npm", f"--cache={SETUP / 'npm'}", "--prefix=web", "--silent", "run")
QUIET = {"PYRIGHT_PYTHON_IGNORE_WARNINGS": "1", "NO_COLOR": "1", "CI": "true"}


@dataclass(frozen=True)
class Check:
    """Passes when all `commands` end with 0. `sources` are the files its answer depends on."""

    name: str
    title: str
    commands: tuple[tuple[str, ...], ...]
    sources: Callable[[], Iterator[Path]]
    mend: str = ""

    @property
    def stamp(self) -> Path:
        return KEPT / f"{self.name}.passed"

    @property
    def log(self) -> Path:
        return KEPT / f"{self.name}.log"

    def key(self) -> str:
        return digest(self.sources(), repr(self.commands), *interpreters())

    def passed_on(self, key: str) -> bool:
        return self.stamp.is_file() and self.stamp.read_text() == key


def interpreters() -> tuple[str, str]:
    """What runs the tools, beside the locks."""
    node = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False)
    return sys.version, node.stdout.strip()


def python_sources() -> Iterator[Path]:
    """Every Python file, what the tools are told, and the locks of the tools and of what is imported."""
    yield from (ROOT / name for name in ("pyproject.toml", "requirements/base.txt", "requirements/dev.txt"))
    for tree in TREES:
        yield from (path for path in files(ROOT / tree) if path.suffix in (".py", ".pyi"))


def web_sources() -> Iterator[Path]:
    """The web client with its lock, and what runs it."""
    yield from files(WEB)
    yield from files(ROOT / "scripts")


def files(folder: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(set(folders) - NOT_SOURCES)
        yield from (Path(place) / name for name in names)


CHECKS = (
    Check("pyright", "pyright", ((str(BIN / "pyright"), "--warnings"),), python_sources),
    Check("web-lint", "web lint", ((*NPM, "lint"),), web_sources),
    Check("web-types", "web types", ((*NPM, "typecheck"),), web_sources),
    Check("web-tests", "web unit tests", ((*NPM, "test"),), web_sources),
    Check("imports", "import direction", ((sys.executable, "-m", "scripts.imports"),), python_sources),
    Check(
        "ruff",
        "ruff",
        (
            (str(BIN / "ruff"), "check", "--quiet", *TREES),
            (str(BIN / "ruff"), "format", "--quiet", "--check", *TREES),
        ),
        python_sources,
        "mend: make fmt",
    ),
)
"""The longest first."""


def run(check: Check) -> bool:
    """Whether it passes, or passed before on the same; says which in one line, and all it heard when it fails."""
    key = check.key()
    if check.passed_on(key):
        print(f"· {check.title}: passed before, nothing has changed since", flush=True)
        return True
    check.stamp.unlink(missing_ok=True)
    began = time.monotonic()
    passed = succeeds(check)
    took = f"{time.monotonic() - began:.0f} s"
    if passed:
        check.stamp.write_text(key)
        print(f"· {check.title}: passed in {took}", flush=True)
    else:
        said = check.log.read_text(errors="replace").splitlines()[-TAIL:]
        print("\n".join([*said, f"✗ {check.title} failed after {took}", *filter(None, [check.mend])]), flush=True)
    return passed


def succeeds(check: Check) -> bool:
    """Run its commands, up to the first that fails; their words go to its log."""
    with check.log.open("wb") as log:
        return all(
            subprocess.run(
                command, cwd=ROOT, env=os.environ | QUIET, stdin=subprocess.DEVNULL, stdout=log, stderr=log, check=False
            ).returncode
            == 0
            for command in check.commands
        )


def main(names: Sequence[str]) -> int:
    unknown = set(names) - {check.name for check in CHECKS}
    if unknown:
        print(f"no such check: {', '.join(sorted(unknown))}; there are {', '.join(c.name for c in CHECKS)}")
        return 2
    KEPT.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        results = list(pool.map(run, [check for check in CHECKS if not names or check.name in names]))
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
