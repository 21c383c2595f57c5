"""Assignments: texts, files and live documents handed in, graded by people with rubrics, reviewed by peers.

The rules are the pure ones of `rest.assessment`: `late`, `rubrics`, `peer_review` (who reviews whom), `peer_marks`
(what reviews come to). Here they meet the database.
"""
