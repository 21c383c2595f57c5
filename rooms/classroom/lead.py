"""Whom the class follows, and where they look. Who leads is kept; the view is not."""

import math

from msgspec.structs import replace

from realtime.frames.commands import View
from realtime.frames.state import LeaderView
from realtime.ids import is_name
from realtime.refusals import Refuse
from rooms.classroom.records import Led
from rooms.errors import CommandRefused

MAX_PAGE_CHARACTERS = 200


class Lead:
    """At most one leader at a time; another of the staff may take over."""

    __slots__ = ("view",)

    def __init__(self) -> None:
        self.view = LeaderView()

    def decide(self, user: str, *, on: bool) -> Led | None:
        """Decide who leads; None when nothing changes (who does not lead cannot stop leading)."""
        leads = self.view.user == user
        return None if leads == on else Led(user if on else "")

    def look(self, user: str, view: View) -> LeaderView:
        """Move the view; only the leader does."""
        if user != self.view.user:
            raise CommandRefused(Refuse.NOT_ALLOWED)
        named = view.doc == "" or is_name(view.doc)
        if (
            not named
            or len(view.page) > MAX_PAGE_CHARACTERS
            or not all(map(math.isfinite, (view.x, view.y, view.zoom)))
        ):
            raise CommandRefused(Refuse.MALFORMED)
        self.view = LeaderView(user, view.doc, view.page, view.x, view.y, view.zoom)
        return self.view

    def apply(self, led: Led) -> None:
        """A new leader starts from where the last one looked."""
        self.view = replace(self.view, user=led.user) if led.user else LeaderView()
