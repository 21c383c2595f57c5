"""Runs import-linter on the contracts of pyproject.toml, less the packages that are not in the tree yet.

import-linter stops at a root package it cannot find; the design names packages before they are built.
"""

import os
import sys
import tomllib
from pathlib import Path
from typing import Any

from importlinter import cli

ROOT = Path(__file__).resolve().parent.parent
CONTRACTS = ROOT / "pyproject.toml"


def narrow(config: dict[str, Any], present: set[str]) -> dict[str, Any]:
    """The contracts that `present` packages can keep or break; externals named in them stay."""
    absent = set(config["root_packages"]) - present
    contracts = [narrowed for contract in config["contracts"] if (narrowed := _contract(contract, absent))]
    return config | {"root_packages": [p for p in config["root_packages"] if p in present], "contracts": contracts}


def _contract(contract: dict[str, Any], absent: set[str]) -> dict[str, Any] | None:
    lists = {key: _kept(value, absent) for key, value in contract.items() if isinstance(value, list)}
    return contract | lists if all(lists.values()) else None


def _kept(names: list[str], absent: set[str]) -> list[str]:
    """Drops absent packages from each entry; a layer may name several, joined by `|`."""
    layers = (" | ".join(n for n in map(str.strip, name.split("|")) if n not in absent) for name in names)
    return [layer for layer in layers if layer]


def _toml(config: dict[str, Any]) -> str:
    def table(entries: dict[str, Any]) -> str:
        return "".join(f"{key} = {_value(value)}\n" for key, value in entries.items() if key != "contracts")

    contracts = "".join(f"\n[[tool.importlinter.contracts]]\n{table(c)}" for c in config["contracts"])
    return f"[tool.importlinter]\n{table(config)}{contracts}"


def _value(value: str | bool | list[str]) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else "[" + ", ".join(f'"{item}"' for item in value) + "]"


def main(tree: Path = ROOT) -> int:
    """Checks the packages under `tree`; 0 when every contract is kept."""
    config = tomllib.loads(CONTRACTS.read_text())["tool"]["importlinter"]
    present = {name for name in config["root_packages"] if (tree / name / "__init__.py").is_file()}
    work = tree / ".setup"
    work.mkdir(exist_ok=True)
    narrowed = work / "importlinter.toml"
    narrowed.write_text(_toml(narrow(config, present)))
    os.chdir(tree)  # import-linter looks for the packages where it stands
    return cli.lint_imports(config_filename=str(narrowed), cache_dir=str(work / "imports"), no_logo=True)


if __name__ == "__main__":
    sys.exit(main(*(Path(tree).resolve() for tree in sys.argv[1:])))
