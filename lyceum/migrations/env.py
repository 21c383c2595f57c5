"""Alembic's entry point. `lyceum.migrate` opens the connection and the transaction and hands them in."""

from alembic import context


def run() -> None:
    connection = context.config.attributes["connection"]
    context.configure(connection=connection, transaction_per_migration=False)
    with context.begin_transaction():
        context.run_migrations()


run()
