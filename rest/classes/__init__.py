"""Classes: when a course meets live, the room it meets in, who came, and how it splits into groups.

recurrence.py   when (pure) ─▶ schedule.py
service.py      open, end, send out ── after commit ─▶ rest.live.Live
tickets.py      join tokens with the grants of a role; presence.py · attendance.py   who was there
"""
