"""Institutions: the tenants. Who they are, what they may use, how they want things."""
