"""The durable log of rooms (`rooms.log_postgres`): who may write, what was written, what it comes to, what it was.

``room_epochs`` is the fence: an append takes a share lock on its room's row and compares the epoch, an owner that opens
the room raises it. ``room_log`` holds the entries a load reads after the snapshot; compaction moves them on into
``room_history``. ``doc`` is empty for entries of the class itself.
"""

from alembic import op

revision = "0002_room_log"
down_revision: str | None = "0001_roles"

TABLES = {
    "room_epochs": """
        tenant text NOT NULL,
        room text NOT NULL,
        epoch bigint NOT NULL,
        owner text NOT NULL,
        opened_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (tenant, room)
    """,
    "room_documents": """
        tenant text NOT NULL,
        room text NOT NULL,
        doc text NOT NULL,
        quarantined text NOT NULL DEFAULT '',
        created_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (tenant, room, doc)
    """,
    "room_snapshots": """
        tenant text NOT NULL,
        room text NOT NULL,
        doc text NOT NULL,
        epoch bigint NOT NULL,
        seq bigint NOT NULL,
        body bytea NOT NULL,
        at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (tenant, room, doc)
    """,
    "room_log": """
        tenant text NOT NULL,
        room text NOT NULL,
        doc text NOT NULL,
        epoch bigint NOT NULL,
        seq bigint NOT NULL,
        body bytea NOT NULL,
        authors text[] NOT NULL,
        at timestamptz NOT NULL,
        PRIMARY KEY (tenant, room, doc, epoch, seq)
    """,
    "room_history": """
        tenant text NOT NULL,
        room text NOT NULL,
        doc text NOT NULL,
        epoch bigint NOT NULL,
        seq bigint NOT NULL,
        body bytea NOT NULL,
        authors text[] NOT NULL,
        at timestamptz NOT NULL,
        PRIMARY KEY (tenant, room, doc, epoch, seq)
    """,
}
WITH_BODIES = ("room_snapshots", "room_log", "room_history")


def upgrade() -> None:
    for table, columns in TABLES.items():
        op.execute(f"CREATE TABLE {table} ({columns})")
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY tenant ON {table} FOR SELECT TO lyceum_rest USING (tenant = lyceum_tenant())")
        op.execute(f"CREATE POLICY rooms ON {table} TO lyceum_rooms USING (true) WITH CHECK (true)")
        op.execute(f"GRANT SELECT ON {table} TO lyceum_rest")
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO lyceum_rooms")
    for table in WITH_BODIES:
        # Yjs updates hardly compress, and a load should not wait for it.
        op.execute(f"ALTER TABLE {table} ALTER COLUMN body SET STORAGE EXTERNAL")


def downgrade() -> None:
    for table in reversed(TABLES):
        op.execute(f"DROP TABLE {table}")
