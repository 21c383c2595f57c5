/**
 * Requests to the media node and their answers, and its news, on the room's connection.
 *
 * A request is answered once, or fails: refused (with the node's code), unanswered for too long, or overtaken by a lost
 * connection. Nothing is repeated here: what a request meant is known to who asked.
 */

import type { ClientFrame, Refused, ServerFrame } from "../protocol/frames";
import { Store } from "../room/store";

export type Body = Record<string, unknown>;
export type News = (name: string, body: Body) => void;

/** Codes of failures that come from here, not from the node. */
export const UNANSWERED = "unanswered";
export const OFFLINE = "offline";

export class SignalFailed extends Error {
  override name = "SignalFailed";

  constructor(
    readonly code: string,
    message: string = code,
  ) {
    super(message);
  }
}

interface Asked {
  resolve(body: Body): void;
  reject(error: SignalFailed): void;
  timer: ReturnType<typeof setTimeout>;
}

const ANSWER_WITHIN_MS = 6_000;

export class Signals {
  /** This connection's name as others see it; empty while there is none. */
  readonly conn = new Store("");
  private readonly asked = new Map<number, Asked>();
  private listener: News | null = null;

  constructor(
    private readonly send: (frame: ClientFrame) => boolean,
    private readonly nextNumber: () => number,
  ) {}

  /** Who hears the node's news; one at a time. */
  listen(listener: News | null): void {
    this.listener = listener;
  }

  /** Rejects with `SignalFailed`. */
  ask(request: string, body: Body = {}): Promise<Body> {
    return new Promise((resolve, reject) => {
      const n = this.nextNumber();
      if (!this.send({ kind: "signal", n, request, body })) return reject(new SignalFailed(OFFLINE));
      const timer = setTimeout(() => this.take(n)?.reject(new SignalFailed(UNANSWERED)), ANSWER_WITHIN_MS);
      this.asked.set(n, { resolve, reject, timer });
    });
  }

  frame(frame: Extract<ServerFrame, { kind: "signal" }>): void {
    const body = isBody(frame.body) ? frame.body : {};
    if (frame.n === 0) return this.listener?.(frame.name, body);
    const asked = this.take(frame.n);
    if (frame.name === "error") asked?.reject(new SignalFailed(String(body.code), String(body.message)));
    else asked?.resolve(body);
  }

  /** Whether the refusal was for a request of ours. */
  refused(refusal: Refused): boolean {
    const asked = this.take(refusal.n);
    asked?.reject(new SignalFailed(refusal.code, refusal.message));
    return asked !== undefined;
  }

  welcomed(conn: string): void {
    this.conn.set(conn);
  }

  disconnected(): void {
    this.conn.set("");
    for (const n of [...this.asked.keys()]) this.take(n)?.reject(new SignalFailed(OFFLINE));
  }

  private take(n: number): Asked | undefined {
    const asked = this.asked.get(n);
    clearTimeout(asked?.timer);
    this.asked.delete(n);
    return asked;
  }
}

const isBody = (value: unknown): value is Body => typeof value === "object" && value !== null && !Array.isArray(value);
