# pyright: standard
"""What headless Chromium sees of a camera when the network between it and the node loses packets.

    python -m loadtests.media.lossy --loss 0.05 --seconds 30 [--delay 0.02] [--seed 1] [--publisher-too]

One browser page publishes its fake camera (three simulcast layers), another one plays it by WHEP through a relay that
loses a seeded share of all datagrams, both ways: media, repairs, reports and checks alike. Counted by the browser's own
`getStats`: frames decoded, freezes (a gap of three frame times, or 150 ms over the mean), what was asked for again.
Exit code 1 when anything froze.
"""

import argparse
import asyncio
import re
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from playwright.async_api import Page, async_playwright

from loadtests.media.relay import Relay, Weather
from loadtests.media.soak import node
from media.addresses import local_addresses

CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--use-fake-device-for-media-stream=fps=30", "--use-fake-ui-for-media-stream"]
HERE = "http://127.0.0.1:9/"
START_SECONDS = 20.0
RATES = (150_000, 400_000, 900_000)
"""Bits a second of each simulcast layer; each has half the lines of the next."""
SETTLE_SECONDS = 6.0
"""Until the publisher's encoder has found its rate and every layer is there."""
PAGE = """<!doctype html><video id=v autoplay muted playsinline></video><script>
const gathered = pc => new Promise(done => {
  if (pc.iceGatheringState === 'complete') done();
  pc.onicegatheringstatechange = () => pc.iceGatheringState === 'complete' && done();
  setTimeout(done, 2000);
});
async function connect(pc, path) {
  window.pc = pc;
  await pc.setLocalDescription(await pc.createOffer());
  await gathered(pc);
  const [sdp, session] = await exchange(path, pc.localDescription.sdp);
  await pc.setRemoteDescription({type: 'answer', sdp});
  return session;
}
async function publish(width, height, rates) {
  const media = await navigator.mediaDevices.getUserMedia({audio: true, video: {width, height, frameRate: 30}});
  const pc = new RTCPeerConnection();
  pc.addTransceiver(media.getAudioTracks()[0], {direction: 'sendonly'});
  const layers = rates.map((maxBitrate, i) =>
    ({rid: 'qhf'[i], maxBitrate, scaleResolutionDownBy: 2 ** (rates.length - 1 - i)}));
  pc.addTransceiver(media.getVideoTracks()[0], {direction: 'sendonly', sendEncodings: layers});
  return connect(pc, '/whip/lossy');
}
async function play(publication) {
  const pc = new RTCPeerConnection();
  pc.addTransceiver('audio', {direction: 'recvonly'});
  pc.addTransceiver('video', {direction: 'recvonly'});
  pc.ontrack = e => { if (e.track.kind === 'video') v.srcObject = new MediaStream([e.track]); };
  return connect(pc, '/whep/lossy/' + publication);
}
async function seen() {
  for (const it of (await pc.getStats()).values()) if (it.type === 'inbound-rtp' && it.kind === 'video') return it;
  return {};
}
</script>"""


@dataclass(frozen=True)
class Seen:
    """What the receiving browser counted from the first look to the last."""

    seconds: float
    frames: int
    freezes: int
    frozen_seconds: float
    height: int
    lost: int
    repaired: int
    nacks: int
    plis: int
    dropped: int

    def __str__(self) -> str:
        return (
            f"{self.frames} frames decoded in {self.seconds:.0f} s ({self.frames / self.seconds:.1f}/s) "
            f"at {self.height} lines, {self.dropped} dropped; freezes {self.freezes} ({self.frozen_seconds:.2f} s); "
            f"packets lost for good {self.lost}, repaired {self.repaired}; NACKs {self.nacks}, PLIs {self.plis}"
        )


@asynccontextmanager
async def pages(url: str, through: dict[str, int]) -> AsyncIterator[tuple[Page, Page]]:
    """(publisher, player). `through` says at which port each meets the node: that of a relay, or 0 for the node's."""
    headers = {"Authorization": "Bearer x"}
    async with (
        async_playwright() as playwright,
        httpx.AsyncClient(base_url=url, headers=headers, timeout=30.0) as http,
    ):
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, headless=True, args=FLAGS)
        try:
            made: list[Page] = []
            for name in ("publisher", "player"):
                page = await browser.new_page()
                await page.expose_function("exchange", _exchange(http, through.get(name, 0)))
                await page.route(HERE, lambda route: route.fulfill(body=PAGE, content_type="text/html"))
                await page.goto(HERE)
                made.append(page)
            yield made[0], made[1]
        finally:
            await browser.close()


def _exchange(http: httpx.AsyncClient, port: int) -> Any:
    async def exchange(path: str, sdp: str) -> list[str]:
        answer = await http.post(path, content=sdp, headers={"Content-Type": "application/sdp"})
        answer.raise_for_status()
        text = re.sub(r"a=candidate:\d+ 1 tcp [^\r]*\r\n", "", answer.text)
        if port:
            text = re.sub(r"(a=candidate:\d+ 1 udp \d+ \S+) \d+", rf"\1 {port}", text)
        return [text, answer.headers["location"].rsplit("/", 1)[1]]

    return exchange


async def watch(
    weather: Weather, seconds: float, rates: Sequence[int] = RATES, publisher_too: bool = False, say: bool = True
) -> Seen:
    """One run with a node of its own."""
    host = local_addresses(False)[0]
    async with node("--host", host) as url, httpx.AsyncClient(base_url=url) as http:
        relay = Relay(host, (host, (await http.get("/stats")).json()["udp"]), weather)
        port = await relay.open()
        try:
            through = {"player": port, "publisher": port if publisher_too else 0}
            async with pages(url, through) as (publisher, player):
                publication = await publisher.evaluate(f"publish(640, 360, {list(rates)})")
                await asyncio.sleep(SETTLE_SECONDS)
                await player.evaluate(f"play({publication!r})")
                async with asyncio.timeout(START_SECONDS):
                    while (await player.evaluate("seen()")).get("framesDecoded", 0) < 10:
                        await asyncio.sleep(0.1)
                return await _count(player, seconds, say)
        finally:
            relay.close()
            if say:
                print(f"the relay passed {weather.passed} datagrams and lost {weather.lost}")


async def _count(player: Page, seconds: float, say: bool) -> Seen:
    first = await player.evaluate("seen()")
    last: dict[str, Any] = first
    for _ in range(round(seconds)):
        await asyncio.sleep(1.0)
        before, last = last, await player.evaluate("seen()")
        if say:
            print(
                f"  frames +{last['framesDecoded'] - before['framesDecoded']:3}  {last['frameHeight']} lines"
                f"  freezes {last['freezeCount']}  nacks {last['nackCount']}  plis {last['pliCount']}"
                f"  held {_held_ms(before, last):.0f} ms",
                flush=True,
            )

    def grew(name: str) -> Any:
        return last.get(name, 0) - first.get(name, 0)

    return Seen(
        (last["timestamp"] - first["timestamp"]) / 1000, grew("framesDecoded"), grew("freezeCount"),
        grew("totalFreezesDuration"), last["frameHeight"], grew("packetsLost"), grew("retransmittedPacketsReceived"),
        grew("nackCount"), grew("pliCount"), grew("framesDropped"),
    )  # fmt: skip


def _held_ms(before: dict[str, Any], last: dict[str, Any]) -> float:
    """How long the browser kept a frame, on the mean."""
    frames = last["jitterBufferEmittedCount"] - before["jitterBufferEmittedCount"]
    return 1000 * (last["jitterBufferDelay"] - before["jitterBufferDelay"]) / max(1, frames)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--loss", type=float, default=0.05, help="share of datagrams lost, each way")
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--delay", type=float, default=0.02, help="seconds each way")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rates", type=int, nargs="+", default=RATES, help="bits a second of each layer")
    parser.add_argument("--publisher-too", action="store_true", help="the publisher's network is as bad")
    args = parser.parse_args()
    seen = asyncio.run(watch(Weather(args.loss, args.delay, args.seed), args.seconds, args.rates, args.publisher_too))
    print(seen)
    sys.exit(1 if seen.freezes else 0)


if __name__ == "__main__":
    main()
