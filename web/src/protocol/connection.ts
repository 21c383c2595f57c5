/** The thin shell around the machine: one WebSocket, its timers, the join token. It holds no rules. */

import type { Bytes } from "./bytes";
import { decodeFrame, encodeFrame } from "./codec";
import type { ClientFrame, ServerFrame } from "./frames";
import type { ConnectionState, Effect, Input } from "./machine";
import { step } from "./machine";
import { BadFrame } from "./reader";

/** What of a WebSocket is used here; tests hand in their own. */
export interface Socket {
  send(data: Bytes): void;
  close(code?: number): void;
  onopen: (() => void) | null;
  onmessage: ((event: { data: ArrayBuffer }) => void) | null;
  onclose: ((event: { code: number; reason: string }) => void) | null;
}

/** There is no join token to be had, now or later. */
export class NoToken extends Error {
  override name = "NoToken";
}

export interface Surroundings {
  openSocket(): Socket;
  /** A join token that has not expired; renews it when needed. Rejects with `NoToken`, or else may be tried again. */
  token(fresh: boolean): Promise<string>;
  /** Position in the class' events. */
  seen(): number;
  now(): number;
  random(): number;
}

export interface ConnectionListener {
  state(state: ConnectionState): void;
  frame(frame: ServerFrame): void;
}

/** Nothing heard for so long: ask. Nothing heard after asking: the connection is dead. */
const ASK_AFTER_MS = 15_000;
const DEAD_AFTER_MS = 6_000;
const CHECK_EVERY_MS = 1_000;
const OPEN_WITHIN_MS = 15_000;
/** Outside the door nothing is said until somebody opens it; now and then we knock again. */
const WAIT_AT_THE_DOOR_MS = 120_000;
const RENEW_AGAIN_MS = 5_000;

export class Connection {
  private current: ConnectionState = { kind: "idle" };
  private socket: Socket | null = null;
  private waker: ReturnType<typeof setTimeout> | undefined;
  private checker: ReturnType<typeof setInterval> | undefined;
  private heardAt = 0;
  private askedAt = 0;
  private atTheDoor = false;

  constructor(
    private readonly around: Surroundings,
    private readonly listener: ConnectionListener,
  ) {}

  get state(): ConnectionState {
    return this.current;
  }

  get live(): boolean {
    return this.current.kind === "live";
  }

  start(): void {
    this.checker ??= setInterval(() => this.check(), CHECK_EVERY_MS);
    this.feed({ kind: "start" });
  }

  stop(): void {
    clearInterval(this.checker);
    this.checker = undefined;
    this.feed({ kind: "stop" });
  }

  tryNow(): void {
    this.feed({ kind: "try-now" });
  }

  /** The network may have gone: find out now instead of at the next silence. */
  probe(): void {
    if (this.live) this.ask();
  }

  /** Sends when live; says whether it did. */
  send(frame: ClientFrame): boolean {
    if (!this.live || this.socket === null) return false;
    this.socket.send(encodeFrame(frame));
    return true;
  }

  private feed(input: Input): void {
    const { state, effects } = step(this.current, input, { now: this.around.now(), random: this.around.random() });
    const changed = state !== this.current;
    this.current = state;
    for (const effect of effects) this.carryOut(effect);
    if (changed && this.current === state) this.listener.state(state);
  }

  private carryOut(effect: Effect): void {
    switch (effect.kind) {
      case "connect":
        return this.connect();
      case "send-hello":
        return this.hello();
      case "close":
        return this.drop();
      case "wake":
        clearTimeout(this.waker);
        this.waker = setTimeout(() => this.tryNow(), Math.max(0, effect.at - this.around.now()));
    }
  }

  private connect(): void {
    clearTimeout(this.waker);
    const socket = this.around.openSocket();
    this.socket = socket;
    this.heardAt = this.around.now();
    this.askedAt = 0;
    this.atTheDoor = false;
    const mine = (act: () => void) => () => this.socket === socket && act();
    socket.onopen = mine(() => this.feed({ kind: "opened" }));
    socket.onmessage = (event) => this.socket === socket && this.receive(event.data);
    socket.onclose = (event) => {
      if (this.socket !== socket) return;
      this.socket = null;
      this.feed({ kind: "closed", code: event.code, reason: event.reason });
    };
  }

  private hello(fresh = false): void {
    const socket = this.socket;
    this.around.token(fresh).then(
      (token) => {
        if (this.socket === socket) socket?.send(encodeFrame({ kind: "hello", token, seen: this.around.seen() }));
      },
      (error: unknown) => {
        if (this.socket === socket) this.withoutToken(error, fresh);
      },
    );
  }

  /** A renewal that failed for now is tried again while the old grant lasts. */
  private withoutToken(error: unknown, fresh: boolean): void {
    const socket = this.socket;
    if (error instanceof NoToken) this.feed({ kind: "no-token", reason: error.message });
    else if (fresh) setTimeout(() => this.socket === socket && this.hello(true), RENEW_AGAIN_MS);
    else this.feed({ kind: "silence" });
  }

  private receive(data: ArrayBuffer): void {
    this.heardAt = this.around.now();
    this.askedAt = 0;
    let frame: ServerFrame;
    try {
      frame = decodeFrame(data);
    } catch (error) {
      if (error instanceof BadFrame) return this.feed({ kind: "silence" });
      throw error;
    }
    this.atTheDoor = frame.kind === "waiting";
    if (frame.kind === "welcome") this.feed({ kind: "welcomed" });
    if (frame.kind === "renew") this.hello(true);
    this.listener.frame(frame);
    if (frame.kind === "goodbye") this.feed(frame);
  }

  private drop(): void {
    const socket = this.socket;
    this.socket = null;
    socket?.close(1000);
  }

  private check(): void {
    const now = this.around.now();
    const opening = this.atTheDoor ? WAIT_AT_THE_DOOR_MS : OPEN_WITHIN_MS;
    const deadline = this.current.kind === "live" ? DEAD_AFTER_MS : opening;
    if (this.current.kind === "live" && this.askedAt === 0) {
      if (now - this.heardAt > ASK_AFTER_MS) this.ask();
    } else if (this.socket !== null && now - (this.askedAt || this.heardAt) > deadline) {
      this.feed({ kind: "silence" });
    }
  }

  private ask(): void {
    this.askedAt ||= this.around.now();
    this.send({ kind: "ping", value: 0 });
  }
}
