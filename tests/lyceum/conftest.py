"""A cluster made once and copied for each test: making one takes a second, copying it a tenth."""

import os
import select
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from lyceum.embedded.folder import make_private
from lyceum.embedded.postgres import prepare
from tests.fixtures.services import scratch_folder

WAIT_MS = 60_000


@pytest.fixture(scope="session")
def made_folder() -> Iterator[Path]:
    with scratch_folder() as scratch:
        folder = make_private(scratch / "data")
        prepare(folder, sync=False)
        yield folder


@pytest.fixture
def scratch() -> Iterator[Path]:
    with scratch_folder() as path:
        yield path


@pytest.fixture
def folder(made_folder: Path) -> Iterator[Path]:
    """A data folder with a cluster, short enough for sockets."""
    with scratch_folder() as scratch:
        yield copied(made_folder, scratch / "data")


def copied(made: Path, path: Path) -> Path:
    shutil.copytree(made, path)
    return path


def wait_for_end(pid: int) -> None:
    """Until process ``pid``, which need not be our child, has ended."""
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    try:
        poll = select.poll()
        poll.register(handle, select.POLLIN)
        assert poll.poll(WAIT_MS), f"process {pid} goes on"
    finally:
        os.close(handle)


def python_for(uid: int) -> str | None:
    """A Python that user ``uid`` may run with this environment's packages; ``None`` when there is none.

    The interpreter running the tests may live in a folder only root enters.
    """
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    for python in (sys.executable, f"/usr/bin/python{version}"):
        try:
            checked = subprocess.run(
                [python, "-c", "import asyncpg, lyceum.embedded.postgres"],
                user=uid,
                group=uid,
                extra_groups=[],
                env=environment_for_tests(),
                cwd="/",
                capture_output=True,
                check=False,
            )
        except OSError:
            continue
        if checked.returncode == 0:
            return python
    return None


def environment_for_tests() -> dict[str, str]:
    """The import path of this process for another one."""
    paths = [path for path in sys.path if path]
    root = str(Path(__file__).parents[2])
    return {"PATH": os.defpath, "PYTHONPATH": os.pathsep.join([root, *paths]), "PYTHONDONTWRITEBYTECODE": "1"}
