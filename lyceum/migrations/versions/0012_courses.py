"""Terms, courses, sections, modules and what they require, pages, files, enrolments, invitations; full-text search."""

from alembic import op

from lyceum.migrations.tenancy import drop, protect, run

revision = "0012_courses"
down_revision: str | None = "0011_identity"

TABLES = """
CREATE FUNCTION lyceum_language(tag text) RETURNS regconfig LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN
  CASE split_part(tag, '-', 1)
    WHEN 'ar' THEN 'arabic'::regconfig WHEN 'ca' THEN 'catalan'::regconfig WHEN 'da' THEN 'danish'::regconfig
    WHEN 'de' THEN 'german'::regconfig WHEN 'el' THEN 'greek'::regconfig WHEN 'en' THEN 'english'::regconfig
    WHEN 'es' THEN 'spanish'::regconfig WHEN 'fi' THEN 'finnish'::regconfig WHEN 'fr' THEN 'french'::regconfig
    WHEN 'hu' THEN 'hungarian'::regconfig WHEN 'it' THEN 'italian'::regconfig WHEN 'nb' THEN 'norwegian'::regconfig
    WHEN 'nl' THEN 'dutch'::regconfig WHEN 'no' THEN 'norwegian'::regconfig WHEN 'pt' THEN 'portuguese'::regconfig
    WHEN 'ro' THEN 'romanian'::regconfig WHEN 'ru' THEN 'russian'::regconfig WHEN 'sv' THEN 'swedish'::regconfig
    WHEN 'tr' THEN 'turkish'::regconfig ELSE 'simple'::regconfig
  END
--
CREATE TABLE terms (
  tenant text NOT NULL REFERENCES institutions,
  id uuid NOT NULL,
  name text NOT NULL,
  starts_on date NOT NULL,
  ends_on date NOT NULL,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  deleted_at timestamptz,
  PRIMARY KEY (tenant, id),
  CONSTRAINT terms_order CHECK (starts_on <= ends_on)
)
--
CREATE TABLE courses (
  tenant text NOT NULL REFERENCES institutions,
  id uuid NOT NULL,
  term_id uuid,
  code text,
  title text NOT NULL,
  summary text NOT NULL DEFAULT '',
  language text NOT NULL,
  status text NOT NULL CHECK (status IN ('draft', 'published', 'archived')),
  copied_from uuid,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  deleted_at timestamptz,
  search tsvector GENERATED ALWAYS AS (
    setweight(to_tsvector(lyceum_language(language), title || ' ' || coalesce(code, '')), 'A') ||
    setweight(to_tsvector(lyceum_language(language), summary), 'B')) STORED,
  PRIMARY KEY (tenant, id),
  FOREIGN KEY (tenant, term_id) REFERENCES terms ON DELETE SET NULL (term_id)
)
--
CREATE INDEX courses_search ON courses USING gin (search)
--
CREATE TABLE sections (
  tenant text NOT NULL,
  id uuid NOT NULL,
  course_id uuid NOT NULL,
  name text NOT NULL,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (tenant, id),
  UNIQUE (tenant, course_id, id),
  CONSTRAINT sections_name UNIQUE (tenant, course_id, name),
  FOREIGN KEY (tenant, course_id) REFERENCES courses ON DELETE CASCADE
)
--
CREATE TABLE modules (
  tenant text NOT NULL,
  id uuid NOT NULL,
  course_id uuid NOT NULL,
  position integer NOT NULL,
  title text NOT NULL,
  summary text NOT NULL DEFAULT '',
  language text NOT NULL,
  status text NOT NULL CHECK (status IN ('draft', 'published')),
  opens_at timestamptz,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  deleted_at timestamptz,
  search tsvector GENERATED ALWAYS AS (
    setweight(to_tsvector(lyceum_language(language), title), 'A') ||
    setweight(to_tsvector(lyceum_language(language), summary), 'B')) STORED,
  PRIMARY KEY (tenant, id),
  UNIQUE (tenant, course_id, id),
  FOREIGN KEY (tenant, course_id) REFERENCES courses ON DELETE CASCADE
)
--
CREATE INDEX modules_search ON modules USING gin (search)
--
CREATE TABLE module_requirements (
  tenant text NOT NULL,
  course_id uuid NOT NULL,
  module_id uuid NOT NULL,
  requires_id uuid NOT NULL,
  PRIMARY KEY (tenant, module_id, requires_id),
  CONSTRAINT module_requirements_not_self CHECK (module_id <> requires_id),
  FOREIGN KEY (tenant, course_id, module_id) REFERENCES modules (tenant, course_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant, course_id, requires_id) REFERENCES modules (tenant, course_id, id) ON DELETE CASCADE
)
--
CREATE INDEX module_requirements_course ON module_requirements (tenant, course_id)
--
CREATE TABLE pages (
  tenant text NOT NULL,
  id uuid NOT NULL,
  course_id uuid NOT NULL,
  module_id uuid NOT NULL,
  position integer NOT NULL,
  title text NOT NULL,
  body text NOT NULL,
  language text NOT NULL,
  status text NOT NULL CHECK (status IN ('draft', 'published')),
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  deleted_at timestamptz,
  search tsvector GENERATED ALWAYS AS (
    setweight(to_tsvector(lyceum_language(language), title), 'A') ||
    setweight(to_tsvector(lyceum_language(language), left(body, 200000)), 'C')) STORED,
  PRIMARY KEY (tenant, id),
  FOREIGN KEY (tenant, course_id, module_id) REFERENCES modules (tenant, course_id, id) ON DELETE CASCADE
)
--
CREATE INDEX pages_module ON pages (tenant, module_id, position)
--
CREATE INDEX pages_search ON pages USING gin (search)
--
CREATE TABLE files (
  tenant text NOT NULL,
  id uuid NOT NULL,
  course_id uuid NOT NULL,
  name text NOT NULL,
  media_type text NOT NULL,
  size bigint NOT NULL,
  sha256 bytea NOT NULL,
  uploaded_by uuid,
  created_at timestamptz NOT NULL,
  deleted_at timestamptz,
  PRIMARY KEY (tenant, id),
  FOREIGN KEY (tenant, course_id) REFERENCES courses ON DELETE CASCADE,
  FOREIGN KEY (tenant, uploaded_by) REFERENCES people ON DELETE SET NULL (uploaded_by)
)
--
CREATE INDEX files_course ON files (tenant, course_id, id)
--
CREATE INDEX files_content ON files (tenant, sha256)
--
CREATE TABLE enrolments (
  tenant text NOT NULL,
  id uuid NOT NULL,
  course_id uuid NOT NULL,
  section_id uuid,
  person_id uuid NOT NULL,
  role text NOT NULL CHECK (role IN ('teacher', 'assistant', 'student', 'observer')),
  status text NOT NULL CHECK (status IN ('active', 'ended')),
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (tenant, id),
  CONSTRAINT enrolments_once UNIQUE (tenant, course_id, person_id),
  FOREIGN KEY (tenant, course_id) REFERENCES courses ON DELETE CASCADE,
  FOREIGN KEY (tenant, course_id, section_id) REFERENCES sections (tenant, course_id, id)
    ON DELETE SET NULL (section_id),
  FOREIGN KEY (tenant, person_id) REFERENCES people ON DELETE CASCADE
)
--
CREATE INDEX enrolments_person ON enrolments (tenant, person_id)
--
CREATE TABLE invitations (
  tenant text NOT NULL,
  id uuid NOT NULL,
  course_id uuid NOT NULL,
  section_id uuid,
  role text NOT NULL CHECK (role IN ('teacher', 'assistant', 'student', 'observer')),
  person_id uuid,
  hash bytea NOT NULL,
  max_uses integer NOT NULL,
  uses integer NOT NULL DEFAULT 0,
  created_by uuid,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  revoked_at timestamptz,
  PRIMARY KEY (tenant, id),
  FOREIGN KEY (tenant, course_id) REFERENCES courses ON DELETE CASCADE,
  FOREIGN KEY (tenant, course_id, section_id) REFERENCES sections (tenant, course_id, id)
    ON DELETE SET NULL (section_id),
  FOREIGN KEY (tenant, person_id) REFERENCES people ON DELETE CASCADE,
  FOREIGN KEY (tenant, created_by) REFERENCES people ON DELETE SET NULL (created_by)
)
"""

ALL = (
    "terms",
    "courses",
    "sections",
    "modules",
    "module_requirements",
    "pages",
    "files",
    "enrolments",
    "invitations",
)


def upgrade() -> None:
    run(TABLES)
    for table in ALL:
        protect(table)


def downgrade() -> None:
    drop(*reversed(ALL))
    op.execute("DROP FUNCTION lyceum_language(text)")
