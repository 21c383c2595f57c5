"""Who is asking, and may they: passwords, sessions, keys for machines, and the one policy table.

token ─ tokens.py ─▶ principal.py ─ policy.py ─▶ routes of every domain
                         └ queries.py (is it still valid, which roles)
"""
