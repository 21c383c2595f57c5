"""What single steps of the hot path cost."""
