"""The figures of a room worker for Prometheus: counted where it happens. What is true right now: `rooms.collector`."""

from prometheus_client import Counter, Histogram

COMMIT_BOUNDS = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0)
"""Upper bounds in seconds."""

COMMIT_SECONDS = Histogram("lyceum_rooms_commit_seconds", "One commit to the log.", buckets=COMMIT_BOUNDS)
COMMITTED = Counter("lyceum_rooms_committed_entries_total", "Entries made durable.")
COMMIT_FAILURES = Counter("lyceum_rooms_commit_failures_total", "Commits that have to be made again.")
OPENED = Counter("lyceum_rooms_opened_total", "Times a room was opened here.")
FENCED = Counter("lyceum_rooms_fenced_total", "Times a room was given up because it has a newer owner.")
