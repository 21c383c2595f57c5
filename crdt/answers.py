"""Encoded answers, kept until the document changes: a class that joins at once asks the same question 200 times."""


class Answers:
    """State vector to difference, bounded in bytes."""

    __slots__ = ("_answers", "_limit", "_size")

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._answers: dict[bytes, bytes] = {}
        self._size = 0

    def get(self, state_vector: bytes) -> bytes | None:
        return self._answers.get(state_vector)

    def keep(self, state_vector: bytes, answer: bytes) -> None:
        size = len(state_vector) + len(answer)
        if self._size + size > self._limit:
            self.clear()
        if size <= self._limit:
            self._answers[state_vector] = answer
            self._size += size

    def clear(self) -> None:
        if self._answers:
            self._answers.clear()
            self._size = 0
