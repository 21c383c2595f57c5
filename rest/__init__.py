"""The REST tier: institutions, courses, classes, assessment, recommendations. A folder per domain."""
