"""The class: rules CLASS-1 to CLASS-8, and what survives an owner."""

import msgspec
import pytest

from realtime.close_codes import CloseCode
from realtime.envelopes import EndClass, Join, Revoke
from realtime.frames import client, commands, events, server
from realtime.frames.commands import Command
from realtime.grants import Grant
from realtime.limits import Limits
from realtime.roles import Role
from tests.rooms.scene import Scene


def class_of_two(limits: Limits | None = None) -> Scene:
    scene = Scene(limits)
    scene.teacher("g1.1")
    scene.join("g1.2")
    return scene


def test_class_1_a_member_gets_the_class_then_events_that_step_by_one() -> None:
    scene = class_of_two()
    for n in range(1, 4):
        scene.do("g1.2", n, commands.Say(f"message {n}"))
        scene.do("g1.2", n + 10, commands.Hand(n % 2 == 1))
    scene.flush()
    start = scene.frames("g1.2", server.Class)[0].classroom.seq
    numbers = [frame.seq for frame in scene.frames("g1.2", server.Happened) if frame.seq > start]
    assert len(numbers) == 6
    assert numbers == list(range(start + 1, start + 1 + len(numbers)))
    assert len(scene.frames("g1.2", server.Class)) == 1


def test_class_2_a_returning_reader_gets_what_it_missed() -> None:
    scene = class_of_two()
    seen = scene.last("g1.2", server.Class).classroom.seq
    scene.do("g1.1", 1, commands.Say("one"))
    scene.do("g1.1", 2, commands.Say("two"))
    scene.flush()
    scene.clear()
    scene.send("g1.2", client.CatchUp(seen + 1))
    scene.flush()
    assert [frame.seq for frame in scene.frames("g1.2", server.Happened)] == [seen + 2]
    scene.send("g1.2", client.CatchUp(1))
    scene.flush()
    assert [message.text for message in scene.last("g1.2", server.Class).classroom.chat] == ["one", "two"]
    scene.clear()
    scene.join("g1.3", seen=seen)
    assert not scene.frames("g1.3", server.Class)
    assert len(scene.events("g1.3", events.Said)) == 2


def test_class_2_a_new_owner_sends_the_whole_class() -> None:
    scene = class_of_two()
    scene.do("g1.1", 1, commands.Say("kept"))
    scene.flush()
    seen = scene.frames("g1.2", server.Happened)[-1].seq
    later = Scene(entries=scene.entries, epoch=2)
    later.join("g1.2", again=True, seen=seen)
    whole = later.last("g1.2", server.Class).classroom
    assert whole.seq > seen
    assert [message.text for message in whole.chat] == ["kept"]


def test_class_3_done_waits_for_the_log_where_something_is_kept() -> None:
    scene = class_of_two()
    scene.do("g1.2", 1, commands.React("🎉"))
    scene.do("g1.2", 2, commands.Say("kept"))
    scene.flush()
    assert scene.done("g1.2") == [1]
    scene.save()
    assert scene.done("g1.2") == [1, 2]


def test_class_3_a_command_sent_again_is_carried_out_once_even_by_a_new_owner() -> None:
    scene = class_of_two()
    scene.do("g1.2", 5, commands.Say("once"))
    scene.settle()
    scene.do("g1.2", 5, commands.Say("once"))
    scene.settle()
    assert scene.done("g1.2") == [5, 5]
    later = Scene(entries=scene.entries, epoch=2)
    later.join("g1.2", again=True)
    later.do("g1.2", 5, commands.Say("once"))
    later.settle()
    assert later.done("g1.2") == [5]
    assert len(later.last("g1.2", server.Class).classroom.chat) == 1


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (commands.OpenPoll("?", ["a", "b"]), "not-allowed"),
        (commands.Lock("doc", True), "not-allowed"),
        (commands.LowerHand(), "not-allowed"),
        (commands.Lead(True), "not-allowed"),
        (commands.SetRole("user-g1.1", "observer"), "not-allowed"),
        (commands.Remove("user-g1.1"), "not-allowed"),
        (commands.View("doc"), "not-allowed"),
        (commands.Say("   "), "malformed"),
        (commands.Say("x" * 4001), "too-long"),
        (commands.Vote(7, [0]), "unknown"),
        (commands.Unsay(7), "unknown"),
        (commands.React("x" * 17), "malformed"),
        (commands.React("a\nb"), "malformed"),
    ],
)
def test_grant_4_what_a_student_may_not_do_is_refused(command: Command, code: str) -> None:
    scene = class_of_two()
    scene.clear()
    entries = len(scene.entries)
    scene.do("g1.2", 9, command)
    scene.settle()
    assert scene.refusals("g1.2") == [(9, code)]
    assert len(scene.entries) == entries
    assert not scene.frames("g1.1", server.Happened)


def test_grant_4_an_observer_may_not_even_speak() -> None:
    scene = class_of_two()
    scene.join("g1.3", Role.OBSERVER)
    for n, command in enumerate((commands.Say("x"), commands.Hand(True), commands.React("x"), commands.Vote(1, [])), 1):
        scene.do("g1.3", n, command)
    assert scene.refusals("g1.3") == [(n, "not-allowed") for n in range(1, 5)]


def test_class_4_hands_are_a_queue_and_raising_twice_keeps_the_place() -> None:
    scene = class_of_two()
    scene.join("g1.3")
    for n, conn in enumerate(("g1.2", "g1.3", "g1.2"), 1):
        scene.do(conn, n, commands.Hand(True))
    scene.flush()
    assert [hand.user for hand in scene.events("g1.1", events.Hands)[-1].hands] == ["user-g1.2", "user-g1.3"]
    scene.do("g1.1", 1, commands.LowerHand("user-g1.2"))
    assert [hand.user for hand in scene.events("g1.1", events.Hands)[-1].hands] == ["user-g1.3"]
    scene.do("g1.1", 2, commands.LowerHand())
    assert scene.events("g1.1", events.Hands)[-1].hands == []


def test_a_second_in_which_nothing_happens_asks_for_no_flush() -> None:
    scene = class_of_two()
    scene.pass_time(2)
    for _ in range(5):
        scene.now += 1
        scene.room.tick(scene.now)
        assert not scene.room.dirty


def test_hands_of_people_who_are_long_gone_go_down() -> None:
    scene = class_of_two()
    scene.do("g1.2", 1, commands.Hand(True))
    scene.do("g1.1", 1, commands.Lead(True))
    scene.leave("g1.2")
    scene.pass_time(10)
    scene.join("g2.2", user="user-g1.2")
    scene.pass_time(60)
    assert len(scene.events("g1.1", events.Hands)[-1].hands) == 1, "back in time"
    scene.leave("g2.2")
    scene.pass_time(60)
    assert scene.events("g1.1", events.Hands)[-1].hands == []
    assert scene.last("g1.1", server.Class) is not None
    scene.leave("g1.1")
    scene.join("g1.5")
    scene.pass_time(60)
    assert scene.events("g1.5", events.Leading)[-1].view.user == ""


def test_class_5_a_persons_vote_counts_once_and_may_change() -> None:
    scene = class_of_two()
    scene.join("g2.2", user="user-g1.2")
    scene.do("g1.1", 1, commands.OpenPoll("Tea?", ["yes", "no"]))
    scene.do("g1.2", 1, commands.Vote(1, [0]))
    scene.do("g2.2", 1, commands.Vote(1, [1]))
    scene.flush()
    scene.pass_time(1)
    poll = scene.events("g1.1", events.PollChanged)[-1].poll
    assert (poll.tally, poll.voters) == ([0, 1], 1)
    assert scene.events("g1.2", events.Voted)[-1] == events.Voted(1, [1])
    assert not scene.events("g1.1", events.Voted)
    scene.do("g1.2", 2, commands.Vote(1, []))
    scene.pass_time(1)
    assert scene.events("g1.1", events.PollChanged)[-1].poll.voters == 0


def test_class_5_a_tally_is_hidden_from_students_until_it_is_revealed() -> None:
    scene = class_of_two()
    seen = scene.last("g1.2", server.Class).classroom.seq
    scene.do("g1.1", 1, commands.OpenPoll("Tea?", ["yes", "no"], False, False))
    scene.do("g1.2", 1, commands.Vote(1, [0]))
    scene.pass_time(1)
    assert scene.events("g1.1", events.PollChanged)[-1].poll.tally == [1, 0]
    assert all(event.poll.tally == [] for event in scene.events("g1.2", events.PollChanged))
    scene.join("g1.3")
    assert scene.last("g1.3", server.Class).classroom.polls[0].tally == []
    scene.join("g2.2", user="user-g1.2")
    assert scene.last("g2.2", server.Class).classroom.polls[0].mine == [0]
    scene.clear()
    scene.send("g1.2", client.CatchUp(seen))
    assert scene.events("g1.2", events.PollChanged)[-1].poll.tally == []
    scene.do("g1.1", 2, commands.ClosePoll(1))
    scene.do("g1.2", 2, commands.Vote(1, [1]))
    assert scene.refusals("g1.2") == [(2, "closed")]
    scene.do("g1.1", 3, commands.RevealPoll(1))
    assert scene.events("g1.2", events.PollChanged)[-1].poll.tally == [1, 0]


@pytest.mark.parametrize(
    ("ask", "code"),
    [
        (commands.OpenPoll("", ["a", "b"]), "malformed"),
        (commands.OpenPoll("?", ["a"]), "malformed"),
        (commands.OpenPoll("?", ["a", " a "]), "malformed"),
        (commands.OpenPoll("?", ["a", " "]), "malformed"),
        (commands.OpenPoll("?", [str(n) for n in range(21)]), "too-many"),
        (commands.OpenPoll("?" * 501, ["a", "b"]), "too-long"),
    ],
)
def test_a_poll_that_makes_no_sense_is_refused(ask: commands.OpenPoll, code: str) -> None:
    scene = class_of_two()
    scene.do("g1.1", 1, ask)
    assert scene.refusals("g1.1") == [(1, code)]


@pytest.mark.parametrize("choices", [[2], [-1], [0, 0], [0, 1]])
def test_a_vote_that_makes_no_sense_is_refused(choices: list[int]) -> None:
    scene = class_of_two()
    scene.do("g1.1", 1, commands.OpenPoll("?", ["a", "b"]))
    scene.do("g1.2", 1, commands.Vote(1, choices))
    assert scene.refusals("g1.2") == [(1, "malformed")]


def test_votes_move_the_tally_at_a_measured_pace() -> None:
    scene = class_of_two()
    scene.do("g1.1", 1, commands.OpenPoll("?", ["a", "b"]))
    for number in range(30):
        scene.join(f"g3.{number}")
    scene.clear()
    for number in range(30):
        scene.do(f"g3.{number}", 1, commands.Vote(1, [number % 2]))
        scene.now += 0.01
        scene.flush()
    assert len(scene.events("g1.1", events.PollChanged)) <= 3
    wake = scene.room.wake_at
    assert wake is not None
    scene.now = wake
    scene.flush()
    assert scene.events("g1.1", events.PollChanged)[-1].poll.tally == [15, 15]


def test_class_6_a_deleted_message_leaves_its_place_but_not_its_text() -> None:
    scene = class_of_two()
    scene.join("g1.3")
    scene.do("g1.2", 1, commands.Say("regretted"))
    scene.do("g1.2", 2, commands.Say("stays"))
    scene.do("g1.3", 1, commands.Unsay(1))
    assert scene.refusals("g1.3") == [(1, "not-allowed")]
    scene.do("g1.2", 3, commands.Unsay(1))
    scene.flush()
    scene.join("g1.4")
    chat = scene.last("g1.4", server.Class).classroom.chat
    assert [(message.id, message.text, message.deleted) for message in chat] == [(1, "", True), (2, "stays", False)]
    assert b"regretted" not in scene.room.snapshot("")


def test_older_chat_comes_in_pages() -> None:
    scene = class_of_two(Limits(chat_kept=10))
    for n in range(1, 251):
        scene.do("g1.2", n, commands.Say(str(n)))
    scene.flush()
    scene.join("g1.3")
    assert len(scene.last("g1.3", server.Class).classroom.chat) == 10
    scene.do("g1.3", 1, commands.OlderChat(241))
    page = scene.last("g1.3", server.ChatPage)
    assert (page.messages[0].id, page.messages[-1].id, page.more) == (141, 240, True)
    scene.do("g1.3", 2, commands.OlderChat(41))
    page = scene.last("g1.3", server.ChatPage)
    assert (len(page.messages), page.more) == (40, False)


def test_a_reload_is_no_news_and_leaving_is() -> None:
    scene = class_of_two()
    scene.clear()
    scene.leave("g1.2")
    scene.join("g2.2", user="user-g1.2")
    scene.pass_time(5)
    assert not scene.events("g1.1", events.Left)
    scene.leave("g2.2")
    scene.pass_time(5)
    assert scene.events("g1.1", events.Left) == [events.Left("user-g1.2")]


def test_class_7_above_its_bound_presence_is_summarised() -> None:
    scene = Scene(Limits(roster_full=10))
    scene.teacher("g1.1")
    for number in range(2, 13):
        scene.join(f"g1.{number}")
    scene.do("g1.5", 1, commands.Hand(True))
    scene.clear()
    for number in range(20, 60):
        scene.join(f"g1.{number}")
        scene.now += 0.02
    assert not scene.events("g1.1", events.Joined)
    assert 1 <= len(scene.events("g1.1", events.Count)) <= 3
    whole = scene.last("g1.59", server.Class).classroom
    assert [member.user for member in whole.members] == ["user-g1.1"]
    assert (whole.summary.count, whole.summary.full) == (52, False)
    assert [hand.user for hand in whole.hands] == ["user-g1.5"]
    scene.do("g1.20", 1, commands.RosterPage(50, 10))
    page = scene.last("g1.20", server.Roster)
    assert (page.total, len(page.members)) == (52, 2)
    scene.join("g1.90", Role.ASSISTANT)
    assert scene.events("g1.1", events.Joined)[-1].member.user == "user-g1.90"
    for number in range(5, 60):
        if f"g1.{number}" in scene.room.conns:
            scene.leave(f"g1.{number}")
    scene.clear()
    scene.pass_time(5)
    whole = scene.last("g1.1", server.Class).classroom
    assert whole.summary.full
    assert len(whole.members) == whole.summary.count


def test_class_8_a_removed_person_does_not_come_back() -> None:
    scene = class_of_two()
    scene.do("g1.1", 1, commands.Remove("user-g1.2"))
    scene.settle()
    assert scene.kicked == [(["g1.2"], CloseCode.REMOVED)]
    assert "g1.2" not in scene.room.conns
    scene.do("g1.2", 5, commands.Say("still here?"))
    assert scene.done("g1.1") == [1]
    later = Scene(entries=scene.entries, epoch=2)
    later.join("g1.7", user="user-g1.2")
    assert later.kicked == [(["g1.7"], CloseCode.REMOVED)]
    assert not later.got.get("g1.7")


def test_a_revoked_grant_ends_at_once_and_a_later_one_opens() -> None:
    scene = class_of_two()
    scene.put(Revoke("user-g1.2"))
    scene.settle()
    assert scene.kicked == [(["g1.2"], CloseCode.FORBIDDEN)]
    scene.join("g1.3", user="user-g1.2")
    assert scene.kicked[1:] == [(["g1.3"], CloseCode.FORBIDDEN)]


def test_the_end_of_the_class_sends_everybody_out() -> None:
    scene = class_of_two()
    scene.put(EndClass())
    assert scene.kicked == [(["g1.1", "g1.2"], CloseCode.NORMAL)]
    assert not scene.room.conns


def test_roles_given_in_the_room_hold_for_every_connection_and_every_owner() -> None:
    scene = class_of_two()
    scene.open("g1.2", "notes")
    scene.do("g1.1", 1, commands.SetRole("user-g1.2", "observer"))
    scene.settle()
    assert scene.last("g1.2", server.Welcome).role == "observer"
    assert scene.events("g1.1", events.Joined)[-1].member.role == "observer"
    scene.do("g1.2", 1, commands.Say("x"))
    assert scene.refusals("g1.2") == [(1, "not-allowed")]
    later = Scene(entries=scene.entries, epoch=2)
    later.join("g1.3", user="user-g1.2")
    assert later.last("g1.3", server.Welcome).role == "observer"


def test_only_a_teacher_makes_assistants_and_nobody_demotes_a_teacher() -> None:
    scene = class_of_two()
    scene.join("g1.3", Role.ASSISTANT)
    scene.do("g1.3", 1, commands.SetRole("user-g1.2", "assistant"))
    scene.do("g1.3", 2, commands.SetRole("user-g1.1", "student"))
    scene.do("g1.3", 3, commands.Remove("user-g1.1"))
    scene.do("g1.3", 4, commands.SetRole("user-g1.2", "teacher"))
    scene.do("g1.3", 5, commands.SetRole("nobody", "student"))
    codes = ["not-allowed", "not-allowed", "not-allowed", "malformed", "unknown"]
    assert [code for _, code in scene.refusals("g1.3")] == codes
    scene.do("g1.1", 1, commands.SetRole("user-g1.2", "assistant"))
    scene.settle()
    assert scene.done("g1.1") == [1]


def test_the_class_follows_one_leader_and_their_latest_view() -> None:
    scene = class_of_two()
    scene.join("g1.3", Role.ASSISTANT)
    scene.do("g1.1", 1, commands.Lead(True))
    scene.flush()
    for number in range(10):
        scene.do("g1.1", 2 + number, commands.View("board", "p1", float(number)))
    scene.flush()
    views = scene.events("g1.2", events.Leading)
    assert [view.view.x for view in views] == [0.0, 9.0]
    scene.do("g1.3", 1, commands.View("board"))
    assert scene.refusals("g1.3") == [(1, "not-allowed")]
    scene.do("g1.3", 2, commands.Lead(True))
    scene.flush()
    assert scene.events("g1.2", events.Leading)[-1].view.user == "user-g1.3"
    scene.do("g1.1", 50, commands.View("board", "", float("nan")))
    scene.do("g1.3", 3, commands.View("board", "", float("nan")))
    assert scene.refusals("g1.3")[-1] == (3, "malformed")
    scene.join("g1.4")
    assert scene.last("g1.4", server.Class).classroom.leader.user == "user-g1.3"


def test_a_storm_of_joins_is_one_class_for_all_who_see_the_same() -> None:
    scene = Scene()
    scene.teacher("g1.1")
    scene.clear()
    for number in range(100):
        scene.natives.add(f"g2.{number}")
        scene.put(Join(Grant("math", f"s{number}", Role.STUDENT, "school"), "native"), f"g2.{number}")
    scene.flush()
    classes = [scene.last(f"g2.{number}", server.Class) for number in range(100)]
    assert all(one is classes[0] for one in classes)
    assert len(classes[0].classroom.members) == 101
    assert len(scene.got["g1.1"]) <= 3


def test_stock_doors_hear_nothing_of_the_class() -> None:
    scene = class_of_two()
    scene.join("g1.3", door="yjs")
    scene.do("g1.1", 1, commands.Say("hello"))
    scene.settle()
    assert not scene.got.get("g1.3")
    assert scene.events("g1.1", events.Joined)[-1].member.user == "user-g1.3"


def test_connections_a_person_and_a_room_are_bounded() -> None:
    scene = Scene(Limits(connections_per_user=2, connections_per_room=3))
    for number in range(3):
        scene.join(f"g1.{number}", user="same")
    assert scene.kicked == [(["g1.2"], CloseCode.TRY_LATER)]
    scene.join("g1.5")
    scene.join("g1.6")
    assert scene.kicked[1:] == [(["g1.6"], CloseCode.TRY_LATER)]


def test_a_fresh_grant_changes_the_rights_of_a_connection_that_is_in() -> None:
    scene = class_of_two()
    scene.join("g1.2", Role.OBSERVER)
    assert scene.last("g1.2", server.Welcome).role == "observer"
    assert not scene.room.conns["g1.2"].may_edit
    assert len(scene.room.conns) == 2


def test_connections_a_gateway_does_not_join_again_are_gone() -> None:
    scene = class_of_two()
    scene.join("g2.1")
    scene.attach("g2")
    scene.attach("g1")
    scene.join("g1.1", Role.TEACHER, again=True)
    scene.join("g1.2", again=True)
    scene.pass_time(15)
    assert set(scene.room.conns) == {"g1.1", "g1.2"}


def test_a_class_that_cannot_be_read_is_noted_and_the_room_opens() -> None:
    scene = class_of_two()
    scene.do("g1.1", 1, commands.Say("kept"))
    scene.settle()
    scene.entries.append(msgspec.structs.replace(scene.entries[-1], seq=99, body=b"\xc1"))
    later = Scene(entries=scene.entries, epoch=2)
    later.teacher()
    assert [doc for doc, _ in later.quarantined] == [""]
    assert [message.text for message in later.last("g1.1", server.Class).classroom.chat] == ["kept"]
