"""Sign-in by an institution's own OpenID Connect provider."""
