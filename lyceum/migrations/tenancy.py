"""Row-level security for a table of one tenant's data, the same for every revision that makes one."""

from alembic import op


def protect(table: str, rights: str = "SELECT, INSERT, UPDATE, DELETE", services: tuple[str, ...] = ()) -> None:
    """Hold ``table`` to the current tenant, for its owner too, and grant ``lyceum_rest`` what it needs.

    ``services`` are background services (`lyceum_service`) that see the rows of all tenants."""
    named = ", ".join(f"'{service}'" for service in services)
    also = f" OR lyceum_service() IN ({named})" if services else ""
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY tenant ON {table} USING (tenant = lyceum_tenant(){also})")
    op.execute(f"GRANT {rights} ON {table} TO lyceum_rest")


def drop(*tables: str) -> None:
    """Drop tables, the last made first."""
    for table in tables:
        op.execute(f"DROP TABLE {table}")


def run(script: str) -> None:
    """Execute statements separated by lines that hold only ``--``."""
    for statement in script.split("\n--\n"):
        op.execute(statement)
