"""Captions: rule CLASS-11."""

import pytest

from realtime.frames import commands, events, server
from realtime.frames.commands import Caption
from realtime.roles import Role
from rooms.classroom.captions import LINE_CHARACTERS
from tests.rooms.scene import Scene


def class_of_three() -> Scene:
    """A teacher, a student, an observer."""
    scene = Scene()
    scene.teacher("g1.1")
    scene.join("g1.2")
    scene.join("g1.3", Role.OBSERVER)
    scene.settle()
    return scene


def test_class_11_everybody_reads_along_and_the_room_keeps_nothing() -> None:
    scene = class_of_three()
    kept = len(scene.entries)
    scene.do("g1.1", 1, Caption("The sum", final=False, lang="en-GB"))
    scene.do("g1.1", 2, Caption("The sum of\tthe  angles\x07", lang="en-GB"))
    scene.settle()
    for conn in ("g1.1", "g1.2", "g1.3"):
        assert [(e.text, e.final, e.lang) for e in scene.events(conn, events.Captioned)] == [
            ("The sum", False, "en-GB"),
            ("The sum of the angles", True, "en-GB"),
        ]
    assert scene.done("g1.1") == [1, 2]
    assert len(scene.entries) == kept


def test_class_11_who_may_not_speak_may_not_caption() -> None:
    scene = class_of_three()
    scene.do("g1.3", 1, Caption("I only look on"))
    scene.do("g1.2", 1, Caption("I may speak"))
    scene.do("g1.1", 1, commands.MayPublish("", ["camera"]))
    scene.do("g1.2", 2, Caption("I may not any more"))
    scene.do("g1.1", 2, commands.MayPublish("user-g1.3", ["microphone"]))
    scene.do("g1.3", 2, Caption("I may now"))
    scene.do("g1.1", 3, Caption("I always may"))
    scene.settle()
    assert scene.refusals("g1.2") == [(2, "not-allowed")]
    assert scene.refusals("g1.3") == [(1, "not-allowed")]
    said = [e.text for e in scene.events("g1.1", events.Captioned)]
    assert said == ["I may speak", "I may now", "I always may"]


@pytest.mark.parametrize(
    ("caption", "code"),
    [
        (Caption("x" * (LINE_CHARACTERS + 1)), "too-long"),
        (Caption(" \n "), "malformed"),
        (Caption("hello", lang="<b>"), "malformed"),
        (Caption("hello", lang="en-" + "a" * 9), "malformed"),
    ],
)
def test_class_11_what_is_no_line_is_refused(caption: Caption, code: str) -> None:
    scene = class_of_three()
    scene.do("g1.1", 1, caption)
    scene.settle()
    assert scene.refusals("g1.1") == [(1, code)]
    assert not scene.events("g1.2", events.Captioned)


def test_class_11_what_was_begun_may_be_taken_back() -> None:
    scene = class_of_three()
    scene.do("g1.1", 1, Caption("", final=False))
    scene.settle()
    assert [e.text for e in scene.events("g1.2", events.Captioned)] == [""]


def test_class_11_a_recording_keeps_them() -> None:
    scene = class_of_three()
    scene.do("g1.1", 1, commands.RecordClass(True))
    scene.do("g1.1", 2, Caption("for those who come later"))
    scene.settle()
    noted = [note.event for note in scene.notes if isinstance(note, server.Happened)]
    assert events.Captioned("user-g1.1", "user-g1.1", "for those who come later", True) in noted
