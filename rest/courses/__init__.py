"""Courses: terms, sections, modules and what they require, pages, files, who takes part, search.

access.py     may they, in this course? every route below asks it
routes*.py ─▶ service.py (courses, copies) · content.py (modules, pages) · graph.py (prerequisites)
              roster.py (enrolments, invitations) · files.py, store.py · deleted.py (and back) · search.py
"""
