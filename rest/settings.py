"""What the REST tier is told at its start."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RestSettings:
    """Handed in by the front door; nothing here is read from the environment."""

    secret: str
    database_url: str
    """``postgresql://…``"""
    demo: bool = False
    """Whether anybody may enter the demo class."""
    public_url: str = "http://127.0.0.1:8000"
