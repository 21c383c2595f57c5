"""A room recorded while a real session runs: files that play, a timeline that says when."""

import asyncio
from pathlib import Path

import pytest

from media import tape
from media.model import Speaking
from media.recording import Recording
from media.uplink import ACTIVE_SECONDS
from tests.media import footage
from tests.media.clients import Publisher, until
from tests.media.test_sfu import ROOM, TEACHER, Stage, stage
from tests.media.test_simulcast import Camera

pytestmark = pytest.mark.usefixtures("loopback")


async def show(scene: Stage, publisher: Publisher, seq: int = 0) -> int:
    """Send the footage, a second of it, in step with what the node takes."""
    node = scene.sfu.node
    sounds, audio = footage.sounds(50), 0
    for i, (data, _) in enumerate(footage.pictures("VP8")):
        payloads = footage.vp8_payloads(data, i)
        before, sent = node.counters.received, len(payloads)
        for j, payload in enumerate(payloads):
            await publisher.send("video", seq & 0xFFFF, 3000 * i, payload, marker=int(j == len(payloads) - 1))
            seq += 1
        while audio < 50 and audio * 0.02 <= i / 30:
            await publisher.send("audio", audio, 960 * audio, sounds[audio])
            audio, sent = audio + 1, sent + 1
        await until(lambda n=before + sent: node.counters.received >= n)
    return seq


async def test_a_class_is_recorded_across_a_publisher_who_drops_and_returns(tmp_path: Path) -> None:
    async with stage() as scene:
        made = Recording(scene.sfu, ROOM, tmp_path / "r1", wall=1_700_000_000.0)
        made.start()
        first, _ = await scene.publisher()
        await show(scene, first)
        made.note("page", {"board": "board", "page": 2})
        await first.close()
        await until(lambda: not scene.sfu.publications)
        second, _ = await scene.publisher()
        await show(scene, second)
        made.detach()
        await asyncio.to_thread(made.stop, 1_700_000_009.0)
        timeline = tape.load(tmp_path / "r1")
        assert (timeline["room"], timeline["started"], timeline["ended"]) == (ROOM, 1_700_000_000.0, 1_700_000_009.0)
        assert sorted(f["source"] for f in timeline["files"]) == ["camera", "camera", "microphone", "microphone"]
        assert {f["user"] for f in timeline["files"]} == {"teacher"}
        assert [e["kind"] for e in tape.load_events(tmp_path / "r1")] == [
            "published",
            "page",
            "unpublished",
            "published",
        ]
        for entry in timeline["files"]:
            frames, size = footage.decoded(str(tmp_path / "r1" / entry["name"]))
            if entry["source"] == "camera":
                assert (frames, size, entry["codec"]) == (30, (320, 180), "VP8")
                assert entry["seconds"] == pytest.approx(29 / 30, abs=0.01)
            else:
                assert frames >= 45
        cameras = [f for f in timeline["files"] if f["source"] == "camera"]
        assert cameras[0]["offset"] < cameras[1]["offset"]


async def test_a_recording_that_was_killed_is_readable(tmp_path: Path) -> None:
    async with stage() as scene:
        made = Recording(scene.sfu, ROOM, tmp_path, wall=1.0)
        made.start()
        assert tape.load(tmp_path)["ended"] is None
        made.detach()
        await asyncio.to_thread(made.stop, 2.0)
        assert scene.sfu.listeners == []


async def test_what_is_muted_is_not_recorded_and_who_talks_is_noted(tmp_path: Path) -> None:
    async with stage() as scene:
        publisher, publication = await scene.publisher()
        tracks = {track.kind: track for track in scene.sfu.publications[publication].tracks.values()}
        scene.sfu.mute(tracks["audio"].id, ROOM, True)
        made = Recording(scene.sfu, ROOM, tmp_path, wall=1.0)
        made.start()
        await show(scene, publisher)
        scene.sfu.mute(tracks["audio"].id, ROOM, False)
        for listener in list(scene.sfu.listeners):
            listener(Speaking(ROOM, [tracks["audio"].id]))
        made.detach()
        await asyncio.to_thread(made.stop, 2.0)
        assert [f["source"] for f in tape.load(tmp_path)["files"]] == ["camera"]
        noted = [(e["kind"], e["body"]) for e in tape.load_events(tmp_path)]
        assert noted == [
            ("muted", {"track": tracks["audio"].id, "muted": True}),
            ("muted", {"track": tracks["audio"].id, "muted": False}),
            ("speaking", {"tracks": [tracks["audio"].id]}),
        ]


async def test_a_lower_layer_is_recorded_until_the_better_one_has_a_keyframe(tmp_path: Path) -> None:
    async with stage() as scene:
        camera = Camera()
        scene.clients.append(camera)
        publication, answer = scene.sfu.publish(ROOM, await camera.offer(), TEACHER)
        await camera.take(answer)
        await camera.connected()

        async def pictures(*keys: str, layers: str) -> None:
            for which in keys:
                seen = scene.sfu.node.counters.received
                await camera.picture(keys=which, layers=layers)
                await until(lambda n=seen + len(layers): scene.sfu.node.counters.received >= n)

        await pictures("qhf", layers="qhf")
        track = next(t for t in scene.sfu.publications[publication].tracks.values() if t.kind == "video")
        track.streams["f"].last_at -= 2 * ACTIVE_SECONDS  # it has paused
        made = Recording(scene.sfu, ROOM, tmp_path, wall=1.0)
        made.start()
        await pictures("q", "qh", "", "", layers="qh")
        await pictures("", "", "f", "q", "", layers="qhf")
        made.detach()
        await asyncio.to_thread(made.stop, 2.0)
        assert [(f["height"], f["frames"]) for f in tape.load(tmp_path)["files"]] == [(360, 6), (720, 3)]


async def test_stopping_leaves_no_tap_behind(tmp_path: Path) -> None:
    async with stage() as scene:
        publisher, publication = await scene.publisher()
        made = Recording(scene.sfu, ROOM, tmp_path, wall=1.0)
        made.start()
        await show(scene, publisher)
        made.detach()
        await asyncio.to_thread(made.stop, 2.0)
        assert all(not t.taps for t in scene.sfu.publications[publication].tracks.values())
        assert not made.tape.is_written
        assert len(tape.load(tmp_path)["files"]) == 2
