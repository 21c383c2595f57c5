"""Skills of a course and what trains them, ratings kept up with each answer, progress, and what is fitted at night."""

from lyceum.migrations.tenancy import drop, protect, run

revision = "0016_recommendations"
down_revision: str | None = "0015_assessment"

TABLES = """
CREATE TABLE skills (
  tenant text NOT NULL,
  id uuid NOT NULL,
  course_id uuid NOT NULL,
  name text NOT NULL,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (tenant, id),
  UNIQUE (tenant, course_id, id),
  FOREIGN KEY (tenant, course_id) REFERENCES courses ON DELETE CASCADE
)
--
CREATE UNIQUE INDEX skills_name ON skills (tenant, course_id, lower(name))
--
CREATE TABLE skill_targets (
  tenant text NOT NULL,
  course_id uuid NOT NULL,
  skill_id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('module', 'page', 'item')),
  target_id uuid NOT NULL,
  PRIMARY KEY (tenant, skill_id, kind, target_id),
  FOREIGN KEY (tenant, course_id, skill_id) REFERENCES skills (tenant, course_id, id) ON DELETE CASCADE
)
--
CREATE INDEX skill_targets_course ON skill_targets (tenant, course_id, kind, target_id)
--
CREATE TABLE skill_answers (
  tenant text NOT NULL,
  id uuid NOT NULL,
  course_id uuid NOT NULL,
  person_id uuid NOT NULL,
  item_id uuid NOT NULL,
  seq bigint GENERATED ALWAYS AS IDENTITY,
  source text NOT NULL,
  skills text[] NOT NULL,
  correct double precision NOT NULL CHECK (correct BETWEEN 0 AND 1),
  answered_at timestamptz NOT NULL,
  PRIMARY KEY (tenant, id),
  CONSTRAINT skill_answers_once UNIQUE (tenant, course_id, source),
  FOREIGN KEY (tenant, course_id) REFERENCES courses ON DELETE CASCADE,
  FOREIGN KEY (tenant, person_id) REFERENCES people ON DELETE CASCADE
)
--
CREATE INDEX skill_answers_person ON skill_answers (tenant, person_id)
--
CREATE INDEX skill_answers_course ON skill_answers (tenant, course_id, seq)
--
CREATE TABLE learner_ratings (
  tenant text NOT NULL,
  course_id uuid NOT NULL,
  person_id uuid NOT NULL,
  value double precision NOT NULL,
  answers integer NOT NULL,
  PRIMARY KEY (tenant, course_id, person_id),
  FOREIGN KEY (tenant, course_id) REFERENCES courses ON DELETE CASCADE,
  FOREIGN KEY (tenant, person_id) REFERENCES people ON DELETE CASCADE
)
--
CREATE TABLE skill_ratings (
  tenant text NOT NULL,
  course_id uuid NOT NULL,
  person_id uuid NOT NULL,
  skill_id uuid NOT NULL,
  value double precision NOT NULL,
  answers integer NOT NULL,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (tenant, person_id, skill_id),
  FOREIGN KEY (tenant, course_id, skill_id) REFERENCES skills (tenant, course_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant, person_id) REFERENCES people ON DELETE CASCADE
)
--
CREATE INDEX skill_ratings_course ON skill_ratings (tenant, course_id, person_id)
--
CREATE TABLE item_ratings (
  tenant text NOT NULL,
  course_id uuid NOT NULL,
  item_id uuid NOT NULL,
  value double precision NOT NULL,
  answers integer NOT NULL,
  PRIMARY KEY (tenant, course_id, item_id),
  FOREIGN KEY (tenant, course_id) REFERENCES courses ON DELETE CASCADE
)
--
CREATE TABLE module_progress (
  tenant text NOT NULL,
  course_id uuid NOT NULL,
  module_id uuid NOT NULL,
  person_id uuid NOT NULL,
  begun_at timestamptz NOT NULL,
  done_at timestamptz,
  PRIMARY KEY (tenant, person_id, module_id),
  FOREIGN KEY (tenant, course_id, module_id) REFERENCES modules (tenant, course_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant, person_id) REFERENCES people ON DELETE CASCADE
)
--
CREATE INDEX module_progress_course ON module_progress (tenant, course_id, begun_at)
--
CREATE TABLE course_rankers (
  tenant text NOT NULL,
  course_id uuid NOT NULL,
  fitted_at timestamptz NOT NULL,
  people integer NOT NULL,
  model bytea NOT NULL,
  PRIMARY KEY (tenant, course_id),
  FOREIGN KEY (tenant, course_id) REFERENCES courses ON DELETE CASCADE
)
"""

ALL = (
    "skills",
    "skill_targets",
    "skill_answers",
    "learner_ratings",
    "skill_ratings",
    "item_ratings",
    "module_progress",
    "course_rankers",
)


def upgrade() -> None:
    run(TABLES)
    for table in ALL:
        protect(table)


def downgrade() -> None:
    drop(*reversed(ALL))
