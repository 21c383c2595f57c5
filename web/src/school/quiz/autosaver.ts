/**
 * Sends answers as they change and keeps what the server does not hold yet in this browser: a reload, a lost connection
 * and a closed lid lose nothing. One request at a time; failures are repeated with growing, jittered pauses.
 */

import { Problem } from "../../room/tickets";
import { Store } from "../../room/store";
import type { Answers, Change, Saving } from "./autosave";
import { acknowledge, begin, change, overtaken, unsaved } from "./autosave";
import type { Attempt, Response, Saved } from "./shapes";

const SETTLE_MS = 600;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 15_000;

const keyOf = (attempt: string): string => `lyceum.attempt.${attempt}`;

interface Wire {
  save(changes: Record<string, Change>): Promise<Saved>;
  reload(): Promise<Attempt>;
}

export class Autosaver {
  readonly answers: Store<Answers>;
  readonly saving: Store<Saving>;
  /** Why the server takes answers no more; null while it does. */
  readonly refusal = new Store<unknown>(null);
  /** The last word of the server about time. */
  readonly time: Store<{ ends_at: string | null; now: string; heard: number }>;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private running: Promise<void> | null = null;
  private pause = FIRST_PAUSE_MS;
  private stopped = false;

  constructor(
    private readonly attempt: Attempt,
    private readonly wire: Wire,
  ) {
    this.answers = new Store(begin(attempt.answers, recall(attempt.id)));
    this.saving = new Store<Saving>(this.isSaved() ? "saved" : "saving");
    this.time = new Store({ ends_at: attempt.ends_at, now: attempt.now, heard: Date.now() });
  }

  start(): void {
    this.stopped = false;
    window.addEventListener("online", this.now);
    if (!this.isSaved()) this.now();
  }

  stop(): void {
    this.stopped = true;
    window.removeEventListener("online", this.now);
    clearTimeout(this.timer);
  }

  answer(item: string, response: Response | null): void {
    this.answers.update((answers) => change(answers, item, response));
    keep(this.attempt.id, unsaved(this.answers.get()));
    if (this.saving.get() !== "offline") this.saving.set("saving");
    this.later(SETTLE_MS);
  }

  /** Settles once everything is with the server; raises what keeps it from there. */
  async flush(): Promise<void> {
    clearTimeout(this.timer);
    while (!this.isSaved()) {
      const failure = await this.send();
      if (failure !== null) throw failure;
    }
  }

  forget(): void {
    this.stop();
    keep(this.attempt.id, {});
  }

  private now = (): void => this.later(0);

  private later(ms: number): void {
    clearTimeout(this.timer);
    if (!this.stopped) this.timer = setTimeout(() => void this.send(), ms);
  }

  private isSaved(): boolean {
    return Object.keys(unsaved(this.answers.get())).length === 0;
  }

  /** One request, after the one that is on its way. Returns what went wrong. */
  private async send(): Promise<unknown> {
    while (this.running !== null) await this.running;
    let failure: unknown = null;
    this.running = this.request().catch((error: unknown) => {
      failure = error;
    });
    await this.running;
    this.running = null;
    if (failure === null) this.succeeded();
    else this.failed(failure);
    return failure;
  }

  private async request(): Promise<void> {
    const changes = unsaved(this.answers.get());
    if (Object.keys(changes).length === 0) return;
    const { saved, ends_at, now } = await this.wire.save(changes);
    this.answers.update((answers) => acknowledge(answers, saved));
    this.time.set({ ends_at, now, heard: Date.now() });
    if (overtaken(this.answers.get()).length > 0) {
      const { answers } = await this.wire.reload();
      this.answers.update((own) => begin(answers, own.newest));
    }
    keep(this.attempt.id, unsaved(this.answers.get()));
  }

  private succeeded(): void {
    this.pause = FIRST_PAUSE_MS;
    this.saving.set(this.isSaved() ? "saved" : "saving");
    if (!this.isSaved()) this.later(SETTLE_MS);
  }

  private failed(error: unknown): void {
    if (error instanceof Problem && error.final) {
      this.refusal.set(error);
      this.saving.set("refused");
      return;
    }
    this.saving.set("offline");
    this.later(this.pause * (0.5 + Math.random() / 2));
    this.pause = Math.min(this.pause * 2, LONGEST_PAUSE_MS);
  }
}

function recall(attempt: string): Record<string, Change> {
  try {
    return JSON.parse(localStorage.getItem(keyOf(attempt)) ?? "{}") as Record<string, Change>;
  } catch {
    return {};
  }
}

/** A browser that may store nothing still sends; it only does not survive a reload while offline. */
function keep(attempt: string, changes: Record<string, Change>): void {
  try {
    if (Object.keys(changes).length === 0) localStorage.removeItem(keyOf(attempt));
    else localStorage.setItem(keyOf(attempt), JSON.stringify(changes));
  } catch {
    return;
  }
}
