"""Institutions (the tenants), and the audit log, chained by hash and open to nothing but appending."""

from alembic import op

from lyceum.migrations.tenancy import drop, protect, run

revision = "0010_institutions"
down_revision: str | None = "0002_room_log"

TABLES = """
CREATE FUNCTION lyceum_service() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
RETURN NULLIF(current_setting('lyceum.service', true), '')
--
CREATE TABLE institutions (
  tenant text PRIMARY KEY CHECK (tenant ~ '^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$'),
  name text NOT NULL,
  kind text NOT NULL DEFAULT 'school' CHECK (kind IN ('school', 'platform')),
  status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'suspended')),
  locale text NOT NULL DEFAULT 'en',
  time_zone text NOT NULL DEFAULT 'UTC',
  quotas jsonb NOT NULL DEFAULT '{}',
  settings jsonb NOT NULL DEFAULT '{}',
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
)
--
CREATE TABLE audit_heads (
  tenant text PRIMARY KEY REFERENCES institutions,
  seq bigint NOT NULL,
  hash bytea NOT NULL
)
--
CREATE TABLE audit (
  tenant text NOT NULL REFERENCES institutions,
  seq bigint NOT NULL,
  at timestamptz NOT NULL,
  actor text NOT NULL,
  action text NOT NULL,
  person uuid,
  entry text NOT NULL,
  hash bytea NOT NULL,
  PRIMARY KEY (tenant, seq)
)
--
CREATE INDEX audit_person ON audit (tenant, person, seq) WHERE person IS NOT NULL
--
CREATE FUNCTION lyceum_audit(entries text[]) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE
  whose text := lyceum_tenant();
  head audit_heads;
  line text;
BEGIN
  INSERT INTO audit_heads VALUES (whose, 0, sha256(convert_to(whose, 'UTF8'))) ON CONFLICT DO NOTHING;
  SELECT * INTO STRICT head FROM audit_heads WHERE tenant = whose FOR UPDATE;
  FOREACH line IN ARRAY entries LOOP
    head.seq := head.seq + 1;
    head.hash := sha256(head.hash || convert_to(head.seq || ':' || line, 'UTF8'));
    INSERT INTO audit VALUES (whose, head.seq, (line::jsonb ->> 'at')::timestamptz, line::jsonb ->> 'actor',
      line::jsonb ->> 'action', (line::jsonb ->> 'person')::uuid, line, head.hash);
  END LOOP;
  UPDATE audit_heads SET seq = head.seq, hash = head.hash WHERE tenant = whose;
  RETURN head.seq;
END $$
--
CREATE FUNCTION lyceum_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the audit log is append-only' USING ERRCODE = 'insufficient_privilege';
END $$
--
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit EXECUTE FUNCTION lyceum_append_only()
--
REVOKE ALL ON FUNCTION lyceum_audit(text[]) FROM PUBLIC
--
GRANT EXECUTE ON FUNCTION lyceum_audit(text[]) TO lyceum_rest
"""


def upgrade() -> None:
    run(TABLES)
    protect("institutions", "SELECT, INSERT, UPDATE", services=("platform", "outbox", "sweep"))
    protect("audit_heads", "SELECT")
    protect("audit", "SELECT")


def downgrade() -> None:
    drop("audit", "audit_heads", "institutions")
    op.execute("DROP FUNCTION lyceum_append_only()")
    op.execute("DROP FUNCTION lyceum_audit(text[])")
    op.execute("DROP FUNCTION lyceum_service()")
