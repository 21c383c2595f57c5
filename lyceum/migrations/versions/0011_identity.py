"""People, what they hold, and how they sign in. What identifies a person is closed by the application (bytea)."""

from lyceum.migrations.tenancy import drop, protect, run

revision = "0011_identity"
down_revision: str | None = "0010_institutions"

TABLES = """
CREATE TABLE people (
  tenant text NOT NULL REFERENCES institutions,
  id uuid NOT NULL,
  name bytea NOT NULL,
  email bytea,
  email_index bytea,
  birth_date bytea,
  locale text,
  status text NOT NULL CHECK (status IN ('invited', 'active', 'suspended', 'erased')),
  email_verified_at timestamptz,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  deleted_at timestamptz,
  PRIMARY KEY (tenant, id),
  CONSTRAINT people_email UNIQUE (tenant, email_index)
)
--
CREATE TABLE person_roles (
  tenant text NOT NULL,
  person_id uuid NOT NULL,
  role text NOT NULL CHECK (role IN
    ('platform', 'administrator', 'teacher', 'assistant', 'student', 'guardian', 'observer')),
  PRIMARY KEY (tenant, person_id, role),
  FOREIGN KEY (tenant, person_id) REFERENCES people ON DELETE CASCADE
)
--
CREATE TABLE guardianships (
  tenant text NOT NULL,
  guardian_id uuid NOT NULL,
  ward_id uuid NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant, guardian_id, ward_id),
  CONSTRAINT guardianships_not_self CHECK (guardian_id <> ward_id),
  FOREIGN KEY (tenant, guardian_id) REFERENCES people ON DELETE CASCADE,
  FOREIGN KEY (tenant, ward_id) REFERENCES people ON DELETE CASCADE
)
--
CREATE INDEX guardianships_ward ON guardianships (tenant, ward_id)
--
CREATE TABLE passwords (
  tenant text NOT NULL,
  person_id uuid NOT NULL,
  hash text NOT NULL,
  changed_at timestamptz NOT NULL,
  PRIMARY KEY (tenant, person_id),
  FOREIGN KEY (tenant, person_id) REFERENCES people ON DELETE CASCADE
)
--
CREATE TABLE sessions (
  tenant text NOT NULL,
  id uuid NOT NULL,
  person_id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('cookie', 'bearer')),
  agent text NOT NULL DEFAULT '',
  created_at timestamptz NOT NULL,
  refreshed_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  revoked_at timestamptz,
  revoked_why text,
  PRIMARY KEY (tenant, id),
  FOREIGN KEY (tenant, person_id) REFERENCES people ON DELETE CASCADE
)
--
CREATE INDEX sessions_person ON sessions (tenant, person_id)
--
CREATE TABLE refresh_tokens (
  tenant text NOT NULL,
  session_id uuid NOT NULL,
  number integer NOT NULL,
  hash bytea NOT NULL,
  issued_at timestamptz NOT NULL,
  used_at timestamptz,
  PRIMARY KEY (tenant, session_id, number),
  FOREIGN KEY (tenant, session_id) REFERENCES sessions ON DELETE CASCADE
)
--
CREATE TABLE one_time_tokens (
  tenant text NOT NULL,
  id uuid NOT NULL,
  person_id uuid NOT NULL,
  purpose text NOT NULL CHECK (purpose IN ('verify-email', 'set-password')),
  hash bytea NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  used_at timestamptz,
  PRIMARY KEY (tenant, id),
  FOREIGN KEY (tenant, person_id) REFERENCES people ON DELETE CASCADE
)
--
CREATE INDEX one_time_tokens_person ON one_time_tokens (tenant, person_id)
--
CREATE TABLE outbox (
  tenant text NOT NULL REFERENCES institutions,
  id uuid NOT NULL,
  person_id uuid,
  kind text NOT NULL,
  recipient bytea NOT NULL,
  message bytea NOT NULL,
  created_at timestamptz NOT NULL,
  due_at timestamptz NOT NULL,
  attempts integer NOT NULL DEFAULT 0,
  sent_at timestamptz,
  given_up_at timestamptz,
  PRIMARY KEY (tenant, id),
  FOREIGN KEY (tenant, person_id) REFERENCES people ON DELETE CASCADE
)
--
CREATE INDEX outbox_due ON outbox (due_at) WHERE sent_at IS NULL AND given_up_at IS NULL
--
CREATE TABLE oidc_providers (
  tenant text NOT NULL REFERENCES institutions,
  id uuid NOT NULL,
  name text NOT NULL,
  issuer text NOT NULL,
  client_id text NOT NULL,
  client_secret bytea NOT NULL,
  domains text[] NOT NULL DEFAULT '{}',
  admit boolean NOT NULL DEFAULT false,
  enabled boolean NOT NULL DEFAULT true,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant, id),
  CONSTRAINT oidc_providers_issuer UNIQUE (tenant, issuer, client_id)
)
--
CREATE TABLE oidc_subjects (
  tenant text NOT NULL,
  provider_id uuid NOT NULL,
  subject_hash bytea NOT NULL,
  person_id uuid NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (tenant, provider_id, subject_hash),
  FOREIGN KEY (tenant, provider_id) REFERENCES oidc_providers ON DELETE CASCADE,
  FOREIGN KEY (tenant, person_id) REFERENCES people ON DELETE CASCADE
)
--
CREATE INDEX oidc_subjects_person ON oidc_subjects (tenant, person_id)
--
CREATE TABLE api_keys (
  tenant text NOT NULL,
  id uuid NOT NULL,
  person_id uuid NOT NULL,
  name text NOT NULL,
  hash bytea NOT NULL,
  actions text[] NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  used_at timestamptz,
  revoked_at timestamptz,
  PRIMARY KEY (tenant, id),
  FOREIGN KEY (tenant, person_id) REFERENCES people ON DELETE CASCADE
)
--
CREATE INDEX api_keys_person ON api_keys (tenant, person_id)
"""

PLAIN = (
    "people",
    "person_roles",
    "guardianships",
    "passwords",
    "sessions",
    "refresh_tokens",
    "one_time_tokens",
    "oidc_providers",
    "oidc_subjects",
    "api_keys",
)


def upgrade() -> None:
    run(TABLES)
    for table in PLAIN:
        protect(table)
    protect("outbox", services=("outbox",))


def downgrade() -> None:
    drop("api_keys", "oidc_subjects", "oidc_providers", "outbox", "one_time_tokens", "refresh_tokens", "sessions")
    drop("passwords", "guardianships", "person_roles", "people")
