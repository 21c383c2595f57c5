"""Questions, quizzes, attempts with their answers and marks, gradebooks; the queue of background jobs.

The queue is procrastinate's own schema, installed from the package. ``lyceum_rest`` reaches it by one function only:
what waits there is of all tenants.
"""

from alembic import op
from procrastinate.schema import SchemaManager
from sqlalchemy import text

from lyceum.migrations.tenancy import drop, protect, run

revision = "0015_assessment"
down_revision: str | None = "0014_trust"

TABLES = """
CREATE TABLE items (
  tenant text NOT NULL,
  id uuid NOT NULL,
  course_id uuid NOT NULL,
  kind text NOT NULL,
  title text NOT NULL,
  tags text[] NOT NULL,
  skills text[] NOT NULL,
  points numeric NOT NULL,
  content jsonb NOT NULL,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  deleted_at timestamptz,
  PRIMARY KEY (tenant, id),
  UNIQUE (tenant, course_id, id),
  FOREIGN KEY (tenant, course_id) REFERENCES courses ON DELETE CASCADE
)
--
CREATE INDEX items_tags ON items USING gin (tags)
--
CREATE TABLE item_versions (
  tenant text NOT NULL,
  item_id uuid NOT NULL,
  number integer NOT NULL,
  content jsonb NOT NULL,
  made_by uuid,
  made_at timestamptz NOT NULL,
  PRIMARY KEY (tenant, item_id, number),
  FOREIGN KEY (tenant, item_id) REFERENCES items ON DELETE CASCADE,
  FOREIGN KEY (tenant, made_by) REFERENCES people ON DELETE SET NULL (made_by)
)
--
CREATE TABLE quizzes (
  tenant text NOT NULL,
  id uuid NOT NULL,
  course_id uuid NOT NULL,
  module_id uuid,
  title text NOT NULL,
  instructions text NOT NULL,
  status text NOT NULL CHECK (status IN ('draft', 'published')),
  parts jsonb NOT NULL,
  plan jsonb,
  shuffle_items boolean NOT NULL,
  shuffle_choices boolean NOT NULL,
  opens_at timestamptz,
  due_at timestamptz,
  closes_at timestamptz,
  minutes integer CHECK (minutes > 0),
  attempts integer NOT NULL CHECK (attempts >= 0),
  keep text NOT NULL,
  late jsonb NOT NULL,
  release text NOT NULL CHECK (release IN ('submitted', 'closed', 'released')),
  shows text NOT NULL CHECK (shows IN ('score', 'feedback', 'key')),
  released_at timestamptz,
  category text NOT NULL,
  maximum numeric NOT NULL,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  deleted_at timestamptz,
  PRIMARY KEY (tenant, id),
  UNIQUE (tenant, course_id, id),
  FOREIGN KEY (tenant, course_id) REFERENCES courses ON DELETE CASCADE,
  FOREIGN KEY (tenant, course_id, module_id) REFERENCES modules (tenant, course_id, id)
    ON DELETE SET NULL (module_id)
)
--
CREATE INDEX quizzes_course ON quizzes (tenant, course_id)
--
CREATE TABLE accommodations (
  tenant text NOT NULL,
  id uuid NOT NULL,
  course_id uuid NOT NULL,
  quiz_id uuid,
  person_id uuid NOT NULL,
  extra_time integer NOT NULL CHECK (extra_time BETWEEN 0 AND 400),
  later_minutes integer NOT NULL CHECK (later_minutes >= 0),
  extra_attempts integer NOT NULL CHECK (extra_attempts >= 0),
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (tenant, id),
  CONSTRAINT accommodations_once UNIQUE NULLS NOT DISTINCT (tenant, course_id, person_id, quiz_id),
  FOREIGN KEY (tenant, course_id) REFERENCES courses ON DELETE CASCADE,
  FOREIGN KEY (tenant, course_id, quiz_id) REFERENCES quizzes (tenant, course_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant, person_id) REFERENCES people ON DELETE CASCADE
)
--
CREATE TABLE attempts (
  tenant text NOT NULL,
  id uuid NOT NULL,
  course_id uuid NOT NULL,
  quiz_id uuid NOT NULL,
  person_id uuid NOT NULL,
  number integer NOT NULL,
  status text NOT NULL CHECK (status IN ('running', 'submitted', 'graded')),
  paper jsonb NOT NULL,
  started_at timestamptz NOT NULL,
  ends_at timestamptz,
  submitted_at timestamptz,
  ended_by text CHECK (ended_by IN ('student', 'time', 'staff')),
  score numeric,
  maximum numeric,
  needs_manual boolean NOT NULL DEFAULT false,
  result jsonb,
  graded_at timestamptz,
  PRIMARY KEY (tenant, id),
  CONSTRAINT attempts_number UNIQUE (tenant, quiz_id, person_id, number),
  CONSTRAINT attempts_graded CHECK ((score IS NULL) = (result IS NULL) AND (status <> 'graded' OR score IS NOT NULL)),
  CONSTRAINT attempts_within CHECK (score IS NULL OR (score >= 0 AND score <= maximum)),
  FOREIGN KEY (tenant, course_id, quiz_id) REFERENCES quizzes (tenant, course_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant, person_id) REFERENCES people ON DELETE CASCADE
)
--
CREATE UNIQUE INDEX attempts_running ON attempts (tenant, quiz_id, person_id) WHERE status = 'running'
--
CREATE INDEX attempts_ending ON attempts (ends_at) WHERE status = 'running'
--
CREATE INDEX attempts_person ON attempts (tenant, person_id)
--
CREATE INDEX attempts_course ON attempts (tenant, course_id)
--
CREATE TABLE answers (
  tenant text NOT NULL,
  attempt_id uuid NOT NULL,
  item_id uuid NOT NULL,
  person_id uuid NOT NULL,
  seq bigint NOT NULL,
  response text COLLATE "C" NOT NULL,
  saved_at timestamptz NOT NULL,
  PRIMARY KEY (tenant, attempt_id, item_id),
  FOREIGN KEY (tenant, attempt_id) REFERENCES attempts ON DELETE CASCADE
)
--
CREATE INDEX answers_person ON answers (tenant, person_id)
--
CREATE TABLE marks (
  tenant text NOT NULL,
  attempt_id uuid NOT NULL,
  item_id uuid NOT NULL,
  score numeric NOT NULL,
  comment text NOT NULL,
  marked_by uuid,
  marked_at timestamptz NOT NULL,
  PRIMARY KEY (tenant, attempt_id, item_id),
  FOREIGN KEY (tenant, attempt_id) REFERENCES attempts ON DELETE CASCADE,
  FOREIGN KEY (tenant, marked_by) REFERENCES people ON DELETE SET NULL (marked_by)
)
--
CREATE TABLE answer_events (
  tenant text NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY,
  course_id uuid NOT NULL,
  quiz_id uuid NOT NULL,
  attempt_id uuid NOT NULL,
  item_id uuid NOT NULL,
  person_id uuid NOT NULL,
  skills text[] NOT NULL,
  share double precision NOT NULL CHECK (share BETWEEN 0 AND 1),
  at timestamptz NOT NULL,
  PRIMARY KEY (tenant, id),
  CONSTRAINT answer_events_once UNIQUE (tenant, attempt_id, item_id),
  FOREIGN KEY (tenant, attempt_id) REFERENCES attempts ON DELETE CASCADE
)
--
CREATE INDEX answer_events_person ON answer_events (tenant, person_id, id)
--
CREATE INDEX answer_events_course ON answer_events (tenant, course_id, id)
--
CREATE TABLE gradebooks (
  tenant text NOT NULL,
  id uuid NOT NULL,
  categories jsonb NOT NULL,
  missing_counts boolean NOT NULL,
  curve text,
  curve_mean numeric,
  scale jsonb NOT NULL,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (tenant, id),
  FOREIGN KEY (tenant, id) REFERENCES courses ON DELETE CASCADE
)
--
CREATE TABLE gradebook_cells (
  tenant text NOT NULL,
  course_id uuid NOT NULL,
  column_id uuid NOT NULL,
  person_id uuid NOT NULL,
  score numeric,
  excused boolean NOT NULL,
  comment text NOT NULL,
  set_by uuid,
  set_at timestamptz NOT NULL,
  PRIMARY KEY (tenant, course_id, column_id, person_id),
  FOREIGN KEY (tenant, course_id) REFERENCES courses ON DELETE CASCADE,
  FOREIGN KEY (tenant, person_id) REFERENCES people ON DELETE CASCADE,
  FOREIGN KEY (tenant, set_by) REFERENCES people ON DELETE SET NULL (set_by)
)
"""

ALL = (
    "items",
    "item_versions",
    "quizzes",
    "accommodations",
    "attempts",
    "answers",
    "marks",
    "answer_events",
    "gradebooks",
    "gradebook_cells",
)

DEFER = """
CREATE FUNCTION lyceum_defer(queue text, task text, args jsonb[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public AS $$
  SELECT procrastinate_defer_jobs_v1(array_agg(
    ROW(queue, task, 0, NULL, NULL, one, NULL)::procrastinate_job_to_defer_v1))
  FROM unnest(args) AS one
$$
--
REVOKE ALL ON FUNCTION lyceum_defer(text, text, jsonb[]) FROM PUBLIC
--
GRANT EXECUTE ON FUNCTION lyceum_defer(text, text, jsonb[]) TO lyceum_rest
"""

# The tables go with their sequences, triggers and indexes; the types go after the functions that take them.
DROP_QUEUE = """
DO $$ DECLARE one record; BEGIN
  DROP TABLE procrastinate_events, procrastinate_periodic_defers, procrastinate_jobs, procrastinate_workers CASCADE;
  FOR one IN SELECT oid::regprocedure AS name FROM pg_proc
    WHERE pronamespace = 'public'::regnamespace AND proname LIKE 'procrastinate\\_%'
  LOOP EXECUTE format('DROP FUNCTION %s', one.name); END LOOP;
  FOR one IN SELECT oid::regtype AS name FROM pg_type
    WHERE typnamespace = 'public'::regnamespace AND typname LIKE 'procrastinate\\_%' AND typtype IN ('e', 'c')
  LOOP EXECUTE format('DROP TYPE %s CASCADE', one.name); END LOOP;
END $$
"""


def upgrade() -> None:
    run(TABLES)
    for table in ALL:
        protect(table, services=("attempts",) if table == "attempts" else ())
    _many(SchemaManager.get_schema())
    run(DEFER)


def _many(script: str) -> None:
    """Run a script of many statements, which a prepared statement may not hold."""
    driver = op.get_bind().connection.dbapi_connection
    op.get_bind().execute(text("SELECT 1"))  # begins the transaction, if nothing has yet
    driver.run_async(lambda connection: connection.execute(script))  # type: ignore[union-attr]


def downgrade() -> None:
    op.execute("DROP FUNCTION lyceum_defer(text, text, jsonb[])")
    op.execute(DROP_QUEUE)
    drop(*reversed(ALL))
