"""The database's shape over time: one linear chain of Alembic revisions (see README.md beside this file)."""
