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

# One statement, so that a snapshot and the entries after it are of one moment. Entries behind a snapshot are moved away
# with it; asked for by position, the index passes over the dead ones at once (5 ms after 260,000 keystrokes, until the
# database has cleaned up).
LOAD = """
SELECT true AS snapshot, epoch, seq, body FROM room_snapshots WHERE tenant = $1 AND room = $2 AND doc = $3
UNION ALL
SELECT false, epoch, seq, body FROM room_log WHERE tenant = $1 AND room = $2 AND doc = $3 AND (epoch, seq) > (
  coalesce((SELECT epoch FROM room_snapshots WHERE tenant = $1 AND room = $2 AND doc = $3), 0),
  coalesce((SELECT seq FROM room_snapshots WHERE tenant = $1 AND room = $2 AND doc = $3), 0))
ORDER BY snapshot DESC, epoch, seq
"""

# The class as `LOAD` gives a document, then the room's documents: one question instead of two.
OPENED = """
SELECT true AS snapshot, epoch, seq, body, '' AS doc, '' AS quarantined FROM room_snapshots
WHERE tenant = $1 AND room = $2 AND doc = ''
UNION ALL
SELECT false, epoch, seq, body, '', '' FROM room_log WHERE tenant = $1 AND room = $2 AND doc = '' AND (epoch, seq) > (
  coalesce((SELECT epoch FROM room_snapshots WHERE tenant = $1 AND room = $2 AND doc = ''), 0),
  coalesce((SELECT seq FROM room_snapshots WHERE tenant = $1 AND room = $2 AND doc = ''), 0))
UNION ALL
SELECT false, 0, 0, '', doc, quarantined FROM room_documents WHERE tenant = $1 AND room = $2 AND doc <> ''
ORDER BY doc, snapshot DESC, epoch, seq
"""

# One JSON array of `rooms.log.Entry`, as bytes: encoding eight array parameters costs the worker more than this costs
# the database. ``room`` is a room key, ``body`` base64.
_BATCH = """
WITH batch AS (
  SELECT split_part(room, '/', 1) AS tenant, split_part(room, '/', 2) AS room, doc, epoch, seq,
    decode(body, 'base64') AS body, authors, at
  FROM json_to_recordset(convert_from($1, 'UTF8')::json)
    AS b (room text, doc text, epoch bigint, seq bigint, body text, authors text[], at float8)
), fence AS MATERIALIZED (
  SELECT tenant, room, epoch FROM room_epochs
  WHERE (tenant, room) IN (SELECT tenant, room FROM batch) FOR SHARE
), written AS (
  INSERT INTO room_log (tenant, room, doc, epoch, seq, body, authors, at)
  SELECT tenant, room, doc, epoch, seq, body, authors, to_timestamp(at)
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
