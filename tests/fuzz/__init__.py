"""A million doubtful updates and frames, at length: ``make fuzz``. The short forms are in tests/crdt and tests/gateway."""
