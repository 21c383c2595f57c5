"""The statements of `rooms.log_postgres`."""

OPEN = """
INSERT INTO room_epochs (tenant, room, epoch, owner) VALUES ($1, $2, 1, $3)
ON CONFLICT (tenant, room) DO UPDATE SET epoch = room_epochs.epoch + 1, owner = excluded.owner, opened_at = now()
RETURNING epoch
"""

EPOCHS = """
SELECT tenant, room, epoch FROM room_epochs
WHERE (tenant, room) IN (SELECT * FROM unnest($1::text[], $2::text[]))
"""

# One statement, so that a snapshot and the entries after it are of one moment.
LOAD = """
SELECT true AS snapshot, epoch, seq, body FROM room_snapshots WHERE tenant = $1 AND room = $2 AND doc = $3
UNION ALL
SELECT false, epoch, seq, body FROM room_log WHERE tenant = $1 AND room = $2 AND doc = $3
ORDER BY snapshot DESC, epoch, seq
"""

DOCUMENTS = """
SELECT doc, quarantined FROM room_documents WHERE tenant = $1 AND room = $2 AND doc <> '' ORDER BY doc
"""

_BATCH = """
WITH batch AS (
  SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::bytea[], $7::text[],
    $8::float8[]) AS b (tenant, room, doc, epoch, seq, body, authors, at)
), fence AS MATERIALIZED (
  SELECT tenant, room, epoch FROM room_epochs
  WHERE (tenant, room) IN (SELECT tenant, room FROM batch) FOR SHARE
), written AS (
  INSERT INTO room_log (tenant, room, doc, epoch, seq, body, authors, at)
  SELECT tenant, room, doc, epoch, seq, body, string_to_array(authors, E'\\x1f'), to_timestamp(at)
  FROM batch JOIN fence USING (tenant, room, epoch)
  ON CONFLICT DO NOTHING
)
"""
_NOTED = """
, noted AS (
  INSERT INTO room_documents (tenant, room, doc)
  SELECT DISTINCT tenant, room, doc FROM batch JOIN fence USING (tenant, room, epoch) WHERE doc <> ''
  ON CONFLICT DO NOTHING
)
"""
_STALE = """
SELECT DISTINCT tenant, room FROM batch LEFT JOIN fence USING (tenant, room)
WHERE fence.epoch IS DISTINCT FROM batch.epoch
"""
APPEND = _BATCH + _STALE
APPEND_AND_NOTE = _BATCH + _NOTED + _STALE

FENCE = "SELECT epoch FROM room_epochs WHERE tenant = $1 AND room = $2 FOR SHARE"

SNAPSHOT = """
INSERT INTO room_snapshots (tenant, room, doc, epoch, seq, body) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (tenant, room, doc) DO UPDATE
SET epoch = excluded.epoch, seq = excluded.seq, body = excluded.body, at = now()
WHERE (room_snapshots.epoch, room_snapshots.seq) <= (excluded.epoch, excluded.seq)
"""

MOVE = """
WITH moved AS (
  DELETE FROM room_log WHERE tenant = $1 AND room = $2 AND doc = $3 AND (epoch, seq) <= ($4, $5) RETURNING *
)
INSERT INTO room_history SELECT * FROM moved ON CONFLICT DO NOTHING
"""

HISTORY = """
SELECT DISTINCT ON (epoch, seq) epoch, seq, body, authors, at FROM (
  SELECT * FROM room_history WHERE tenant = $1 AND room = $2 AND doc = $3 AND (epoch, seq) > ($4, $5)
  UNION ALL
  SELECT * FROM room_log WHERE tenant = $1 AND room = $2 AND doc = $3 AND (epoch, seq) > ($4, $5)
) AS entries ORDER BY epoch, seq LIMIT $6
"""

QUARANTINE = """
INSERT INTO room_documents (tenant, room, doc, quarantined) VALUES ($1, $2, $3, $4)
ON CONFLICT (tenant, room, doc) DO UPDATE SET quarantined = excluded.quarantined
"""

RAISE = "UPDATE room_epochs SET epoch = epoch + 1, owner = '' WHERE tenant = $1 AND room = $2 RETURNING epoch"

RELEASE = """
UPDATE room_documents SET quarantined = '' WHERE tenant = $1 AND room = $2 AND doc = $3 RETURNING doc
"""
