"""Small made-up classes with a known structure."""

import math

import numpy as np

from rest.recommendations.answers import Answer


def class_of(students: int, each: int, seed: int = 0) -> list[Answer]:
    """Students of different ability on 12 items of 3 skills; item ``i`` is harder the larger its number."""
    rng = np.random.default_rng(seed)
    answers: list[Answer] = []
    for s in range(students):
        ability = rng.normal(0, 1.5)
        for seq in range(each):
            item = int(rng.integers(12))
            chance = 1 / (1 + math.exp(-(ability + 0.05 * seq - (item - 6) / 3)))
            answers.append(Answer(f"s{s}", seq, f"i{item}", (f"k{item % 3}",), float(rng.random() < chance)))
    return answers
