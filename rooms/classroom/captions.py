"""Captions: what is being said, as text. Shown to who wants to read along; the room keeps none, a recording does.

Who may speak may caption: staff, and whoever may send a microphone now.
"""

import re
import unicodedata

from realtime.frames.commands import Caption
from realtime.frames.events import Captioned
from realtime.refusals import Refuse
from realtime.roles import Capability
from rooms.classroom.stage import StageRules
from rooms.conn import Conn
from rooms.errors import CommandRefused

LINE_CHARACTERS = 300
LANGUAGE = re.compile(r"([A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,3})?")


def may_caption(rules: StageRules, who: Conn) -> bool:
    """Whether ``who`` may say what is being said."""
    return who.staff or "microphone" in rules.may_send(who.user, participant=who.may(Capability.PUBLISH))


def captioned(who: Conn, it: Caption) -> Captioned:
    """The line as everybody gets it: one line of plain text. Raises `CommandRefused`.

    A line that is not final may be empty: what was begun is taken back."""
    plain = "".join(" " if unicodedata.category(character) == "Cc" else character for character in it.text)
    text = " ".join(plain.split())
    if len(text) > LINE_CHARACTERS:
        raise CommandRefused(Refuse.TOO_LONG)
    if (it.final and not text) or LANGUAGE.fullmatch(it.lang) is None:
        raise CommandRefused(Refuse.MALFORMED)
    return Captioned(who.user, who.grant.shown_name, text, it.final, it.lang)
