import { describe, expect, it } from "vitest";
import type { Ask, CallState, Effect, Input } from "./state";
import { OUT } from "./state";
import { step } from "./machine";
import type { Source, Want } from "./model";

/** Feeds inputs one after the other and keeps what came out of the last one. */
class Player {
  effects: Effect[] = [];

  constructor(public state: CallState = OUT) {}

  feed(...inputs: Input[]): this {
    for (const input of inputs) {
      const next = step(this.state, input);
      this.state = next.state;
      this.effects = next.effects;
    }
    return this;
  }

  /** Answers the last effects' request of that kind. */
  answer(request: Ask["request"], body: Record<string, unknown> = {}): this {
    return this.feed({ kind: "answered", ask: this.asked(request), body });
  }

  fail(request: Ask["request"], code: string): this {
    return this.feed({ kind: "failed", ask: this.asked(request), code });
  }

  asked(request: Ask["request"]): Ask {
    const found = this.asks.find((ask) => ask.request === request);
    if (found === undefined) throw new Error(`${request} was not asked: ${JSON.stringify(this.effects)}`);
    return found;
  }

  get asks(): Ask[] {
    return this.effects.flatMap((effect) => (effect.kind === "ask" ? [effect.ask] : []));
  }

  get kinds(): string[] {
    return this.effects.map((effect) => (effect.kind === "ask" ? effect.ask.request : effect.kind));
  }
}

const track = (id: string, source: Source, muted = false) => ({
  id,
  source,
  muted,
  kind: source === "microphone" || source === "screen-audio" ? "audio" : "video",
});
const published = (id: string, user: string, conn = "c-other") => ({
  publication: id,
  user,
  name: user.toUpperCase(),
  conn,
  tracks: [track(`${id}.mic`, "microphone"), track(`${id}.cam`, "camera")],
});
const ALL = ["camera", "microphone", "screen", "screen-audio"];
const state = (...publications: unknown[]) => ({ publications, speakers: [], spotlight: "", may: ALL, ice_servers: [] });
const want = (id: string, paused = false): Want => ({ track: id, height: 180, priority: 1, paused });
const news = (name: string, body: Record<string, unknown>): Input => ({ kind: "news", name, body });
const offered = (slot: "me" | "screen" = "me", sources: Record<string, Source> = { 0: "microphone", 1: "camera" }): Input => ({
  kind: "offered",
  slot,
  fresh: true,
  sdp: "offer",
  sources,
});

/** In a call on connection c-me, publishing as p-1, camera on and microphone off. */
function inCall(): Player {
  const player = new Player()
    .feed({ kind: "connected", conn: "c-me" }, { kind: "enter", on: { camera: true, microphone: false } })
    .answer("join", state(published("p-9", "ada")))
    .feed(offered());
  return player.answer("publish", { publication: "p-1", sdp: "answer" }).feed(news("published", published("p-1", "me", "c-me")));
}

describe("coming in", () => {
  it("waits for the room's connection, then asks what there is", () => {
    const player = new Player().feed({ kind: "enter", on: { camera: false, microphone: false } });
    expect(player.effects).toEqual([]);
    expect(player.feed({ kind: "connected", conn: "c-me" }).kinds).toEqual(["join"]);
    expect(player.answer("join", state(published("p-9", "ada"))).state).toMatchObject({
      phase: "in",
      publications: [{ id: "p-9", name: "ADA", tracks: [{ source: "microphone" }, { source: "camera" }] }],
    });
    expect(player.effects).toEqual([]);
  });

  it("publishes what is on, with what is off muted from the start", () => {
    const player = new Player()
      .feed({ kind: "connected", conn: "c-me" }, { kind: "enter", on: { camera: true, microphone: false } })
      .answer("join", state());
    expect(player.effects).toEqual([{ kind: "offer", slot: "me", fresh: true, sources: ["microphone", "camera"] }]);
    player.feed(offered());
    expect(player.asked("publish")).toMatchObject({ fresh: true, muted: ["0"], sdp: "offer" });
    expect(player.answer("publish", { publication: "p-1", sdp: "answer" }).effects).toEqual([
      { kind: "take-answer", slot: "me", sdp: "answer" },
    ]);
  });

  it("offers only what is allowed", () => {
    const player = new Player()
      .feed({ kind: "connected", conn: "c-me" }, { kind: "enter", on: { camera: true, microphone: true } })
      .answer("join", { ...state(), may: ["microphone"] });
    expect(player.effects).toEqual([{ kind: "offer", slot: "me", fresh: true, sources: ["microphone"] }]);
  });

  it("says so when nothing is allowed, and stays to watch", () => {
    const player = new Player()
      .feed({ kind: "connected", conn: "c-me" }, { kind: "enter", on: { camera: true, microphone: true } })
      .answer("join", { ...state(), may: [] });
    expect(player.effects).toEqual([
      { kind: "close", slot: "me" },
      { kind: "problem", slot: "me", problem: "forbidden" },
    ]);
    expect(player.state).toMatchObject({ phase: "in", on: { camera: false, microphone: false } });
  });

  it("leaving ends what was published and wants nothing, and what the node still offers is answered", () => {
    const player = inCall().feed({ kind: "want", wants: [want("p-9.cam")] }).answer("receive", { receiver: "r-1", sdp: null });
    player.feed({ kind: "leave" });
    expect(player.kinds).toEqual(["unpublish", "close", "close", "receive"]);
    expect(player.asked("receive")).toMatchObject({ wants: [] });
    player.answer("receive", { receiver: "r-1", sdp: "offer" });
    expect(player.effects).toEqual([{ kind: "accept", receiver: "r-1", sdp: "offer" }]);
    expect(player.feed({ kind: "accepted", receiver: "r-1", sdp: "mine" }).asks).toEqual([{ request: "answer", sdp: "mine" }]);
  });
});

describe("devices", () => {
  it("mutes and opens the track of a device, once", () => {
    const player = inCall().feed({ kind: "turn", device: "microphone", on: true });
    expect(player.asks).toEqual([]);
    player.feed({ kind: "turn", device: "microphone", on: false });
    expect(player.asks).toEqual([{ request: "mute", track: "p-1.mic", muted: true }]);
    player.feed({ kind: "turn", device: "microphone", on: true });
    expect(player.asks).toEqual([{ request: "mute", track: "p-1.mic", muted: false }]);
  });

  it("publishes when somebody who only watched turns something on", () => {
    const player = new Player()
      .feed({ kind: "connected", conn: "c-me" }, { kind: "enter", on: { camera: false, microphone: false } })
      .answer("join", state())
      .feed({ kind: "turn", device: "camera", on: true });
    expect(player.kinds).toEqual(["offer"]);
    expect(player.feed({ kind: "turn", device: "microphone", on: true }).effects).toEqual([]);
  });

  it("begins anew, and ends the old, when a source was not allowed before", () => {
    const player = new Player()
      .feed({ kind: "connected", conn: "c-me" }, { kind: "enter", on: { camera: false, microphone: true } })
      .answer("join", { ...state(), may: ["microphone"] })
      .feed(offered("me", { 0: "microphone" }))
      .answer("publish", { publication: "p-1", sdp: "a" })
      .feed({ kind: "turn", device: "camera", on: true });
    expect(player.effects).toEqual([{ kind: "not-allowed", device: "camera" }]);
    player.feed(news("allowed", { may: ALL }), { kind: "turn", device: "camera", on: true });
    expect(player.effects).toMatchObject([{ kind: "offer", fresh: true, sources: ["microphone", "camera"] }]);
    player.feed(offered()).answer("publish", { publication: "p-2", sdp: "b" });
    expect(player.asks).toContainEqual({ request: "unpublish", publication: "p-1" });
  });

  it("staff turn a microphone off, and it is off here too", () => {
    const player = inCall().feed({ kind: "turn", device: "microphone", on: true });
    player.feed(news("muted", { track: "p-1.mic", muted: true, by_staff: true }));
    expect(player.effects).toEqual([{ kind: "turned-off", device: "microphone" }]);
    expect(player.state.on.microphone).toBe(false);
  });

  it("what the room does not allow any more is closed, not published again", () => {
    const player = inCall().feed(news("ended", { publication: "p-1", code: "forbidden" }));
    expect(player.kinds).toEqual(["close", "removed"]);
    expect(player.feed(news("unpublished", { publication: "p-1", tracks: ["p-1.mic", "p-1.cam"] })).effects).toEqual([]);
    expect(player.state).toMatchObject({ phase: "in", on: { camera: false, microphone: false } });
  });

  it("what ended without a word is published again", () => {
    const player = inCall().feed(news("unpublished", { publication: "p-1", tracks: ["p-1.mic", "p-1.cam"] }));
    expect(player.effects).toMatchObject([{ kind: "offer", slot: "me", fresh: true }]);
  });

  it("shares a screen on a connection of its own, and stops", () => {
    const player = inCall().feed({ kind: "share", on: true });
    expect(player.effects).toMatchObject([{ kind: "offer", slot: "screen", sources: ["screen-audio", "screen"] }]);
    player.feed(offered("screen", { 0: "screen" })).answer("publish", { publication: "p-2", sdp: "a" });
    player.feed({ kind: "share", on: false });
    expect(player.kinds).toEqual(["unpublish", "close"]);
  });
});

describe("receiving", () => {
  it("asks for what is wanted and there, one request at a time, and not twice", () => {
    const player = inCall().feed({ kind: "want", wants: [want("p-9.cam"), want("gone")] });
    expect(player.asked("receive")).toEqual({ request: "receive", wants: [want("p-9.cam")] });
    const first = player.asked("receive");
    expect(player.feed({ kind: "want", wants: [want("p-9.cam", true)] }).effects).toEqual([]);
    player.feed({ kind: "answered", ask: first, body: { receiver: "r-1", sdp: "offer" } });
    expect(player.kinds).toEqual(["accept", "receive"]);
    player.answer("receive", { receiver: "r-1", sdp: null });
    expect(player.feed({ kind: "want", wants: [want("p-9.cam", true)] }).effects).toEqual([]);
  });

  it("takes what is wanted as soon as it is there", () => {
    const player = inCall().feed({ kind: "want", wants: [want("p-5.cam")] });
    expect(player.effects).toEqual([]);
    expect(player.feed(news("published", published("p-5", "bo"))).asked("receive")).toMatchObject({ wants: [want("p-5.cam")] });
  });

  it("answers an offer, and the one that comes with the answer", () => {
    const player = inCall()
      .feed({ kind: "want", wants: [want("p-9.cam")] })
      .answer("receive", { receiver: "r-1", sdp: "first" })
      .feed({ kind: "accepted", receiver: "r-1", sdp: "mine" });
    expect(player.answer("answer", { sdp: "second" }).effects).toEqual([{ kind: "accept", receiver: "r-1", sdp: "second" }]);
    expect(player.feed(news("offer", { receiver: "r-1", sdp: "third" })).kinds).toEqual(["accept"]);
    expect(player.feed(news("offer", { receiver: "r-old", sdp: "stale" })).effects).toEqual([]);
    expect(player.feed({ kind: "accepted", receiver: "r-old", sdp: "stale" }).effects).toEqual([]);
  });

  it("opens another connection when the node closed this one", () => {
    const player = inCall().feed({ kind: "want", wants: [want("p-9.cam")] }).answer("receive", { receiver: "r-1", sdp: null });
    expect(player.feed(news("closed", { receiver: "r-1" })).asked("receive")).toMatchObject({ wants: [want("p-9.cam")] });
  });
});

describe("what goes wrong", () => {
  const receiving = (): Player =>
    inCall().feed({ kind: "want", wants: [want("p-9.cam")] }).answer("receive", { receiver: "r-1", sdp: null });

  it("a new socket: joins again, publishes anew, asks for the same again", () => {
    const player = receiving().feed({ kind: "disconnected" });
    expect(player.state.phase).toBe("joining");
    expect(player.feed({ kind: "connected", conn: "c-2" }).kinds).toEqual(["join"]);
    player.answer("join", state(published("p-9", "ada")));
    expect(player.kinds).toEqual(["offer", "receive"]);
    expect(player.asked("receive")).toMatchObject({ wants: [want("p-9.cam")] });
  });

  it("a lost path: the receiving connection restarts, the publishing one offers again", () => {
    expect(receiving().feed({ kind: "broken", slot: "receiver" }).kinds).toEqual(["restart"]);
    const player = receiving().feed({ kind: "broken", slot: "me" });
    expect(player.effects).toMatchObject([{ kind: "offer", slot: "me", fresh: false }]);
    expect(player.feed({ kind: "broken", slot: "me" }).effects).toEqual([]);
  });

  it("another node that knows nothing of us: everything again", () => {
    const player = receiving().feed({ kind: "check", resync: false });
    player.answer("stats", { receiver: null, publications: [] });
    expect(player.kinds).toEqual(["join"]);
    expect(player.answer("join", state()).kinds).toEqual(["offer"]);
    expect(player.feed(news("published", published("p-9", "ada"))).asked("receive")).toMatchObject({ wants: [want("p-9.cam")] });
  });

  it("a node that is gone: asked again and again, and everything is back when one answers", () => {
    const player = receiving().feed({ kind: "check", resync: false }).fail("stats", "unanswered");
    expect(player.effects).toEqual([]);
    player.feed({ kind: "check", resync: false }).fail("stats", "unanswered");
    expect(player.kinds).toEqual(["join"]);
    expect(player.fail("join", "unanswered").kinds).toEqual(["retry-later"]);
    expect(player.feed({ kind: "retry" }).answer("join", state()).kinds).toEqual(["offer", "receive"]);
  });

  it("a restart that is refused: everything again", () => {
    const player = receiving().feed({ kind: "broken", slot: "receiver" }).fail("restart", "conflict");
    expect(player.kinds).toEqual(["join"]);
  });

  it("a refusal to publish is said and not repeated; any other failure is tried again, not at once", () => {
    const begun = (): Player =>
      new Player()
        .feed({ kind: "connected", conn: "c-me" }, { kind: "enter", on: { camera: true, microphone: true } })
        .answer("join", state())
        .feed(offered());
    expect(begun().fail("publish", "limit_reached").effects).toContainEqual({ kind: "problem", slot: "me", problem: "limit" });
    const player = begun().fail("publish", "conflict");
    expect(player.kinds).toEqual(["retry-later"]);
    expect(player.feed({ kind: "retry" }).answer("join", state()).kinds).toEqual(["offer"]);
  });

  it("a publication that outlived its answer is ended", () => {
    const player = inCall().feed({ kind: "check", resync: true });
    player.answer("join", state(published("p-1", "me", "c-me"), published("p-0", "me", "c-me")));
    expect(player.asks).toEqual([{ request: "unpublish", publication: "p-0" }]);
  });

  it("lost news heal: a resync shows what is there and does not touch what we do", () => {
    const player = inCall().feed({ kind: "check", resync: true });
    player.answer("join", state(published("p-1", "me", "c-me"), published("p-7", "cleo")));
    expect(player.state.publications.map(({ id }) => id)).toEqual(["p-1", "p-7"]);
    expect(player.effects).toEqual([]);
  });
});
