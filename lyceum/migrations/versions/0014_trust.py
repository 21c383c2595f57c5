"""Consent of guardians, and erasures that go on until every plane has done its part."""

from lyceum.migrations.tenancy import drop, protect, run

revision = "0014_trust"
down_revision: str | None = "0013_classes"

TABLES = """
CREATE TABLE consents (
  tenant text NOT NULL,
  person_id uuid NOT NULL,
  given boolean NOT NULL,
  guardian_id uuid,
  decided_at timestamptz NOT NULL,
  PRIMARY KEY (tenant, person_id),
  FOREIGN KEY (tenant, person_id) REFERENCES people ON DELETE CASCADE,
  FOREIGN KEY (tenant, guardian_id) REFERENCES people ON DELETE SET NULL (guardian_id)
)
--
CREATE TABLE erasures (
  tenant text NOT NULL REFERENCES institutions,
  id uuid NOT NULL,
  person_id uuid NOT NULL,
  rooms text[] NOT NULL,
  waiting text[] NOT NULL,
  asked_by uuid,
  asked_at timestamptz NOT NULL,
  tried_at timestamptz,
  done_at timestamptz,
  PRIMARY KEY (tenant, id),
  CONSTRAINT erasures_once UNIQUE (tenant, person_id)
)
--
CREATE INDEX erasures_waiting ON erasures (asked_at) WHERE done_at IS NULL
"""


def upgrade() -> None:
    run(TABLES)
    protect("consents")
    protect("erasures", services=("erasure",))


def downgrade() -> None:
    drop("erasures", "consents")
