"""What a grant and the limits say about an edit, before it goes any further. The room checks again, and more."""

from gateway.member import Member
from gateway.wire_yjs import EMPTY_UPDATE
from realtime.frames.client import Answer, Update
from realtime.limits import Limits
from realtime.refusals import Refuse


def refusal_of_edit(member: Member, frame: Update | Answer, limits: Limits) -> Refuse | None:
    """Why this edit goes no further; None when it may."""
    held = member.docs.get(frame.doc)
    if held is None:
        return Refuse.UNKNOWN
    if len(frame.update) > limits.update_bytes:
        return Refuse.TOO_LARGE
    reads_only = not member.may_edit and not held.writable
    if reads_only and not (isinstance(frame, Answer) and brings_no_items(frame.update)):
        return Refuse.READ_ONLY
    return None


def brings_no_items(update: bytes) -> bool:
    """Whether an update has no items: empty, or deletions only. A sync step 2 repeats all deletions a client knows of,
    so that of an observer has some without bringing anything; whether they are news is for the room to say."""
    return update == EMPTY_UPDATE or update[:1] == b"\x00"
