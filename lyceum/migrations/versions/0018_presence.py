"""Stays are told while they last: each has an end from its beginning on."""

from lyceum.migrations.tenancy import run

revision = "0018_presence"
down_revision: str | None = "0017_assignments"


def upgrade() -> None:
    run("""
UPDATE presences SET left_at = entered_at WHERE left_at IS NULL
--
ALTER TABLE presences ALTER COLUMN left_at SET NOT NULL
""")


def downgrade() -> None:
    run("ALTER TABLE presences ALTER COLUMN left_at DROP NOT NULL")
