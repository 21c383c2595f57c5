"""Classes (a live room and when it meets), meetings, presence and attendance, groups, who was sent out."""

from lyceum.migrations.tenancy import drop, protect, run

revision = "0013_classes"
down_revision: str | None = "0012_courses"

TABLES = """
CREATE TABLE classes (
  tenant text NOT NULL,
  id uuid NOT NULL,
  course_id uuid NOT NULL,
  section_id uuid,
  title text NOT NULL,
  room text NOT NULL CHECK (room ~ '^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$'),
  time_zone text NOT NULL,
  starts_at timestamp NOT NULL,
  minutes integer NOT NULL CHECK (minutes BETWEEN 1 AND 1440),
  recurrence jsonb,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  deleted_at timestamptz,
  PRIMARY KEY (tenant, id),
  CONSTRAINT classes_room UNIQUE (tenant, room),
  FOREIGN KEY (tenant, course_id) REFERENCES courses ON DELETE CASCADE,
  FOREIGN KEY (tenant, course_id, section_id) REFERENCES sections (tenant, course_id, id)
    ON DELETE SET NULL (section_id)
)
--
CREATE INDEX classes_course ON classes (tenant, course_id)
--
CREATE TABLE class_exceptions (
  tenant text NOT NULL,
  class_id uuid NOT NULL,
  original timestamp NOT NULL,
  moved_to timestamp,
  PRIMARY KEY (tenant, class_id, original),
  FOREIGN KEY (tenant, class_id) REFERENCES classes ON DELETE CASCADE
)
--
CREATE TABLE meetings (
  tenant text NOT NULL,
  id uuid NOT NULL,
  class_id uuid NOT NULL,
  opened_at timestamptz NOT NULL,
  opened_by uuid,
  ended_at timestamptz,
  PRIMARY KEY (tenant, id),
  FOREIGN KEY (tenant, class_id) REFERENCES classes ON DELETE CASCADE,
  FOREIGN KEY (tenant, opened_by) REFERENCES people ON DELETE SET NULL (opened_by)
)
--
CREATE UNIQUE INDEX meetings_open ON meetings (tenant, class_id) WHERE ended_at IS NULL
--
CREATE INDEX meetings_class ON meetings (tenant, class_id, id)
--
CREATE TABLE presences (
  tenant text NOT NULL,
  meeting_id uuid NOT NULL,
  person_id uuid NOT NULL,
  entered_at timestamptz NOT NULL,
  left_at timestamptz,
  PRIMARY KEY (tenant, meeting_id, person_id, entered_at),
  FOREIGN KEY (tenant, meeting_id) REFERENCES meetings ON DELETE CASCADE,
  FOREIGN KEY (tenant, person_id) REFERENCES people ON DELETE CASCADE
)
--
CREATE INDEX presences_person ON presences (tenant, person_id)
--
CREATE TABLE attendance_marks (
  tenant text NOT NULL,
  meeting_id uuid NOT NULL,
  person_id uuid NOT NULL,
  status text NOT NULL CHECK (status IN ('present', 'late', 'absent', 'excused')),
  marked_by uuid,
  marked_at timestamptz NOT NULL,
  PRIMARY KEY (tenant, meeting_id, person_id),
  FOREIGN KEY (tenant, meeting_id) REFERENCES meetings ON DELETE CASCADE,
  FOREIGN KEY (tenant, person_id) REFERENCES people ON DELETE CASCADE,
  FOREIGN KEY (tenant, marked_by) REFERENCES people ON DELETE SET NULL (marked_by)
)
--
CREATE INDEX attendance_marks_person ON attendance_marks (tenant, person_id)
--
CREATE TABLE class_groups (
  tenant text NOT NULL,
  id uuid NOT NULL,
  class_id uuid NOT NULL,
  name text NOT NULL,
  room text NOT NULL CHECK (room ~ '^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$'),
  PRIMARY KEY (tenant, id),
  UNIQUE (tenant, class_id, id),
  CONSTRAINT class_groups_room UNIQUE (tenant, room),
  CONSTRAINT class_groups_name UNIQUE (tenant, class_id, name),
  FOREIGN KEY (tenant, class_id) REFERENCES classes ON DELETE CASCADE
)
--
CREATE TABLE group_members (
  tenant text NOT NULL,
  class_id uuid NOT NULL,
  person_id uuid NOT NULL,
  group_id uuid NOT NULL,
  PRIMARY KEY (tenant, class_id, person_id),
  FOREIGN KEY (tenant, class_id, group_id) REFERENCES class_groups (tenant, class_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant, person_id) REFERENCES people ON DELETE CASCADE
)
--
CREATE TABLE removals (
  tenant text NOT NULL,
  class_id uuid NOT NULL,
  person_id uuid NOT NULL,
  removed_at timestamptz NOT NULL,
  removed_by uuid,
  PRIMARY KEY (tenant, class_id, person_id),
  FOREIGN KEY (tenant, class_id) REFERENCES classes ON DELETE CASCADE,
  FOREIGN KEY (tenant, person_id) REFERENCES people ON DELETE CASCADE,
  FOREIGN KEY (tenant, removed_by) REFERENCES people ON DELETE SET NULL (removed_by)
)
"""

ALL = (
    "classes",
    "class_exceptions",
    "meetings",
    "presences",
    "attendance_marks",
    "class_groups",
    "group_members",
    "removals",
)


def upgrade() -> None:
    run(TABLES)
    for table in ALL:
        protect(table)


def downgrade() -> None:
    drop(*reversed(ALL))
