"""What the database refuses, in words: by the name of the constraint, else by the kind of error (SQLSTATE)."""

REFUSED_BY_DATABASE: dict[str, tuple[str, str]] = {}
"""Constraint name → code and words of a 409. Each domain adds its own, beside its tables."""

SQLSTATES: dict[str, tuple[int, str, str]] = {
    "23505": (409, "already-there", "That exists already."),
    "23503": (409, "refers-to-nothing", "That refers to something that does not exist here."),
    "23514": (422, "not-acceptable", "A value is outside what is acceptable."),
    "23P01": (409, "overlaps", "That overlaps with something that exists already."),
    "22001": (422, "too-long", "A value is too long."),
    "22003": (422, "out-of-range", "A number is out of range."),
    "22008": (422, "out-of-range", "A date is out of range."),
    "22021": (422, "not-text", "A text holds characters that cannot be kept."),
    "22P05": (422, "not-text", "A text holds characters that cannot be kept."),
    "40001": (409, "try-again", "Somebody changed that at the same moment; please try again."),
    "40P01": (409, "try-again", "Somebody changed that at the same moment; please try again."),
    "55P03": (409, "try-again", "Somebody is changing that at this moment; please try again."),
}


def refuse(constraint: str, code: str, words: str) -> None:
    """Say what it means when ``constraint`` is violated."""
    REFUSED_BY_DATABASE[constraint] = (code, words)
