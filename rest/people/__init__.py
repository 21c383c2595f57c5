"""People of an institution: who they are, the roles they hold, who is whose guardian."""
