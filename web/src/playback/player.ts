/**
 * A recording being played: one clock, the media elements that follow it, and the replay of everything else.
 *
 *     clock ──┬─ elements: one for each file that is due, steered to the clock
 *             └─ replay: documents and class at that moment
 *
 * While a picture or a voice that is due has not arrived, the clock waits for it, but not for ever.
 */

import { Store } from "../room/store";
import { changed, newClock, positionOf, steer } from "./clock";
import { Replay } from "./replay";
import { chaptersOf, scenesOf } from "./scenes";
import type { Seats } from "./seats";
import { seatsAt } from "./seats";
import type { Tape, TrackFile } from "./tape";
import { documentsOf } from "./tape";
import { cuesOf } from "./webvtt";

const TICK_MS = 150;
/** An element is made so long before its file is due, */
const BEFORE_S = 4;
/** and the clock waits so long for one that does not come. */
const PATIENCE_S = 8;

export interface PlayState {
  /** Wanted; whether it moves is another matter. */
  playing: boolean;
  waiting: boolean;
  speed: number;
  sound: boolean;
  /** The browser wants a click before it plays sound. */
  blocked: boolean;
}

export class Player {
  readonly position = new Store(0);
  readonly state = new Store<PlayState>({ playing: false, waiting: false, speed: 1, sound: true, blocked: false });
  readonly seats: Store<Seats> = new Store<Seats>({ seats: [], voices: [] });
  readonly replay: Replay;
  readonly documents;
  readonly scenes;
  readonly chapters;
  readonly cues;
  private clock;
  private readonly elements = new Map<string, HTMLMediaElement>();
  /** Since when each element that is due has been waited for. */
  private readonly late = new Map<string, number>();
  private timer: ReturnType<typeof setInterval> | undefined;
  private seated = "";

  constructor(
    readonly tape: Tape,
    private readonly addressOf: (name: string) => string,
  ) {
    this.clock = newClock(tape.seconds);
    this.replay = new Replay(tape.notes);
    this.documents = documentsOf(tape.notes);
    this.scenes = scenesOf(tape.notes);
    this.chapters = chaptersOf(tape, this.scenes);
    this.cues = cuesOf(tape.notes);
  }

  start(): void {
    clearInterval(this.timer);
    this.timer = setInterval(() => this.tick(), TICK_MS);
    this.tick();
  }

  stop(): void {
    clearInterval(this.timer);
    for (const [name, element] of [...this.elements]) this.drop(name, element);
  }

  destroy(): void {
    this.stop();
    this.replay.destroy();
  }

  play(on: boolean): void {
    if (on && this.position.get() >= this.tape.seconds) this.clock = changed(this.clock, now(), { at: 0 });
    this.late.clear();
    this.set({ playing: on, blocked: false });
    this.tick();
  }

  toggle(): void {
    this.play(!this.state.get().playing);
  }

  seek(at: number): void {
    this.late.clear();
    this.clock = changed(this.clock, now(), { at });
    this.tick();
  }

  /** Forward, or back where negative. */
  step(seconds: number): void {
    this.seek(positionOf(this.clock, now()) + seconds);
  }

  /** To the beginning of the next chapter, or of this one, or of the one before. */
  stepChapter(direction: 1 | -1): void {
    const at = positionOf(this.clock, now());
    const starts = this.chapters.map((chapter) => chapter.at);
    const next = direction > 0 ? starts.find((start) => start > at + 0.1) : starts.findLast((start) => start < at - 2);
    if (next !== undefined) this.seek(next);
  }

  setSpeed(speed: number): void {
    this.clock = changed(this.clock, now(), { speed });
    this.set({ speed });
    this.tick();
  }

  setSound(sound: boolean): void {
    this.set({ sound });
    for (const element of this.elements.values()) if (element instanceof HTMLAudioElement) element.muted = !sound;
  }

  /** The element that plays a file; made when first asked for. */
  element(file: TrackFile): HTMLMediaElement {
    const known = this.elements.get(file.name);
    if (known !== undefined) return known;
    const seen = file.source === "camera" || file.source === "screen";
    const element = document.createElement(seen ? "video" : "audio");
    element.preload = "auto";
    element.muted = seen || !this.state.get().sound;
    if (element instanceof HTMLVideoElement) element.playsInline = true;
    element.src = this.addressOf(file.name);
    this.elements.set(file.name, element);
    return element;
  }

  private tick(): void {
    const at = positionOf(this.clock, now());
    if (at >= this.tape.seconds && this.state.get().playing) this.set({ playing: false });
    this.replay.seek(at);
    this.seat(at);
    const due = [...this.seats.get().voices, ...this.seats.get().seats.flatMap(({ picture }) => picture ?? [])];
    this.gather(at, due);
    this.wait(due, at);
    for (const file of due) this.follow(file, at);
    this.position.set(at);
  }

  /** A new object only when something is another. */
  private seat(at: number): void {
    const spotlight = this.replay.classroom.get().stage.spotlight;
    const seats = seatsAt(this.tape.files, at, this.replay.talk.get(), spotlight);
    const text = JSON.stringify(seats);
    if (text === this.seated) return;
    this.seated = text;
    this.seats.set(seats);
  }

  /** Make what comes next, drop what is over. */
  private gather(at: number, due: TrackFile[]): void {
    const soon = this.tape.files.find(({ offset }) => offset > at && offset - at < BEFORE_S * this.clock.speed);
    const wanted = new Set([...due, ...(soon === undefined ? [] : [soon])].map(({ name }) => name));
    for (const [name, element] of [...this.elements]) if (!wanted.has(name)) this.drop(name, element);
    if (soon !== undefined) this.element(soon);
  }

  private wait(due: TrackFile[], at: number): void {
    const { playing } = this.state.get();
    const time = now();
    const lacking = due.filter((file) => playing && lacks(this.element(file), at - file.offset));
    for (const name of [...this.late.keys()]) if (!lacking.some((file) => file.name === name)) this.late.delete(name);
    for (const { name } of lacking) if (!this.late.has(name)) this.late.set(name, time);
    const waiting = lacking.some(({ name }) => time - (this.late.get(name) ?? time) < PATIENCE_S);
    if (waiting !== this.state.get().waiting) this.set({ waiting });
    const moving = playing && !waiting;
    if (moving !== this.clock.moving) this.clock = changed(this.clock, time, { moving, at });
  }

  private follow(file: TrackFile, at: number): void {
    const element = this.element(file);
    const target = at - file.offset;
    const { moving, speed } = this.clock;
    if (isOver(element, target)) return element.pause();
    if (!moving) element.pause();
    else if (element.paused) this.run(element);
    if (element.seeking || element.readyState === HTMLMediaElement.HAVE_NOTHING) return;
    const what = steer(element.currentTime, target, speed, moving);
    if ("seek" in what) element.currentTime = what.seek;
    else if (element.playbackRate !== what.rate) element.playbackRate = what.rate;
  }

  private run(element: HTMLMediaElement): void {
    element.play().catch((error: unknown) => {
      if (!(error instanceof DOMException) || error.name !== "NotAllowedError") return;
      this.set({ playing: false, blocked: true });
    });
  }

  private drop(name: string, element: HTMLMediaElement): void {
    element.pause();
    element.removeAttribute("src");
    element.load();
    element.remove();
    this.elements.delete(name);
    this.late.delete(name);
  }

  private set(change: Partial<PlayState>): void {
    this.state.update((state) => ({ ...state, ...change }));
  }
}

const now = (): number => performance.now() / 1000;

/** The file is shorter than the timeline has it: its last picture stays. */
const isOver = ({ duration, error }: HTMLMediaElement, target: number): boolean =>
  error !== null || (Number.isFinite(duration) && target >= duration - 0.05);

const lacks = (element: HTMLMediaElement, target: number): boolean =>
  !isOver(element, target) && (element.seeking || element.readyState < HTMLMediaElement.HAVE_FUTURE_DATA);
