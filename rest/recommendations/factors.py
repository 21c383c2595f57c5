"""How earlier answers on other topics bear on this one: a low-rank bilinear term on top of the linear model.

``logit = columns · weights + (memory U) · V[topic]``, where ``memory`` is the student's earlier answers, one column for
each topic got right and one for each got wrong, fading with distance at two speeds. A topic is a combination of skills.
Fitted with Adam on shuffled batches, starting from the linear model's weights.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np

from rest.recommendations.answers import History
from rest.recommendations.arrays import Floats, Ints, Sparse, beside, sigmoid, sparse_rows
from rest.recommendations.difficulty import Skills

FADES = (0.7, 0.95)
LONGEST = 60
"""How many answers back the memory reaches; at .95 the sixtieth still holds 5%."""


@dataclass(frozen=True, slots=True)
class Training:
    """How the factors are fitted."""

    rank: int = 16
    ridge: float = 8.0
    linear_ridge: float = 3.0
    epochs: int = 10
    batch: int = 4096
    rate: float = 0.01
    spread: float = 0.1


@dataclass(frozen=True, slots=True)
class Factors:
    """Fitted weights: linear, of the memory (U) and of the topic asked (V)."""

    topics: dict[Skills, int]
    linear: Floats
    memory: Floats
    topic: Floats

    def logits(self, columns: Sparse, histories: Sequence[History]) -> Floats:
        """One logit per answer of ``histories``, in their order; ``columns`` has the same rows."""
        state = memory_rows(histories, self.topics) @ self.memory
        asked = topic_numbers(histories, self.topics)
        bearing = np.where(asked[:, None] >= 0, self.topic[asked], 0.0)
        return columns @ self.linear + (state * bearing).sum(axis=1)


def number_topics(histories: Iterable[History]) -> dict[Skills, int]:
    """Every combination of skills in ``histories``, numbered."""
    return {t: i for i, t in enumerate(sorted({a.skills for h in histories for a in h}))}


def topic_numbers(histories: Iterable[History], topics: dict[Skills, int]) -> Ints:
    """The topic of each answer, -1 when it is not known."""
    return np.array([topics.get(a.skills, -1) for h in histories for a in h], np.int64)


def memory_rows(histories: Iterable[History], topics: dict[Skills, int]) -> Sparse:
    """Per answer the faded earlier answers: ``2 * topics`` columns (wrong, right) for each speed of `FADES`."""
    lists = list(chain.from_iterable(_earlier(h, topics) for h in histories))
    fades = [np.power(fade, np.arange(LONGEST)).tolist() for fade in FADES]
    return beside(*[sparse_rows(lists, [f[: len(past)] for past in lists], 2 * len(topics)) for f in fades])


def _earlier(history: History, topics: dict[Skills, int]) -> list[list[int]]:
    """Per answer, the columns of the answers before it, latest first."""
    past: list[int] = []
    rows: list[list[int]] = []
    for answer in history:
        rows.append(past[:LONGEST])
        if answer.skills in topics:
            past.insert(0, 2 * topics[answer.skills] + int(answer.correct >= 0.5))
    return rows


def fit_factors(
    columns: Sparse, histories: Sequence[History], truth: Floats, linear: Floats, training: Training, seed: int
) -> Factors:
    """Factors fitted to ``truth``, one value per answer of ``histories`` as in ``columns``."""
    topics = number_topics(histories)
    memory, asked = memory_rows(histories, topics), topic_numbers(histories, topics)
    rng = np.random.default_rng(seed)
    start = [
        linear.copy(),
        rng.normal(0.0, training.spread, (memory.shape[1], training.rank)),
        rng.normal(0.0, training.spread, (len(topics), training.rank)),
    ]
    ridges = np.array([training.linear_ridge, training.ridge, training.ridge]) / len(truth)
    adam = Adam(start, ridges, training.rate, training.epochs * -(-len(truth) // training.batch))
    for _ in range(training.epochs):
        order = rng.permutation(len(truth))
        for at in range(0, len(truth), training.batch):
            rows = order[at : at + training.batch]
            adam.step(_gradients(adam.weights, columns[rows], memory[rows], asked[rows], truth[rows]))
    return Factors(topics, *adam.weights)


def _gradients(weights: list[Floats], columns: Sparse, memory: Sparse, asked: Ints, truth: Floats) -> list[Floats]:
    """Gradients of the mean log loss with regard to the linear, memory and topic weights."""
    linear, of_memory, of_topic = weights
    state, bearing = memory @ of_memory, of_topic[asked]
    error = (sigmoid(columns @ linear + (state * bearing).sum(axis=1)) - truth) / len(truth)
    to_topic = np.zeros_like(of_topic)
    np.add.at(to_topic, asked, state * error[:, None])
    return [columns.T @ error, memory.T @ (bearing * error[:, None]), to_topic]


class Adam:
    """Adam (Kingma and Ba, 2015) with a ridge on each block and a rate that falls to 0 along a cosine."""

    def __init__(self, weights: list[Floats], ridges: Floats, rate: float, steps: int) -> None:
        self.weights = weights
        self._ridges = ridges
        self._rate = rate
        self._steps = steps
        self._done = 0
        self._first = [np.zeros_like(w) for w in weights]
        self._second = [np.zeros_like(w) for w in weights]

    def step(self, gradients: list[Floats]) -> None:
        """Move every block once."""
        self._done += 1
        rate = self._rate * 0.5 * (1.0 + np.cos(np.pi * self._done / self._steps))
        for i, gradient in enumerate(gradients):
            g = gradient + self._ridges[i] * self.weights[i]
            self._first[i] += 0.1 * (g - self._first[i])
            self._second[i] += 0.001 * (g * g - self._second[i])
            mean = self._first[i] / (1.0 - 0.9**self._done)
            spread = np.sqrt(self._second[i] / (1.0 - 0.999**self._done)) + 1e-8
            self.weights[i] -= rate * mean / spread
