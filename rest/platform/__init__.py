"""What every domain of the REST tier stands on.

request ─ edge (id, size, metrics) ─ principal (who) ─ policy (may they) ─ routes ─ service ─ queries
                                          └────────────── unit: one transaction, one tenant ──┘
"""
