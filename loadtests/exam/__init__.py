"""Exams under load: everybody starts at once (`start`), everything handed in is graded (`grading`)."""
