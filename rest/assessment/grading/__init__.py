"""Grading: `grade` looks at an item and a response and at nothing else, so the same two always earn the same."""
