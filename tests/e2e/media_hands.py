"""Being in a call: coming in, looking at the others' pictures, and what the browser itself counts."""

from typing import Any

from playwright.async_api import Browser, Locator, Page, Playwright, expect

from tests import machine

FAKE_DEVICES = ["--use-fake-device-for-media-stream=device-count=2,fps=10", "--use-fake-ui-for-media-stream"]
"""Two cameras of few frames, which beep, and nobody has to click for them."""
DEVICES: dict[str, Any] = {"permissions": ["camera", "microphone"]}

# A page's own connections, for their figures: `RTCPeerConnection` is asked, not the client.
REMEMBER_CONNECTIONS = """(() => {
  const Real = window.RTCPeerConnection;
  window.connections = [];
  window.RTCPeerConnection = class extends Real {
    constructor(...args) { super(...args); window.connections.push(this); }
  };
})()"""

_DECODED = """async () => {
  const frames = {};
  for (const pc of window.connections) {
    if (pc.connectionState === 'closed') continue;
    for (const report of (await pc.getStats()).values()) {
      if (report.type === 'inbound-rtp' && report.kind === 'video') {
        frames[report.mid] = { frames: report.framesDecoded, height: report.frameHeight ?? 0 };
      }
    }
  }
  return frames;
}"""

# Waits inside the page: Playwright's own waiting needs `eval`, which the page's content-security-policy forbids.
_PICTURE = """async (element, { least, most, frames, within }) => {
  const until = performance.now() + within;
  const first = element.getVideoPlaybackQuality().totalVideoFrames;
  let seen = {};
  while (performance.now() < until) {
    const moved = element.getVideoPlaybackQuality().totalVideoFrames - first;
    seen = { moved, height: element.videoHeight };
    if (moved >= frames && element.videoHeight >= least && element.videoHeight <= most) return seen;
    await new Promise((next) => setTimeout(next, 100));
  }
  throw new Error(`the picture: ${JSON.stringify(seen)}, wanted ${least} to ${most} high`);
}"""

# Of a recording: a picture in ``region`` goes on. Which element it is may change, where a better layer was sent.
_PLAYS = """async (region, within) => {
  const until = performance.now() + within;
  const before = new Map();
  let moved = 0;
  let seen = {};
  while (performance.now() < until) {
    const video = region.querySelector('.picture video');
    if (video !== null) {
      const { file } = video.parentElement.dataset;
      const frames = video.getVideoPlaybackQuality().totalVideoFrames;
      moved += Math.max(0, video.currentTime - (before.get(video) ?? video.currentTime));
      before.set(video, video.currentTime);
      seen = { file, at: video.currentTime, frames, moved };
      if (moved > 1 && frames > 5) return seen;
    }
    await new Promise((next) => setTimeout(next, 100));
  }
  throw new Error(`the recording stands: ${JSON.stringify(seen)}`);
}"""

# While it stands, every picture is where the page's clock is (all begin with the recording).
_IN_STEP = """async (page, within) => {
  const until = performance.now() + within;
  const apart = () => {
    const { at } = document.querySelector('[data-testid=position]').dataset;
    const videos = [...document.querySelectorAll('.picture video')];
    return Math.max(...videos.map((video) => Math.abs(video.currentTime - at)));
  };
  while (performance.now() < until && !(apart() < 0.1)) await new Promise((next) => setTimeout(next, 100));
  return apart();
}"""

PATIENCE_MS = 20_000


async def launch(playwright: Playwright, *args: str) -> Browser:
    """Chromium with a camera and a microphone of its own."""
    flags = ["--no-sandbox", *FAKE_DEVICES, *args]
    return await playwright.chromium.launch(executable_path=machine.chromium(), args=flags)


async def join(page: Page, *, camera: bool = True, microphone: bool = True) -> None:
    """Into the call, by the dialog with the preview."""
    await page.locator(".call-button").click()
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_be_visible()
    for name, on in (("Camera", camera), ("Microphone", microphone)):
        toggle = dialog.get_by_role("button", name=name)
        if on != (await toggle.get_attribute("aria-pressed") == "true"):
            await toggle.click()
    if camera:
        await expect(dialog.locator("video")).to_be_visible()
    await dialog.get_by_role("button", name="Join the call").click()
    await is_in(page)


async def is_in(page: Page) -> None:
    await expect(page.get_by_test_id("stage")).to_have_attribute("data-phase", "in")


def tile(page: Page, name: str) -> Locator:
    """A person's or a screen's place on the stage."""
    return page.get_by_role("region", name="People in the call").get_by_role("listitem").filter(has_text=name)


async def shows(picture: Locator, least: int = 2, most: int = 5_000, frames: int = 5) -> None:
    """Wait until a picture moves, and is so many lines high: which is the layer that arrives."""
    video = picture.locator("video")
    await expect(video).to_be_visible(timeout=PATIENCE_MS)
    await video.evaluate(_PICTURE, {"least": least, "most": most, "frames": frames, "within": PATIENCE_MS})


async def plays(region: Locator) -> None:
    """Wait until a recording's picture moves."""
    await region.evaluate(_PLAYS, PATIENCE_MS)


async def is_in_step(page: Page) -> None:
    """Wait until a recording that stands shows all of one moment."""
    assert await page.locator("body").evaluate(_IN_STEP, PATIENCE_MS) < 0.1


async def decoded(page: Page) -> dict[str, dict[str, int]]:
    """Frames decoded and their height by m-line, as the browser counts them."""
    return await page.evaluate(_DECODED)


def tool(page: Page, name: str) -> Locator:
    return page.get_by_role("toolbar", name="Call controls").get_by_role("button", name=name, exact=True)
