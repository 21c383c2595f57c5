"""The roles the planes work as, and who the current tenant is.

The connecting user owns the tables and is exempt from row-level security; the planes step down from it by
``SET ROLE lyceum_rest`` or ``SET ROLE lyceum_rooms`` and are held by grants and policies.
"""

from alembic import op

revision = "0001_roles"
down_revision: str | None = None

ROLES = ("lyceum_rest", "lyceum_rooms")

# Roles belong to the whole server: another database on it may have made them, or may be making them right now.
CREATE_ROLE = """
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN
    CREATE ROLE {role} NOLOGIN;
  END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$
"""

JOIN_ROLE = """
DO $$ BEGIN
  IF NOT pg_has_role(current_user, '{role}', 'SET') THEN
    GRANT {role} TO CURRENT_USER;
  END IF;
END $$
"""

# Empty means nobody: after a transaction a custom setting reads as '' rather than NULL.
CREATE_TENANT = """
CREATE FUNCTION lyceum_tenant() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
RETURN NULLIF(current_setting('lyceum.tenant', true), '')
"""

DROP_ROLE = """
DO $$ BEGIN
  DROP ROLE IF EXISTS {role};
EXCEPTION WHEN dependent_objects_still_exist OR insufficient_privilege THEN NULL;
END $$
"""


def upgrade() -> None:
    for role in ROLES:
        op.execute(CREATE_ROLE.format(role=role))
        op.execute(JOIN_ROLE.format(role=role))
        op.execute(f"GRANT USAGE ON SCHEMA public TO {role}")
    op.execute(CREATE_TENANT)


def downgrade() -> None:
    op.execute("DROP FUNCTION lyceum_tenant()")
    for role in ROLES:
        op.execute(f"REVOKE USAGE ON SCHEMA public FROM {role}")
        op.execute(DROP_ROLE.format(role=role))  # stays while another database of this server grants it something
