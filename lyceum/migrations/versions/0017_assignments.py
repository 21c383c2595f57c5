"""Assignments, what was handed in (texts, files, documents of rooms as they were), and peer reviews."""

from lyceum.migrations.tenancy import drop, protect, run

revision = "0017_assignments"
down_revision: str | None = "0016_recommendations"

TABLES = """
CREATE TABLE assignments (
  tenant text NOT NULL,
  id uuid NOT NULL,
  course_id uuid NOT NULL,
  module_id uuid,
  title text NOT NULL,
  instructions text NOT NULL,
  status text NOT NULL CHECK (status IN ('draft', 'published')),
  points numeric NOT NULL CHECK (points > 0 AND points <= 10000),
  category text NOT NULL,
  opens_at timestamptz,
  due_at timestamptz,
  closes_at timestamptz,
  late jsonb NOT NULL,
  rubric jsonb,
  peer_reviews integer NOT NULL CHECK (peer_reviews BETWEEN 0 AND 10),
  peers_assigned_at timestamptz,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  deleted_at timestamptz,
  PRIMARY KEY (tenant, id),
  UNIQUE (tenant, course_id, id),
  CONSTRAINT assignments_order CHECK (opens_at <= due_at AND due_at <= closes_at AND opens_at <= closes_at),
  FOREIGN KEY (tenant, course_id) REFERENCES courses ON DELETE CASCADE,
  FOREIGN KEY (tenant, course_id, module_id) REFERENCES modules (tenant, course_id, id)
    ON DELETE SET NULL (module_id)
)
--
CREATE INDEX assignments_course ON assignments (tenant, course_id, id)
--
CREATE TABLE submissions (
  tenant text NOT NULL,
  id uuid NOT NULL,
  course_id uuid NOT NULL,
  assignment_id uuid NOT NULL,
  person_id uuid NOT NULL,
  status text NOT NULL CHECK (status IN ('draft', 'submitted', 'returned')),
  body text NOT NULL,
  document jsonb,
  submitted_at timestamptz,
  late_seconds integer NOT NULL,
  raw_score numeric,
  score numeric,
  picks jsonb,
  feedback text NOT NULL,
  graded_by uuid,
  graded_at timestamptz,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (tenant, id),
  UNIQUE (tenant, assignment_id, id),
  CONSTRAINT submissions_once UNIQUE (tenant, assignment_id, person_id),
  FOREIGN KEY (tenant, course_id, assignment_id) REFERENCES assignments (tenant, course_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant, person_id) REFERENCES people ON DELETE CASCADE,
  FOREIGN KEY (tenant, graded_by) REFERENCES people ON DELETE SET NULL (graded_by)
)
--
CREATE INDEX submissions_person ON submissions (tenant, person_id)
--
CREATE TABLE submission_files (
  tenant text NOT NULL,
  id uuid NOT NULL,
  submission_id uuid NOT NULL,
  person_id uuid NOT NULL,
  name text NOT NULL,
  media_type text NOT NULL,
  size bigint NOT NULL,
  sha256 bytea NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (tenant, id),
  FOREIGN KEY (tenant, submission_id) REFERENCES submissions ON DELETE CASCADE,
  FOREIGN KEY (tenant, person_id) REFERENCES people ON DELETE CASCADE
)
--
CREATE INDEX submission_files_of ON submission_files (tenant, submission_id)
--
CREATE TABLE peer_reviews (
  tenant text NOT NULL,
  id uuid NOT NULL,
  assignment_id uuid NOT NULL,
  submission_id uuid NOT NULL,
  reviewer_id uuid NOT NULL,
  picks jsonb,
  share double precision CHECK (share BETWEEN 0 AND 1),
  comment text NOT NULL,
  done_at timestamptz,
  PRIMARY KEY (tenant, id),
  CONSTRAINT peer_reviews_once UNIQUE (tenant, submission_id, reviewer_id),
  FOREIGN KEY (tenant, assignment_id, submission_id) REFERENCES submissions (tenant, assignment_id, id)
    ON DELETE CASCADE,
  FOREIGN KEY (tenant, reviewer_id) REFERENCES people ON DELETE CASCADE
)
--
CREATE INDEX peer_reviews_reviewer ON peer_reviews (tenant, reviewer_id, assignment_id)
"""

ALL = ("assignments", "submissions", "submission_files", "peer_reviews")


def upgrade() -> None:
    run(TABLES)
    for table in ALL:
        protect(table)


def downgrade() -> None:
    drop(*reversed(ALL))
