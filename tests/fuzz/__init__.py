"""A million doubtful updates and frames: ``make fuzz``. The short forms are in tests/crdt and tests/gateway."""
