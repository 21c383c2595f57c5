"""The exam that students of a load test sit: its questions, and the quiz made of them. No import beyond the language,
so that a generator in an environment of its own has it too."""

from typing import Any

ITEMS: list[dict[str, Any]] = [
    {
        "kind": "single",
        "prompt": f"Question {n}: which one?",
        "choices": [{"id": c, "text": f"Choice {c}"} for c in "abcd"],
        "key": "b",
    }
    for n in range(6)
] + [
    {"kind": "numeric", "prompt": "How long is it?", "key": "12", "tolerance": "1", "unit": "m"},
    {"kind": "short-text", "prompt": "In one word", "accepted": [{"text": "limit"}]},
    {"kind": "essay", "prompt": "In your own words", "points": "5"},
]


def quiz_of(items: list[str]) -> dict[str, Any]:
    """What is posted to make the quiz of the items with these ids: shuffled, 90 minutes, results kept back, so that
    handing in leaves the grading to the worker."""
    return {"title": "Exam", "parts": [{"items": items}], "shuffle_items": True, "minutes": 90, "release": "closed"}
