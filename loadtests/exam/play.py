"""The end of every command here: run it in a folder of its own, print the figures, say whether the targets are met."""

import argparse
import json
import tempfile
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import uvloop

Run = Callable[[argparse.Namespace, Path], Coroutine[Any, Any, dict[str, Any]]]


def play(run: Run, parser: argparse.ArgumentParser) -> None:
    """``run`` with what the command line says; ends the process with 0 when what it returns is ``met``, else 1."""
    with tempfile.TemporaryDirectory() as folder:
        found = uvloop.run(run(parser.parse_args(), Path(folder)))
    print(json.dumps(found, indent=1))
    raise SystemExit(0 if found["met"] else 1)
