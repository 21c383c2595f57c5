"""A text as what is compared: content words by stem, pairs of them, letter groups, numbers, and whether it denies."""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

LONGEST = 4_000
"""Characters that are looked at; more is an essay."""

_WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:'[^\W\d_]+)?")
_DENIES = frozenset(["no", "not", "never", "none", "nothing", "neither", "nor", "without", "cannot"])
_COMMON = """
a about also am an and are as at be because been being by can could did do does done down for from had has have he her
here his how i if in into is it its it's just may might of on or our out she should so than that the their them then
there these they this those to up very was we were what when where which who why will with would you your
"""
_STOP = frozenset(_COMMON.split())
_ENDINGS = (("sses", "ss"), ("ies", "y"), ("edly", ""), ("ing", ""), ("ed", ""), ("ly", ""), ("es", "e"), ("s", ""))
_GROUPS = range(2, 6)


@dataclass(frozen=True, slots=True)
class Text:
    """What is compared of a text."""

    stems: tuple[str, ...]
    numbers: frozenset[str]
    denies: bool
    groups: Mapping[str, float]

    @property
    def words(self) -> frozenset[str]:
        return frozenset(self.stems)

    @property
    def pairs(self) -> frozenset[tuple[str, str]]:
        return frozenset(zip(self.stems, self.stems[1:], strict=False))


def read(text: str) -> Text:
    """``text`` as far as it is looked at."""
    words = _WORD.findall(unicodedata.normalize("NFKC", text[:LONGEST]).replace("’", "'").casefold())
    denies = any(w in _DENIES or w.endswith("n't") for w in words)
    stems = tuple(stem(w) for w in words if w not in _STOP)
    return Text(stems, frozenset(w for w in words if w[0].isdigit()), denies, _groups(" ".join(words)))


def stem(word: str) -> str:
    """A word without its English ending; what remains has at least three letters."""
    for ending, instead in _ENDINGS:
        if word.endswith(ending) and not word.endswith("ss") and len(word) - len(ending) >= 3:
            word = word[: -len(ending)] + instead
            break
    if word.endswith("e") and len(word) > 4:
        word = word[:-1]
    return word[:-1] if len(word) > 4 and word[-1] == word[-2] and word[-1] not in "lsz" else word


def _groups(text: str) -> dict[str, float]:
    """Groups of two to five letters, each as 1 + log of how often."""
    padded = f" {text} "
    counts = Counter(padded[i : i + n] for n in _GROUPS for i in range(len(padded) - n + 1))
    return {group: 1.0 + math.log(count) for group, count in counts.items()}


@dataclass(frozen=True, slots=True)
class Rarity:
    """How much a word or a letter group says: the rarer among the texts at hand, the more."""

    texts: int
    words: Mapping[str, int]
    groups: Mapping[str, int]

    def word(self, word: str) -> float:
        return math.log((self.texts + 1) / (self.words.get(word, 0) + 1)) + 0.3

    def group(self, group: str) -> float:
        return math.log((self.texts + 1) / (self.groups.get(group, 0) + 1)) + 0.3

    def weighed(self, text: Text) -> "Vector":
        """The letter groups of ``text``, weighed and brought to length 1."""
        raw = {group: size * self.group(group) for group, size in text.groups.items()}
        length = math.sqrt(sum(v * v for v in raw.values()))
        return {group: v / length for group, v in raw.items()} if length else {}


Vector = Mapping[str, float]


def rarity(texts: Iterable[Text]) -> Rarity:
    """Counts over ``texts``: the answers to be graded will do, nobody needs to have graded them."""
    words, groups, count = Counter[str](), Counter[str](), 0
    for text in texts:
        words.update(text.words)
        groups.update(text.groups.keys())
        count += 1
    return Rarity(count, words, groups)


def cosine(one: Vector, two: Vector) -> float:
    """Likeness of two vectors of length 1, from 0 to 1."""
    small, large = (one, two) if len(one) <= len(two) else (two, one)
    return sum(v * large[g] for g, v in small.items() if g in large)
