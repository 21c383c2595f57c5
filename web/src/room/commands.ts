/**
 * Things asked of the class, and their answers.
 *
 * A command that may be repeated without harm (a vote, a raised hand) waits for the connection and is sent again when
 * its answer was lost; of those with one key only the latest counts. Any other command is rejected when its answer is
 * lost, so that a person decides.
 */

import type { ClientFrame, Command, Refused, ServerFrame } from "../protocol/frames";

export class CommandRefused extends Error {
  override name = "CommandRefused";

  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

export type Answer = Extract<ServerFrame, { kind: "done" | "chat-page" | "roster" }>;

interface Asked {
  command: Command;
  key: string | null;
  resolve(answer: Answer): void;
  reject(error: CommandRefused): void;
}

const RETRY_AFTER_MS = 1_500;

/** Codes of refusals that come from here, not from the server. */
export const OFFLINE = "offline";
export const LOST = "connection-lost";
export const REPLACED = "replaced";

export class Commands {
  private readonly asked = new Map<number, Asked>();
  private waiting: Asked[] = [];

  constructor(
    private readonly send: (frame: ClientFrame) => boolean,
    private readonly nextNumber: () => number,
    private readonly isLive: () => boolean,
  ) {}

  /** `key` marks a command that may be repeated. Rejects with `CommandRefused`. */
  ask(command: Command, key: string | null = null): Promise<Answer> {
    return new Promise((resolve, reject) => this.submit({ command, key, resolve, reject }));
  }

  /** Sent without waiting for an answer; dropped when offline. */
  tell(command: Command): void {
    if (this.isLive()) this.send({ kind: "do", n: this.nextNumber(), command });
  }

  answered(answer: Answer): void {
    this.asked.get(answer.n)?.resolve(answer);
    this.asked.delete(answer.n);
  }

  /** Whether the refusal was for a command. */
  refused(refusal: Refused): boolean {
    const asked = this.asked.get(refusal.n);
    if (asked === undefined) return false;
    this.asked.delete(refusal.n);
    if (refusal.retry && asked.key !== null) setTimeout(() => this.submit(asked), RETRY_AFTER_MS);
    else asked.reject(new CommandRefused(refusal.code, refusal.message));
    return true;
  }

  welcomed(): void {
    const waiting = this.waiting;
    this.waiting = [];
    for (const asked of waiting) this.submit(asked);
  }

  disconnected(): void {
    const lost = [...this.asked.values()];
    this.asked.clear();
    for (const asked of lost) {
      if (asked.key === null) asked.reject(new CommandRefused(LOST, "The connection was lost before an answer came."));
      else this.wait(asked);
    }
  }

  private submit(asked: Asked): void {
    if (!this.isLive()) return this.wait(asked);
    if (asked.key !== null) this.supersede(asked.key);
    const n = this.nextNumber();
    this.asked.set(n, asked);
    this.send({ kind: "do", n, command: asked.command });
  }

  private wait(asked: Asked): void {
    if (asked.key === null) return asked.reject(new CommandRefused(OFFLINE, "There is no connection right now."));
    this.supersede(asked.key);
    this.waiting.push(asked);
  }

  /** An older command of the same key that still waits is overtaken. */
  private supersede(key: string): void {
    const old = this.waiting.filter((other) => other.key === key);
    this.waiting = this.waiting.filter((other) => other.key !== key);
    for (const other of old) other.reject(new CommandRefused(REPLACED, "A later choice took its place."));
  }
}
