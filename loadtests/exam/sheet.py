# pyright: strict
"""One student's answers, as a browser keeps them: given, sent until acknowledged, and compared in the end. No I/O.

Answers to a question are numbered upwards (``seq``); what the server acknowledged up to a number is durable, and must
be there whatever happens afterwards.
"""

from collections.abc import Iterable, Mapping
from random import Random
from typing import Any

Save = dict[str, Any]
"""``{"item": id, "seq": number, "response": answer}``, as it is sent and as it is read back."""
AT_ONCE = 2
"""Questions answered between two saves."""


class Astray(Exception):
    """The server acknowledged what this student, who has one tab, never sent."""


class AnswerSheet:
    """What a student of an attempt with ``questions`` answers, by ``random``."""

    def __init__(self, questions: Iterable[Mapping[str, Any]], random: Random) -> None:
        self._questions = list(questions)
        self._random = random
        self._seq = 0
        self._pending: dict[str, Save] = {}
        self._safe: dict[str, Save] = {}

    @property
    def acknowledged(self) -> int:
        """Questions with an answer that must be there."""
        return len(self._safe)

    def write(self) -> None:
        """Answer some questions, for the first time or anew."""
        for question in self._random.sample(self._questions, AT_ONCE):
            self._seq += 1
            item = question["item"]
            self._pending[item] = {"item": item, "seq": self._seq, "response": self._answer(question["kind"])}

    def _answer(self, kind: str) -> dict[str, Any]:
        if kind == "single":
            return {"kind": "chosen", "choices": [self._random.choice("abcd")]}
        return {"kind": "said", "text": f"{self._seq} m, or so " * self._random.randint(1, 20)}

    def unsaved(self) -> list[Save]:
        """What is to be sent, again or for the first time."""
        return list(self._pending.values())

    def acknowledge(self, sent: Iterable[Save], saved: Iterable[Mapping[str, Any]]) -> None:
        """``sent`` was answered with ``saved`` (``item``, ``seq`` each). Raise `Astray`."""
        by_item = {save["item"]: save for save in sent}
        for one in saved:
            save = by_item.get(one["item"])
            if save is None or one["seq"] != save["seq"]:
                raise Astray(f"seq {one['seq']} was acknowledged of a question that was sent as {save and save['seq']}")
            self._safe[save["item"]] = save
            if self._pending.get(save["item"]) is save:
                del self._pending[save["item"]]

    def lost(self, there: Iterable[Save]) -> list[str]:
        """The questions whose acknowledged answer is not among ``there``, what the server has in the end. A later
        answer in its place is fine when it was sent and its acknowledgement did not arrive."""
        by_item = {save["item"]: save for save in there}
        return [item for item, save in self._safe.items() if not self._is_kept(save, by_item.get(item))]

    def _is_kept(self, save: Save, found: Save | None) -> bool:
        if found is None or found["seq"] <= save["seq"]:
            return found == save
        unsure = self._pending.get(save["item"])
        return unsure is not None and found["seq"] <= unsure["seq"]
