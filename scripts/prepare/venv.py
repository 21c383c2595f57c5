"""`.venv`: a Python environment from the hashed locks, with this tree installed in place."""

import importlib.util
import shutil
import subprocess
import sys
import venv
from pathlib import Path

from scripts.prepare import debian
from scripts.prepare.steps import ROOT, PrepareError, Step, digest, quietly

VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCKS = ROOT / "requirements"
PIP_INSTALL = [
    "install",
    "--disable-pip-version-check",
    "--no-input",
    "--no-cache-dir",
    "--progress-bar=off",
    "--no-deps",
]


def environment() -> Step:
    """An environment that runs and belongs here: a moved clone or a removed Python means a new one."""
    stamp = VENV / ".made"
    if stamp.is_file() and not (stamp.read_text() == str(ROOT) and _runs()):
        stamp.unlink()
        PYTHON.unlink(missing_ok=True)
    return Step(f"Python environment (.venv, Python {sys.version.split()[0]})", str(ROOT), stamp, PYTHON, _make)


def locked(name: str, what: str) -> Step:
    """The packages of `requirements/NAME.txt`, each checked against its hash."""
    lock = LOCKS / f"{name}.txt"
    count = sum("==" in line for line in lock.read_text().splitlines())
    return Step(
        f"{count} Python packages for {what} (requirements/{name}.txt)",
        digest([lock]),
        VENV / f".{name}",
        PYTHON,
        lambda: _pip("--require-hashes", "--prefer-binary", "-r", str(lock)),
    )


def command() -> Step:
    """The `lyceum` command: an editable install, so an edit needs no new setup."""
    packages = sorted(p.parent.name for p in ROOT.glob("*/__init__.py"))
    key = digest([ROOT / "pyproject.toml"], str(ROOT), *packages)
    return Step("the lyceum command", key, VENV / ".command", VENV / "bin" / "lyceum", _install_tree)


def _runs() -> bool:
    return _passes("import sys; sys.exit(sys.version_info < (3, 11))")


def _pip_inside() -> bool:
    return _passes("import pip")


def _passes(code: str) -> bool:
    try:
        return subprocess.run([str(PYTHON), "-c", code], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def _make() -> None:
    """Takes a whole environment that somebody made; replaces a broken or half-made one."""
    if _runs() and _pip_inside():
        return
    shutil.rmtree(VENV, ignore_errors=True)
    with_pip = _has("ensurepip") or _installs_ensurepip()
    if not with_pip and not _has("pip"):
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        raise PrepareError(f"Python {version} has neither venv nor pip: sudo apt-get install python{version}-venv")
    venv.create(VENV, with_pip=with_pip, symlinks=True)


def _installs_ensurepip() -> bool:
    """Debian ships ensurepip apart from its own Python; another Python cannot be mended by a package."""
    if not Path(sys.executable).resolve().is_relative_to("/usr/bin"):
        return False
    package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
    return debian.install(package) and _has("ensurepip")


def _has(module: str) -> bool:
    importlib.invalidate_caches()
    return importlib.util.find_spec(module) is not None


def _pip(*arguments: str) -> None:
    pip = [str(PYTHON), "-m", "pip"] if _pip_inside() else [sys.executable, "-m", "pip", "--python", str(PYTHON)]
    quietly([*pip, *PIP_INSTALL, *arguments], "pip could not install: check the network and the disk, then again")


def _install_tree() -> None:
    _pip("--no-build-isolation", "--no-index", "--editable", str(ROOT))
