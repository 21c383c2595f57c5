"""What an institution owes its people: a log nobody can rewrite, their data on request, erasure, consent, retention."""
