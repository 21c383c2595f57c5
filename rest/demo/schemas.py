"""Shapes of the demo's requests and answers."""

from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from realtime.grants import MAX_NAME_CHARACTERS
from realtime.roles import Role

Name = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, min_length=1, max_length=MAX_NAME_CHARACTERS, pattern=r"^[^\x00-\x1f\x7f]+$"
    ),
]


class DemoClass(BaseModel):
    """The class there is."""

    room: str
    title: str


class Demo(BaseModel):
    """What the landing page needs to know."""

    model_config = {"populate_by_name": True}

    class_: DemoClass = Field(alias="class")
    roles: list[Role]


class JoinDemo(BaseModel):
    """Who wants in."""

    name: Name
    role: Role = Role.STUDENT


class JoinToken(BaseModel):
    """A way into a room."""

    room: str
    token: str
    expires: float = Field(description="Unix seconds")
    user: str
    name: str
    role: Role
