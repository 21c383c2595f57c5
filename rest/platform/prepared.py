"""Statements of the busiest paths: written as all others are, compiled once, and run by the driver itself.

Building a statement, finding its compiled form and making objects of its rows costs many times what PostgreSQL and the
driver need for it. Rows come as the driver gives them.
"""

from typing import Any

from sqlalchemy import Executable
from sqlalchemy.dialects.postgresql.asyncpg import dialect

from rest.db import Unit

_DIALECT = dialect()


class Prepared:
    """``statement`` has `bindparam`s for all its values; they are given by name."""

    def __init__(self, statement: Executable) -> None:
        compiled = statement.compile(dialect=_DIALECT)  # type: ignore[attr-defined]
        self._sql = str(compiled)
        self._names: tuple[str, ...] = tuple(compiled.positiontup)
        self._fixed: dict[str, Any] = dict(compiled.params)

    async def rows(self, unit: Unit, **values: Any) -> list[Any]:
        """Its rows, as `asyncpg.Record`s, in the transaction of a unit that has been entered."""
        given = self._fixed | values
        return await unit.driver.fetch(self._sql, *[given[name] for name in self._names])

    async def row(self, unit: Unit, **values: Any) -> Any:
        """The first row, or None."""
        found = await self.rows(unit, **values)
        return found[0] if found else None
