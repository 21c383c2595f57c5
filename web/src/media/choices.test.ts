/** What is shown, what is asked for, and how well it goes. */

import { describe, expect, it } from "vitest";
import type { Tile } from "./layout";
import { focusOf, placed, speakerOf, tilesOf } from "./layout";
import { meterOf } from "./level";
import { OUT } from "./state";
import type { Publication } from "./model";
import { publicationOf } from "./model";
import { CALM, look, offersAudioOnly, patience } from "./quality";
import type { Counts, Quality } from "./quality";
import { tracksByMid, withQuietAudio } from "./sdp";
import type { Choice } from "./wants";
import { stepOf, wantsOf } from "./wants";

const ME = { user: "me", name: "Me" };

function person(user: string, conn = `c-${user}`): Publication {
  const track = (kind: "audio" | "video", source: "microphone" | "camera") => ({
    id: `${user}.${source}`,
    kind,
    source,
    muted: false,
  });
  return { id: `p-${user}`, user, name: user, conn, tracks: [track("audio", "microphone"), track("video", "camera")] };
}

const screenOf = (user: string): Publication => ({
  id: `s-${user}`,
  user,
  name: user,
  conn: `c-${user}`,
  tracks: [{ id: `${user}.screen`, kind: "video", source: "screen", muted: false }],
});

const tilesWith = (...publications: Publication[]): Tile[] => tilesOf({ ...OUT, conn: "c-here", publications }, ME);
const names = "abcdefgh".split("");

describe("tiles", () => {
  it("has us in it, once, whether we publish or not", () => {
    expect(tilesWith(person("a")).map(({ key, mine }) => [key, mine])).toEqual([["a person", false], ["me", true]]);
    const own = tilesWith(person("me", "c-here"));
    expect(own).toMatchObject([{ key: "me", mine: true, audio: { id: "me.microphone" } }]);
  });

  it("tells another tab of ours from this one, and a screen from a person", () => {
    const tiles = tilesWith(person("me", "c-elsewhere"), screenOf("a"), person("a"));
    expect(tiles.map(({ key, mine, screen }) => [key, mine, screen])).toEqual([
      ["me person", false, false],
      ["a screen", false, true],
      ["a person", false, false],
      ["me", true, false],
    ]);
    expect(new Set(tilesWith(person("a"), { ...person("a"), id: "p-2" }).map(({ key }) => key)).size).toBe(3);
  });

  it("reads a publication and leaves out what it does not know", () => {
    const tracks = [{ id: "t", kind: "video", source: "camera", muted: true }, { id: "u", kind: "video", source: "hologram" }, 7];
    expect(publicationOf({ publication: "p", user: "u", tracks }).tracks).toEqual([
      { id: "t", kind: "video", source: "camera", muted: true },
    ]);
  });
});

describe("places", () => {
  const tiles = names.map((name) => tilesWith(person(name))[0] as Tile);
  const order = tiles.map(({ key }) => key);

  it("stay as they are; newcomers come last, who left makes room", () => {
    expect(placed([], tiles, [], 4)).toEqual(order);
    expect(placed(order, tiles.toReversed(), ["b.microphone"], 4)).toEqual(order);
    expect(placed(order, tiles.slice(2), [], 4)).toEqual(order.slice(2));
  });

  it("who talks from the back changes places with whom was silent the longest", () => {
    const speakers = ["h.microphone", "a.microphone", "b.microphone", "d.microphone"];
    const now = placed(order, tiles, speakers, 4);
    expect(now.slice(0, 4)).toEqual(["a person", "b person", "h person", "d person"]);
    expect(now.toSorted()).toEqual(order.toSorted());
    expect(placed(now, tiles, ["a.microphone", ...speakers], 4)).toEqual(now);
  });

  it("finds the one who talks, and leaves us out where others are meant", () => {
    const all = tilesWith(person("me", "c-here"), person("a"));
    expect(speakerOf(all, ["me.microphone", "a.microphone"])?.key).toBe("me");
    expect(speakerOf(all, ["me.microphone", "a.microphone"], true)?.key).toBe("a person");
  });
});

describe("focus", () => {
  const few = tilesWith(person("a"), person("b"));
  const many = tilesWith(...names.map((name) => person(name)));

  it("is nobody in a small group, who talks in a large one", () => {
    expect(focusOf(few, null, "", ["a.microphone"])).toBeNull();
    expect(focusOf(many, null, "", ["c.microphone"])).toBe("c person");
    expect(focusOf(many, null, "", [])).toBe("a person");
  });

  it("is a screen before that, whom staff chose before a screen, and whom I chose before all", () => {
    const tiles = tilesWith(person("a"), person("b"), screenOf("b"));
    expect(focusOf(tiles, null, "", [])).toBe("b screen");
    expect(focusOf(tiles, null, "p-a", [])).toBe("a person");
    expect(focusOf(tiles, "b person", "p-a", [])).toBe("b person");
    expect(focusOf(tiles, "gone", "", [])).toBe("b screen");
  });
});

describe("wants", () => {
  const choice = (change: Partial<Choice>): Choice => ({
    tiles: tilesWith(person("a"), person("b"), screenOf("b"), person("me", "c-elsewhere")),
    sizes: new Map([["a person", 100], ["b screen", 700]]),
    speakers: [],
    focus: null,
    audioOnly: false,
    user: "me",
    ...change,
  });
  const by = (change: Partial<Choice>) => new Map(wantsOf(choice(change)).map((want) => [want.track, want]));

  it("every other voice, and pictures as tall as they are shown; out of view they pause", () => {
    const wants = by({});
    expect(wants.get("a.microphone")).toMatchObject({ paused: false });
    expect(wants.has("me.microphone")).toBe(false);
    expect(wants.get("a.camera")).toMatchObject({ height: 180, paused: false });
    expect(wants.get("b.camera")).toMatchObject({ paused: true });
    expect(wants.get("b.screen")).toMatchObject({ height: 720, priority: 4 });
  });

  it("without pictures a shared screen stays", () => {
    const wants = by({ audioOnly: true });
    expect(wants.get("a.camera")).toMatchObject({ paused: true });
    expect(wants.get("b.screen")).toMatchObject({ paused: false });
  });

  it("never more than a connection carries, those in view and those who talk first", () => {
    const crowd = Array.from({ length: 90 }, (_, at) => person(`u${at}`));
    const wants = wantsOf(choice({ tiles: tilesWith(...crowd), sizes: new Map([["u80 person", 200]]), speakers: ["u89.microphone"] }));
    expect(wants.length).toBeLessThanOrEqual(64);
    expect(wants.map(({ track }) => track)).toEqual(expect.arrayContaining(["u89.microphone", "u80.camera"]));
  });

  it("asks in steps", () => {
    expect([1, 90, 91, 5_000].map(stepOf)).toEqual([90, 90, 180, 2160]);
  });
});

describe("quality", () => {
  const start: Counts = { at: 0, received: 0, lost: 0, bytes: 0, frames: 0, frozen: 0, roundTrip: 0.02, connected: true };
  const after = (change: Partial<Counts>): Quality => look(start, { ...start, at: 2_000, received: 400, ...change }).quality;

  it("is judged by loss, delay and standstill, whichever is worst", () => {
    expect(look(null, start).quality).toBe("unknown");
    expect(after({})).toBe("good");
    expect(after({ lost: 20 })).toBe("fair");
    expect(after({ lost: 100 })).toBe("poor");
    expect(after({ roundTrip: 1 })).toBe("poor");
    expect(after({ frozen: 1 })).toBe("poor");
    expect(after({ connected: false })).toBe("lost");
    expect(look(start, { ...start, at: 2_000, bytes: 250_000 }).bitrate).toBe(1_000_000);
  });

  it("going on without pictures is offered after a while, not at once", () => {
    const run = (...seen: Quality[]) => offersAudioOnly(seen.reduce(patience, CALM));
    expect(run("poor", "poor", "poor")).toBe(false);
    expect(run("poor", "poor", "lost", "poor")).toBe(true);
    expect(run("poor", "poor", "poor", "good", "poor")).toBe(false);
  });
});

describe("session descriptions", () => {
  const SDP = [
    "v=0",
    "m=audio 9 UDP/TLS/RTP/SAVPF 111",
    "a=mid:0",
    "a=sendonly",
    "a=msid:p-1 t-1",
    "a=rtpmap:111 opus/48000/2",
    "a=fmtp:111 minptime=10;useinbandfec=1",
    "m=video 9 UDP/TLS/RTP/SAVPF 96",
    "a=mid:1",
    "a=inactive",
    "a=msid:p-1 t-2",
    "",
  ].join("\r\n");

  it("say which line carries which track; idle lines carry none", () => {
    expect([...tracksByMid(SDP)]).toEqual([["0", "t-1"]]);
  });

  it("ask for silence while nobody speaks, once", () => {
    const quiet = withQuietAudio(SDP);
    expect(quiet).toContain("a=fmtp:111 minptime=10;useinbandfec=1;usedtx=1\r\n");
    expect(withQuietAudio(quiet)).toBe(quiet);
    expect(withQuietAudio("v=0\r\n")).toBe("v=0\r\n");
  });
});

describe("the meter", () => {
  it("is empty in silence and full when loud", () => {
    expect(meterOf(new Float32Array(64))).toBe(0);
    expect(meterOf(new Float32Array(64).fill(0.5))).toBe(1);
    expect(meterOf(new Float32Array(64).fill(0.01))).toBeCloseTo(0.4, 1);
  });
});
