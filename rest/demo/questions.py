"""The questions of the demo course: every kind once, in two quizzes; and an assignment with its rubric."""

from typing import Any

LIMITS, SLOPES = "limits", "slopes"

Content = dict[str, Any]
"""A question as `rest.assessment.wire` reads it."""


def choices(*texts: str) -> list[dict[str, str]]:
    return [{"id": "abcdefgh"[place], "text": text} for place, text in enumerate(texts)]


FIRST_STEPS: tuple[Content, ...] = (
    {
        "kind": "single",
        "title": "What a limit says",
        "prompt": "Which sentence says that the sequence *1, ½, ⅓, ¼, …* has the limit 0?",
        "points": "2",
        "skills": [LIMITS],
        "choices": [
            {"id": "a", "text": "One of its terms is 0.", "feedback": "None of them is: they only come close."},
            {"id": "b", "text": "However small a distance you name, from some term on all are closer to 0 than that."},
            {
                "id": "c",
                "text": "Each term is smaller than the one before.",
                "feedback": "True, but 2, 1½, 1⅓, … also.",
            },
        ],
        "key": "b",
        "right": "Yes: “however small” and “from some term on” are the whole idea.",
        "wrong": "Read the page on counting to infinity once more.",
    },
    {
        "kind": "true-false",
        "title": "Reaching the limit",
        "prompt": "A sequence may reach its limit at some term.",
        "skills": [LIMITS],
        "key": True,
        "right": "Right: 3, 3, 3, … does so at once.",
    },
    {
        "kind": "numeric",
        "title": "A limit to compute",
        "prompt": "What is the limit of *(2n + 1) / n* as *n* grows?",
        "skills": [LIMITS],
        "key": "2",
        "tolerance": "0.001",
    },
    {
        "kind": "multiple",
        "title": "Which have a limit",
        "prompt": "Which of these sequences have a limit?",
        "points": "2",
        "skills": [LIMITS],
        "choices": choices("1/n", "(−1)ⁿ", "5", "n²"),
        "keys": ["a", "c"],
    },
    {
        "kind": "ordering",
        "title": "Which grows fastest",
        "prompt": "Put these in order, from what grows slowest to what grows fastest.",
        "points": "2",
        "skills": [LIMITS],
        "choices": choices("√n", "n", "n²", "2ⁿ"),
    },
)
RATES: tuple[Content, ...] = (
    {
        "kind": "numeric",
        "title": "Speed of a fall",
        "prompt": "A stone falls *5 t²* metres in *t* seconds. How fast is it after 2 seconds?",
        "points": "2",
        "skills": [SLOPES],
        "key": "20",
        "tolerance": "1",
        "relative": True,
        "unit": "m/s",
        "unitless": 50,
    },
    {
        "kind": "matching",
        "title": "Functions and derivatives",
        "prompt": "Match each function with its derivative.",
        "points": "3",
        "skills": [SLOPES],
        "sources": choices("x²", "3x", "7"),
        "targets": [{"id": "t1", "text": "2x"}, {"id": "t2", "text": "3"}, {"id": "t3", "text": "0"}],
        "pairs": {"a": "t1", "b": "t2", "c": "t3"},
    },
    {
        "kind": "short-text",
        "title": "The name of a slope",
        "prompt": "What is the slope of a curve at a point called?",
        "skills": [SLOPES],
        "accepted": [{"text": "derivative"}, {"text": "the derivative"}, {"text": "rate*", "percent": 50}],
        "typos": 1,
    },
    {
        "kind": "code",
        "title": "A slope by two points",
        "prompt": "Write `slope(f, x, h)`: the slope of *f* between *x* and *x + h*.",
        "points": "2",
        "skills": [SLOPES],
        "language": "python",
        "starter": "def slope(f, x, h):\n    ...\n",
        "tests": [{"id": "a straight line"}, {"id": "a parabola"}],
    },
    {
        "kind": "essay",
        "title": "In your own words",
        "prompt": "Explain to a friend, without a formula, what a derivative is.",
        "points": "4",
        "skills": [SLOPES],
        "least_words": 20,
        "most_words": 200,
    },
)


def levels(*worth: tuple[str, int]) -> list[dict[str, Any]]:
    return [{"id": f"l{place}", "text": text, "points": points} for place, (text, points) in enumerate(worth, start=1)]


ESSAY: dict[str, Any] = {
    "title": "A slope of your own",
    "instructions": "Find something in your day that changes, and describe how fast it changes, and how you know.",
    "points": 10,
    "rubric": {
        "criteria": [
            {"id": "c1", "text": "Observation", "levels": levels(("missing", 0), ("vague", 2), ("exact", 4))},
            {"id": "c2", "text": "Reasoning", "levels": levels(("missing", 0), ("has gaps", 2), ("sound", 4))},
            {"id": "c3", "text": "Language", "levels": levels(("hard to follow", 0), ("clear", 2))},
        ]
    },
}
