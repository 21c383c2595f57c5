"""`Daemon` with small real programs."""

import asyncio
import signal
from collections.abc import Sequence
from pathlib import Path

import pytest

from lyceum.embedded.daemon import Daemon, Program
from lyceum.embedded.identity import SAME
from lyceum.errors import ServiceFailed
from tests.lyceum.conftest import wait_for_end


def _shell(script: str, ready: Path, **times: float) -> Program:
    """A program that is ready when it has made the file ``ready``."""

    async def answers() -> bool:
        return ready.exists()

    def command() -> Sequence[str]:
        ready.unlink(missing_ok=True)
        return ["/bin/sh", "-c", script, str(ready)]

    return Program("shell", command, answers, lambda said: ServiceFailed(said.strip()), SAME, signal.SIGTERM, **times)


async def test_a_program_that_ends_at_once_is_explained_by_its_last_words(tmp_path: Path) -> None:
    with pytest.raises(ServiceFailed, match=r"^no licence$"):
        await Daemon(_shell("echo no licence >&2; exit 1", tmp_path / "ready")).__aenter__()


async def test_a_program_that_never_answers_is_given_up_and_gone(tmp_path: Path) -> None:
    daemon = Daemon(_shell("echo $$; exec sleep 600", tmp_path / "ready", start_seconds=0.3))
    with pytest.raises(ServiceFailed) as caught:
        await daemon.__aenter__()
    wait_for_end(int(str(caught.value)))


async def test_a_program_that_will_not_stop_is_killed(tmp_path: Path) -> None:
    script = 'trap "" TERM; touch "$0"; while :; do sleep 0.1; done'
    async with Daemon(_shell(script, tmp_path / "ready", stop_seconds=0.1)) as daemon:
        pid = daemon.pid
    wait_for_end(pid)


async def test_a_program_that_floods_its_output_is_not_held_up(tmp_path: Path) -> None:
    script = 'i=0; while [ $i -lt 400 ]; do printf "%01000d\\n" $i; i=$((i+1)); done; touch "$0"; exec sleep 600'
    async with Daemon(_shell(script, tmp_path / "ready")) as daemon:
        assert daemon.pid


async def test_it_is_started_again_although_a_start_fails_in_between(tmp_path: Path) -> None:
    """Dies once, fails to come up once, comes up."""
    lives = tmp_path / "lives"
    script = f'echo >> {lives}; [ $(wc -l < {lives}) = 2 ] && exit 3; touch "$0"; exec sleep 600'
    async with Daemon(_shell(script, tmp_path / "ready")) as daemon:
        first = daemon.pid
        await daemon.restart(lambda child: child.send(signal.SIGKILL))
        assert daemon.pid not in (0, first)
    assert lives.read_text() == "\n" * 3


async def test_an_error_inside_the_block_comes_out_as_it_is(tmp_path: Path) -> None:
    pid = 0
    with pytest.raises(KeyError):
        async with Daemon(_shell('touch "$0"; exec sleep 600', tmp_path / "ready")) as daemon:
            pid = daemon.pid
            raise KeyError
    wait_for_end(pid)


async def test_cancelling_the_block_ends_the_program(tmp_path: Path) -> None:
    pid = 0
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.5), Daemon(_shell('touch "$0"; exec sleep 600', tmp_path / "ready")) as daemon:
            pid = daemon.pid
            await asyncio.Event().wait()
    wait_for_end(pid)
