/**
 * A call at work: carries out what the machine decides, with the browser's devices and connections.
 *
 *     signals ─ answers, news ─▶ machine ─ effects ─▶ publishers, receiver, signals
 *     devices, sizes on the page ─▶ machine
 */

import type { RoomSession } from "../room/session";
import { Store } from "../room/store";
import type { Device, Fault } from "./capture";
import { Capture, DeviceFault, faultOf, openScreen } from "./capture";
import { countsOf } from "./figures";
import type { Tile } from "./layout";
import { focusOf, speakerOf, tilesOf } from "./layout";
import type { Ask, CallState, Effect, Input, Problem, Slot } from "./state";
import { OUT } from "./state";
import { step } from "./machine";
import type { Source } from "./model";
import { Publisher, Receiver } from "./peers";
import { Voices } from "./playback";
import type { Counts, Look, Patience } from "./quality";
import { CALM, look, offersAudioOnly, patience, UNSEEN } from "./quality";
import type { Remembered } from "./remembered";
import { rememberCall, rememberDevices, rememberedDevices } from "./remembered";
import type { Body } from "./signals";
import { SignalFailed } from "./signals";
import { stepOf, wantsOf } from "./wants";

/** Something a person should hear about, once. */
export type Notice =
  | { kind: "fault"; device: Device | "screen"; fault: Fault }
  | { kind: "problem"; problem: Problem }
  | { kind: "turned-off"; device: Device }
  | { kind: "removed"; slot: Slot }
  | { kind: "unplugged"; device: Device };

export interface Shown {
  /** The tile shown large because I chose it. */
  pinned: string | null;
  /** Large, in place of the document; else a strip beside it. */
  stage: boolean;
  audioOnly: boolean;
}

const CHECK_MS = 3_000;
/** Every so many checks the whole state is asked for: news may be lost. */
const RESYNC_EVERY = 7;
const RETRY_MS = 1_000;
const HEARD_MS = 130;
/** Between two words nobody stops talking. */
const HELD_MS = 900;
const HEARD_ABOVE = 0.015;
const SETTLE_MS = 120;

export class Call {
  readonly state = new Store<CallState>(OUT);
  readonly camera = new Capture("camera", () => this.unplugged("camera"));
  readonly microphone = new Capture("microphone", () => this.unplugged("microphone"));
  readonly screen: Store<MediaStreamTrack | null> = new Store<MediaStreamTrack | null>(null);
  readonly shown = new Store<Shown>({ pinned: null, stage: false, audioOnly: false });
  readonly look = new Store<Look>(UNSEEN);
  /** The network has been poor for a while: going on without pictures would help. */
  readonly strained = new Store(false);
  /** Tiles that are heard right now. */
  readonly talking: Store<ReadonlySet<string>> = new Store<ReadonlySet<string>>(new Set());
  readonly notice: Store<Notice | null> = new Store<Notice | null>(null);
  readonly receiver = new Receiver(
    () => this.feed({ kind: "broken", slot: "receiver" }),
    () => this.state.get().iceServers,
  );
  readonly voices = new Voices();
  private readonly publishers: Record<Slot, Publisher> = {
    me: new Publisher(() => this.feed({ kind: "broken", slot: "me" })),
    screen: new Publisher(() => this.feed({ kind: "broken", slot: "screen" })),
  };
  private screenSound: MediaStreamTrack | null = null;
  private readonly sizes = new Map<string, number>();
  private timers: ReturnType<typeof setInterval>[] = [];
  private settling: ReturnType<typeof setTimeout> | undefined;
  private checks = 0;
  private readonly lastHeard = new Map<string, number>();
  private before: Partial<Record<Slot | "receiver", Counts>> = {};
  private calm: Patience = CALM;
  private readonly unsubscribe: () => void;

  constructor(private readonly session: RoomSession) {
    session.signals.listen((name, body) => this.feed({ kind: "news", name, body }));
    const unconn = session.signals.conn.subscribe(() => this.connection());
    const untracks = this.receiver.tracks.subscribe(() => this.hear());
    this.unsubscribe = () => [unconn, untracks].forEach((end) => end());
    this.connection();
  }

  get tiles(): Tile[] {
    const me = this.session.me.get();
    return me === null ? [] : tilesOf(this.state.get(), me);
  }

  /** Comes in; tracks the preview opened are taken over, what shall be on and is not open yet follows. */
  enter(on: Remembered, tracks: { camera: MediaStreamTrack | null; microphone: MediaStreamTrack | null }): void {
    for (const device of ["camera", "microphone"] as const) {
      const track = tracks[device];
      if (track === null) continue;
      if (on[device]) this[device].adopt(track);
      else track.stop();
    }
    const camera = this.camera.track.get() !== null;
    const microphone = this.microphone.track.get() !== null;
    this.start();
    this.feed({ kind: "enter", on: { camera, microphone } });
    this.remember();
    if (on.microphone && !microphone) void this.turn("microphone", true);
    if (on.camera && !camera) void this.turn("camera", true);
  }

  leave(): void {
    this.timers.forEach(clearInterval);
    this.timers = [];
    rememberCall(this.session.room, null);
    this.feed({ kind: "leave" });
    this.camera.stop();
    this.microphone.stop();
    this.endScreen();
    this.voices.stop();
    this.shown.set({ pinned: null, stage: false, audioOnly: false });
    this.look.set(UNSEEN);
    this.strained.set(false);
  }

  /** The page is left. */
  destroy(): void {
    this.timers.forEach(clearInterval);
    clearTimeout(this.settling);
    this.unsubscribe();
    this.session.signals.listen(null);
    this.camera.stop();
    this.microphone.stop();
    this.endScreen();
    this.voices.stop();
    this.publishers.me.close();
    this.publishers.screen.close();
    this.receiver.close();
  }

  async turn(device: Device, on: boolean): Promise<void> {
    if (!on) {
      this[device].pause();
      this.feed({ kind: "turn", device, on: false });
      await this.replace(device);
    } else {
      try {
        await this[device].start(rememberedDevices()[device]);
      } catch (error) {
        return this.fault(device, error);
      }
      await this.replace(device);
      this.feed({ kind: "turn", device, on: true });
    }
    this.remember();
  }

  toggle(device: Device): void {
    void this.turn(device, !this.state.get().on[device]);
  }

  /** Another camera or microphone, from now on. */
  async choose(device: Device, id: string): Promise<void> {
    rememberDevices({ [device]: id });
    if (!this.state.get().on[device]) return this[device].stop();
    this[device].stop();
    await this.turn(device, true);
  }

  async share(on: boolean): Promise<void> {
    if (!on) {
      this.endScreen();
      return this.feed({ kind: "share", on: false });
    }
    try {
      const tracks = await openScreen();
      if (tracks === null) return;
      const video = tracks.find(({ kind }) => kind === "video") ?? null;
      this.screenSound = tracks.find(({ kind }) => kind === "audio") ?? null;
      if (video !== null) video.onended = () => void this.share(false);
      this.screen.set(video);
      this.feed({ kind: "share", on: true });
    } catch (error) {
      this.fault("screen", error);
    }
  }

  show(change: Partial<Shown>): void {
    this.shown.update((now) => ({ ...now, ...change }));
    if (change.audioOnly !== undefined) this.forgive();
    this.settle();
  }

  /** Not without pictures, for now. */
  forgive(): void {
    this.calm = CALM;
    this.strained.set(false);
  }

  /** How tall a tile is shown, in pixels of the screen; 0: not in view. */
  size(key: string, pixels: number): void {
    const before = this.sizes.get(key) ?? 0;
    if (pixels === before) return;
    if (pixels === 0) this.sizes.delete(key);
    else this.sizes.set(key, pixels);
    if (stepOf(pixels) !== stepOf(before) || (pixels === 0) !== (before === 0)) this.settle();
  }

  /** What staff do about others. */
  act(ask: Ask): void {
    this.feed({ kind: "act", ask });
  }

  // ---- the machine

  private feed(input: Input): void {
    const { state, effects } = step(this.state.get(), input);
    const before = this.state.get();
    this.state.set(state);
    for (const effect of effects) this.carryOut(effect);
    if (state.publications !== before.publications || state.speakers !== before.speakers || state.phase !== before.phase) {
      this.settle();
    }
  }

  private carryOut(effect: Effect): void {
    switch (effect.kind) {
      case "ask":
        return this.ask(effect.ask);
      case "offer":
        return this.offer(effect.slot, effect.fresh, effect.sources);
      case "take-answer":
        void this.publishers[effect.slot].takeAnswer(effect.sdp).catch(() => this.feed({ kind: "broken", slot: effect.slot }));
        return;
      case "accept":
        return this.accept(effect.receiver, effect.sdp);
      case "close":
        return this.close(effect.slot);
      case "retry-later":
        setTimeout(() => this.feed({ kind: "retry" }), RETRY_MS);
        return;
      case "turned-off":
        this[effect.device].pause();
        void this.replace(effect.device);
        return this.notice.set(effect);
      case "not-allowed":
        this[effect.device].stop();
        return this.notice.set({ kind: "problem", problem: "forbidden" });
      case "removed":
        return this.notice.set(effect);
      case "problem":
        return this.notice.set(effect);
    }
  }

  private ask(ask: Ask): void {
    this.session.signals.ask(ask.request, bodyOf(ask, this.state.get())).then(
      (body) => this.feed({ kind: "answered", ask, body }),
      (error: unknown) => this.feed({ kind: "failed", ask, code: error instanceof SignalFailed ? error.code : "failed" }),
    );
  }

  private offer(slot: Slot, fresh: boolean, sources: readonly Source[]): void {
    const publisher = this.publishers[slot];
    const tracks = sources.flatMap((source): [Source, MediaStreamTrack | null][] => this.trackFor(source));
    const made = fresh ? publisher.begin(tracks, this.state.get().iceServers) : publisher.restart();
    made.then(
      (offer) => this.feed({ kind: "offered", slot, fresh, ...offer }),
      () => undefined, // closed meanwhile
    );
  }

  /** What a source sends now; a screen without sound has no line for it. */
  private trackFor(source: Source): [Source, MediaStreamTrack | null][] {
    switch (source) {
      case "microphone":
        return [[source, this.microphone.track.get()]];
      case "camera":
        return [[source, this.camera.track.get()]];
      case "screen":
        return [[source, this.screen.get()]];
      case "screen-audio":
        return this.screenSound === null ? [] : [[source, this.screenSound]];
    }
  }

  private accept(receiver: string, sdp: string): void {
    this.receiver.accept(receiver, sdp).then(
      (answer) => this.feed({ kind: "accepted", receiver, sdp: answer }),
      () => this.feed({ kind: "broken", slot: "receiver" }),
    );
  }

  private close(slot: Slot): void {
    this.publishers[slot].close();
    if (slot === "screen") return this.endScreen();
    this.camera.stop();
    this.microphone.stop();
  }

  private connection(): void {
    const conn = this.session.signals.conn.get();
    this.feed(conn === "" ? { kind: "disconnected" } : { kind: "connected", conn });
  }

  // ---- devices

  private async replace(device: Device): Promise<void> {
    const kind = device === "camera" ? "video" : "audio";
    await this.publishers.me.replace(kind, this[device].track.get());
  }

  private unplugged(device: Device): void {
    this.notice.set({ kind: "unplugged", device });
    void this.turn(device, false);
  }

  private fault(device: Device | "screen", error: unknown): void {
    const fault = faultOf(error);
    this.notice.set({ kind: "fault", device: error instanceof DeviceFault ? error.device : device, fault });
  }

  private endScreen(): void {
    this.screen.get()?.stop();
    this.screenSound?.stop();
    this.screenSound = null;
    this.screen.set(null);
  }

  private remember(): void {
    const { camera, microphone } = this.state.get().on;
    rememberCall(this.session.room, { camera, microphone });
  }

  // ---- what is wanted, heard, and how well it goes

  private settle(): void {
    clearTimeout(this.settling);
    this.settling = setTimeout(() => this.want(), SETTLE_MS);
  }

  private want(): void {
    const { phase, speakers, spotlight } = this.state.get();
    const user = this.session.me.get()?.user ?? "";
    if (phase === "out") return;
    const { tiles } = this;
    const { pinned, audioOnly } = this.shown.get();
    const focus = focusOf(tiles, pinned, spotlight, speakers);
    this.feed({ kind: "want", wants: wantsOf({ tiles, sizes: this.sizes, speakers, focus, audioOnly, user }) });
  }

  private hear(): void {
    this.voices.play([...this.receiver.tracks.get()].filter(([, track]) => track.kind === "audio"));
  }

  private start(): void {
    this.timers.forEach(clearInterval);
    this.timers = [setInterval(() => void this.check(), CHECK_MS), setInterval(() => this.listen(), HEARD_MS)];
    this.hear();
  }

  private listen(): void {
    const { tiles } = this;
    const { on, speakers } = this.state.get();
    const now = performance.now();
    const heard = new Set(this.receiver.heard(HEARD_ABOVE));
    for (const { key, audio } of tiles) if (audio !== null && heard.has(audio.id)) this.lastHeard.set(key, now);
    for (const [key, at] of this.lastHeard) if (now - at > HELD_MS) this.lastHeard.delete(key);
    const talking = new Set(this.lastHeard.keys());
    if (on.microphone && speakerOf(tiles, speakers.slice(0, 1))?.key === "me") talking.add("me");
    const before = this.talking.get();
    if (talking.size !== before.size || [...talking].some((key) => !before.has(key))) this.talking.set(talking);
  }

  private async check(): Promise<void> {
    this.feed({ kind: "check", resync: ++this.checks % RESYNC_EVERY === 0 });
    const seen = await this.inspect();
    if (seen === null) return;
    this.look.set(seen);
    this.calm = patience(this.calm, seen.quality);
    this.strained.set(!this.shown.get().audioOnly && offersAudioOnly(this.calm));
  }

  /** The worse of what comes and what goes. */
  private async inspect(): Promise<Look | null> {
    const looks: Look[] = [];
    const peers = { receiver: this.receiver, me: this.publishers.me };
    for (const [name, { connection }] of Object.entries(peers) as [Slot | "receiver", { connection: RTCPeerConnection | null }][]) {
      if (connection === null) continue;
      const counts = await countsOf(connection, performance.now());
      looks.push(look(this.before[name] ?? null, counts));
      this.before[name] = counts;
    }
    const order = ["lost", "poor", "fair", "good", "unknown"];
    return looks.sort((a, b) => order.indexOf(a.quality) - order.indexOf(b.quality))[0] ?? null;
  }
}

function bodyOf(ask: Ask, state: CallState): Body {
  switch (ask.request) {
    case "join":
    case "stats":
    case "restart":
      return {};
    case "publish": {
      const { sdp, sources, muted, slot, fresh } = ask;
      return fresh ? { sdp, sources, muted } : { sdp, publication: state.own[slot].publication };
    }
    case "receive":
      return { tracks: ask.wants };
    case "answer":
      return { sdp: ask.sdp };
    case "mute-all":
      return { source: ask.source };
    case "unpublish":
      return { publication: ask.publication };
    case "mute":
      return { track: ask.track, muted: ask.muted };
  }
}
