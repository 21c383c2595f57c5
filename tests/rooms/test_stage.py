"""The stage and the waiting room: rules CLASS-9 and CLASS-10."""

import asyncio

import pytest

from realtime.close_codes import CloseCode
from realtime.envelopes import Detach, Message, Noted, Revoke, StageAsk, StageSet, inbox, media_inbox
from realtime.frames import client, commands, events, server
from realtime.frames.commands import Command
from realtime.frames.state import Stage
from realtime.registry.registry import Node
from realtime.roles import Role
from rooms.media_link import WHOLE_SECONDS
from tests.rooms.scene import NOTHING, WALL, Pen, Scene
from tests.rooms.world import ROOM, World, moment, play


def closed_room() -> Scene:
    """A teacher and a student are in; then the door is shut, and somebody knocks."""
    scene = Scene()
    scene.teacher("g1.1")
    scene.join("g1.2")
    scene.do("g1.1", 1, commands.WaitingRoom(True))
    scene.settle()
    scene.join("g1.3")
    return scene


def test_class_9_who_waits_sees_nothing_and_is_refused() -> None:
    scene = closed_room()
    scene.do("g1.2", 1, commands.Say("hello"))
    scene.send("g1.3", client.Open("notes", NOTHING))
    scene.do("g1.3", 1, commands.Say("me too"))
    scene.send("g1.3", client.CatchUp(0))
    scene.settle()
    assert scene.frames("g1.3", server.Waiting) == [server.Waiting("user-g1.3", "user-g1.3")]
    assert not scene.frames("g1.3", server.Welcome)
    assert not scene.frames("g1.3", server.Class)
    assert not scene.frames("g1.3", server.Happened)
    assert scene.refusals("g1.3") == [(0, "not-allowed"), (1, "not-allowed"), (0, "not-allowed")]
    assert [[m.user for m in e.members] for e in scene.events("g1.1", events.Waiting)] == [["user-g1.3"]]
    assert [e.members for e in scene.events("g1.2", events.Waiting)] == [[]]
    assert "user-g1.3" not in {m.user for e in scene.events("g1.2", events.Joined) for m in [e.member]}


def test_class_9_admitted_they_are_welcome_on_the_same_connection() -> None:
    scene = closed_room()
    scene.do("g1.1", 2, commands.Admit("user-g1.3"))
    scene.settle()
    assert scene.done("g1.1")[-1] == 2
    assert scene.last("g1.3", server.Welcome).user == "user-g1.3"
    assert len(scene.last("g1.3", server.Class).classroom.members) == 3
    assert [e.members for e in scene.events("g1.1", events.Waiting)][-1] == []
    scene.do("g1.3", 1, commands.Say("thank you"))
    scene.settle()
    assert scene.done("g1.3") == [1]


def test_class_9_all_are_admitted_at_once_or_by_opening_the_door() -> None:
    for command in (commands.Admit(), commands.WaitingRoom(False)):
        scene = closed_room()
        scene.join("g1.4")
        scene.do("g1.1", 2, command)
        scene.settle()
        assert scene.frames("g1.3", server.Welcome)
        assert scene.frames("g1.4", server.Welcome)


def test_class_9_sent_away_they_are_closed_and_may_ask_again() -> None:
    scene = closed_room()
    scene.do("g1.1", 2, commands.Admit("user-g1.3", False))
    scene.settle()
    assert scene.kicked == [(["g1.3"], CloseCode.FORBIDDEN)]
    scene.join("g1.4", user="user-g1.3")
    assert scene.frames("g1.4", server.Waiting)


def test_class_9_staff_and_who_was_in_do_not_wait_also_under_a_new_owner() -> None:
    scene = closed_room()
    scene.do("g1.1", 2, commands.Admit("user-g1.3"))
    scene.settle()
    later = Scene(entries=scene.entries, epoch=2)
    for conn in ("g1.2", "g1.3"):
        later.join(conn, again=True)
    later.teacher("g1.5")
    later.join("g1.6", Role.ASSISTANT)
    later.join("g1.4", again=True)
    assert set(later.room.conns) == {"g1.2", "g1.3", "g1.5", "g1.6"}
    assert later.frames("g1.4", server.Waiting)
    later.do("g1.5", 1, commands.Admit("user-g1.4"))
    later.settle()
    assert later.frames("g1.4", server.Welcome)


def test_class_9_a_stock_client_comes_again_by_itself() -> None:
    scene = closed_room()
    scene.join("g1.4", door="yjs")
    assert scene.kicked == [(["g1.4"], CloseCode.TRY_LATER)]


def test_class_9_who_leaves_or_whose_gateway_leaves_waits_no_more() -> None:
    scene = closed_room()
    scene.join("g2.1", user="far")
    scene.leave("g1.3")
    scene.put(Detach("g2"))
    scene.flush()
    assert [e.members for e in scene.events("g1.1", events.Waiting)][-1] == []
    scene.do("g1.1", 2, commands.Admit("far"))
    assert scene.refusals("g1.1") == [(2, "unknown")]


def test_class_9_a_room_where_somebody_waits_is_not_idle() -> None:
    scene = Scene()
    scene.teacher("g1.1")
    scene.do("g1.1", 1, commands.WaitingRoom(True))
    scene.settle()
    scene.leave("g1.1")
    scene.join("g1.3")
    scene.pass_time(100)
    assert scene.room.idle_since == scene.now


@pytest.mark.parametrize(
    "command",
    [
        commands.WaitingRoom(True),
        commands.Admit(),
        commands.MayPublish("", []),
        commands.Spotlight("user-g1.2"),
        commands.RecordClass(True),
    ],
)
def test_class_10_only_staff_decide(command: Command) -> None:
    scene = Scene()
    scene.teacher("g1.1")
    scene.join("g1.2")
    scene.do("g1.2", 1, command)
    scene.settle()
    assert scene.refusals("g1.2") == [(1, "not-allowed")]
    assert [told.turn for told in scene.stages] == [0]


def test_class_10_what_is_decided_is_shown_kept_and_told_to_the_media_node() -> None:
    scene = Scene()
    scene.teacher("g1.1")
    scene.join("g1.2")
    for n, command in enumerate(
        [
            commands.MayPublish("", ["microphone", "camera", "camera"]),
            commands.MayPublish("user-g1.2", []),
            commands.Spotlight("user-g1.2"),
            commands.RecordClass(True),
        ],
        start=1,
    ):
        scene.do("g1.1", n, command)
    scene.settle()
    held = Stage(False, ["camera", "microphone"], {"user-g1.2": []}, "user-g1.2", WALL, "user-g1.1")
    assert scene.done("g1.1") == [1, 2, 3, 4]
    assert scene.events("g1.2", events.StageChanged)[-1].stage == held
    assert scene.stages[-1] == StageSet("school/math", 1, 4, held)
    later = Scene(entries=scene.entries, epoch=2)
    assert later.stages == [StageSet("school/math", 2, 1, held)]
    later.join("g1.7")
    assert later.last("g1.7", server.Class).classroom.stage == held
    later.teacher("g1.1")
    later.do("g1.1", 11, commands.MayPublish("user-g1.2", None))
    later.do("g1.1", 12, commands.RecordClass(False))
    later.settle()
    assert later.stages[-1].stage == Stage(False, ["camera", "microphone"], {}, "user-g1.2")


def test_class_10_roles_and_removals_are_told_too() -> None:
    scene = Scene()
    scene.teacher("g1.1")
    scene.join("g1.2")
    scene.join("g1.3")
    scene.do("g1.1", 1, commands.SetRole("user-g1.2", "observer"))
    scene.do("g1.1", 2, commands.Remove("user-g1.3"))
    scene.put(Revoke("user-g1.2"))
    told = scene.stages[-1]
    assert (told.roles, told.removed, told.revoked) == ({"user-g1.2": "observer"}, ["user-g1.3"], {"user-g1.2": WALL})


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (commands.MayPublish("", ["camera", "kitchen"]), "malformed"),
        (commands.MayPublish("nobody", []), "unknown"),
        (commands.MayPublish("user-g1.1", []), "not-allowed"),
        (commands.Spotlight("nobody"), "unknown"),
        (commands.Admit("nobody"), "unknown"),
    ],
)
def test_class_10_nonsense_is_refused(command: Command, code: str) -> None:
    scene = Scene()
    scene.teacher("g1.1")
    scene.do("g1.1", 1, command)
    assert scene.refusals("g1.1") == [(1, code)]


def text_of(scene: Scene) -> str:
    """What the notes document holds on the recording."""
    copy = Pen()
    copy.take(*[it for it in scene.notes if isinstance(it, server.Update) and it.doc == "notes"])
    return str(copy)


def test_class_10_a_recording_begins_with_everything_and_goes_on_with_what_is_sent() -> None:
    scene, pen = Scene(), Pen()
    scene.teacher("g1.1")
    scene.open("g1.1", "notes")
    scene.send("g1.1", client.Update("notes", 1, pen.write("before ")))
    scene.settle()
    assert scene.notes == []
    scene.do("g1.1", 1, commands.RecordClass(True))
    scene.settle()
    scene.send("g1.1", client.Update("notes", 2, pen.write("after")))
    scene.do("g1.1", 2, commands.Say("hello"))
    scene.do("g1.1", 3, commands.OpenPoll("?", ["a", "b"], live=False))
    scene.settle()
    scene.open("g1.1", "other")
    scene.settle()
    assert text_of(scene) == "before after"
    assert isinstance(scene.notes[0], server.Class)
    assert scene.notes[0].classroom.waiting == []
    happened = [type(it.event) for it in scene.notes if isinstance(it, server.Happened)]
    assert happened == [events.Said, events.PollChanged]
    assert [it.doc for it in scene.notes if isinstance(it, server.Update)][-1] == "other"
    scene.send("g1.1", client.Update("notes", 4, pen.write(", to the end")))
    scene.do("g1.1", 5, commands.Say("goodbye"))
    scene.do("g1.1", 6, commands.RecordClass(False))
    scene.settle()
    assert text_of(scene) == "before after, to the end"
    assert sum(isinstance(it, server.Happened) and isinstance(it.event, events.Said) for it in scene.notes) == 2
    count = len(scene.notes)
    scene.do("g1.1", 7, commands.Say("off the record"))
    scene.settle()
    assert len(scene.notes) == count
    resumed = Scene(entries=scene.entries[:-2], epoch=2)
    assert isinstance(resumed.notes[0], server.Class)


def test_class_10_the_media_node_of_the_room_is_told_and_so_is_its_successor() -> None:
    async def scene(world: World) -> None:
        got: dict[str, list[Message]] = {"m1": [], "m2": []}
        for node, messages in got.items():
            await world.bus.subscribe(media_inbox(node), messages.extend)
        await world.registry.announce(Node("m1", "media"))
        worker = await world.worker()
        gateway = await world.gateway()
        gateway.join("g1.1", Role.TEACHER)
        await moment()
        gateway.send("g1.1", client.Do(1, commands.RecordClass(True)))
        await moment()
        (told,) = [it for it in got["m1"] if isinstance(it, StageSet)]
        assert (told.room, told.stage.recorder) == (
            ROOM,
            "g1.1-user" if not told.stage.recorder else told.stage.recorder,
        )
        assert any(isinstance(it, Noted) for it in got["m1"])
        await world.registry.withdraw(Node("m1", "media"))
        await world.registry.announce(Node("m2", "media"))
        await worker.stages.look()
        await asyncio.sleep(0)
        assert told in got["m2"]

    play(scene)


def test_class_10_a_media_node_that_asks_is_told_and_a_room_that_sleeps_is_woken_for_it() -> None:
    async def scene(world: World) -> None:
        got: list[Message] = []
        await world.bus.subscribe(media_inbox("m9"), got.extend)
        worker = await world.worker()
        for _ in range(2):  # the first question opens the room
            world.bus.publish(inbox(worker.worker), StageAsk(ROOM, "m9"))
            await moment()
        assert [(it.room, it.turn) for it in got if isinstance(it, StageSet)] == [(ROOM, 0)]

    play(scene)


def test_a_recording_is_made_whole_again_from_time_to_time() -> None:
    scene, pen = Scene(), Pen()
    scene.teacher("g1.1")
    scene.open("g1.1", "notes")
    scene.do("g1.1", 1, commands.RecordClass(True))
    scene.send("g1.1", client.Update("notes", 2, pen.write("first ")))
    scene.settle()
    scene.pass_time(1)
    scene.notes.clear()
    scene.send("g1.1", client.Update("notes", 3, pen.write("second")))
    scene.pass_time(WHOLE_SECONDS + 1)
    kinds = [type(it) for it in scene.notes]
    assert kinds == [server.Update, server.Class, server.Update]
    late, whole = Pen(), scene.notes[-1]
    assert isinstance(whole, server.Update)
    late.take(whole)
    assert str(late) == "first second"
    scene.notes.clear()
    scene.pass_time(WHOLE_SECONDS)
    assert [type(it) for it in scene.notes] == [server.Class]
