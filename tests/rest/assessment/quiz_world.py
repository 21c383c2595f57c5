"""A course with questions and a quiz, for tests of the routes."""

from dataclasses import dataclass
from typing import Any

from tests.rest.world import School, User, at, good

SINGLE = {
    "kind": "single",
    "prompt": "2 + 2?",
    "points": "2",
    "skills": ["adding"],
    "choices": [{"id": "a", "text": "Three"}, {"id": "b", "text": "Four", "feedback": "Well seen"}],
    "key": "b",
    "right": "Just so",
}
NUMERIC = {"kind": "numeric", "prompt": "How long?", "points": "3", "key": "12", "tolerance": "1", "unit": "m"}
ORDERING = {
    "kind": "ordering",
    "prompt": "In order",
    "points": "1",
    "choices": [{"id": str(n), "text": f"No. {n}"} for n in range(5)],
}
ESSAY = {"kind": "essay", "prompt": "Tell me", "points": "4", "most_words": 500}
CHOSEN = {"kind": "chosen", "choices": ["b"]}
WRONG = {"kind": "chosen", "choices": ["a"]}


def said(text: str) -> dict[str, Any]:
    return {"kind": "said", "text": text}


@dataclass
class QuizWorld:
    """A school whose teacher made a quiz of some questions."""

    school: School
    course: str
    items: list[str]
    quiz: dict[str, Any]

    @property
    def path(self) -> str:
        return f"/quizzes/{self.quiz['id']}"

    async def start(self, who: User) -> dict[str, Any]:
        return await who.post(f"{self.path}/attempts")

    async def edit(self, **changes: Any) -> None:
        """Change the quiz as its teacher."""
        teacher = self.school.teacher
        known = await teacher.get(f"{self.path}/settings")
        self.quiz = await teacher.patch(self.path, known["version"], changes)

    async def student(self, name: str) -> User:
        """One more student of the course."""
        user = await self.school.person(name)
        body = {"person_id": str(user.id), "role": "student"}
        await self.school.teacher.post(f"/courses/{self.course}/enrolments", body)
        return user


async def make_quiz(school: School, *contents: dict[str, Any], **settings: Any) -> QuizWorld:
    """A published quiz of new questions in a new course."""
    course, teacher = await school.course(), school.teacher
    made = [await teacher.post(f"/courses/{course}/items", {"content": content}) for content in contents]
    items = [item["id"] for item in made]
    body = {"title": "Quiz", "parts": [{"items": items}]} | settings
    quiz = await teacher.post(f"/courses/{course}/quizzes", body)
    quiz = good(await teacher("PATCH", f"/quizzes/{quiz['id']}", json={"status": "published"}, headers=at(1)))
    return QuizWorld(school, course, items, quiz)


def save(item: str, seq: int, response: Any) -> dict[str, Any]:
    return {"item": item, "seq": seq, "response": response}


async def answer(who: User, attempt: dict[str, Any], *saves: dict[str, Any]) -> dict[str, int]:
    """Save answers; what is durable, by question."""
    told = await who.put(f"/attempts/{attempt['id']}/answers", {"answers": list(saves)})
    return {one["item"]: one["seq"] for one in told["saved"]}


async def submit(who: User, attempt: dict[str, Any], *saves: dict[str, Any]) -> dict[str, Any]:
    return await who.post(f"/attempts/{attempt['id']}/submit", {"answers": list(saves)})


async def result(who: User, attempt: dict[str, Any]) -> dict[str, Any]:
    return await who.get(f"/attempts/{attempt['id']}/result")
