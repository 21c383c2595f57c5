"""Courses that may be suggested to people who are not in them."""

from lyceum.migrations.tenancy import run

revision = "0019_listed_courses"
down_revision: str | None = "0018_presence"


def upgrade() -> None:
    run("ALTER TABLE courses ADD COLUMN listed boolean NOT NULL DEFAULT false")


def downgrade() -> None:
    run("ALTER TABLE courses DROP COLUMN listed")
