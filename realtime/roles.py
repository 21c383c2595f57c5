"""Roles in a room, and what each may do: deny by default, one table."""

import enum


class Role(enum.StrEnum):
    """Who somebody is in one room."""

    TEACHER = "teacher"
    ASSISTANT = "assistant"
    STUDENT = "student"
    OBSERVER = "observer"


class Capability(enum.Flag):
    """One thing a member may do."""

    EDIT = enum.auto()
    CHAT = enum.auto()
    HAND = enum.auto()
    REACT = enum.auto()
    VOTE = enum.auto()
    PRESENT = enum.auto()
    """Show a cursor and a laser pointer: awareness."""
    PUBLISH = enum.auto()
    """Send camera, microphone or screen."""
    MODERATE = enum.auto()
    """Polls, locks, deleting chat, lowering hands, leading, roles, removing people."""


_PARTICIPANT = (
    Capability.EDIT
    | Capability.CHAT
    | Capability.HAND
    | Capability.REACT
    | Capability.VOTE
    | Capability.PRESENT
    | Capability.PUBLISH
)

CAPABILITIES: dict[Role, Capability] = {
    Role.TEACHER: _PARTICIPANT | Capability.MODERATE,
    Role.ASSISTANT: _PARTICIPANT | Capability.MODERATE,
    Role.STUDENT: _PARTICIPANT,
    Role.OBSERVER: Capability(0),
}

STAFF = frozenset({Role.TEACHER, Role.ASSISTANT})


def may(role: Role, capability: Capability) -> bool:
    """Whether ``role`` holds ``capability``."""
    return capability in CAPABILITIES[role]
