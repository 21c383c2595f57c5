/**
 * The life of the connection to a room, as a pure state machine: facts in, effects out.
 *
 *     idle → connecting → greeting → live
 *                ↑            │        │   a retry code, or silence
 *                └── waiting ←┴────────┘
 *     ended: a terminal code; nothing happens any more until `start`
 *
 * Time (milliseconds) and randomness (0 ≤ random < 1) are handed in.
 */

export type ConnectionState =
  | { kind: "idle" }
  | { kind: "connecting"; attempt: number }
  | { kind: "greeting"; attempt: number }
  | { kind: "live"; attempt: number; since: number }
  | { kind: "waiting"; attempt: number; until: number }
  | { kind: "ended"; code: number; reason: string };

export type Input =
  | { kind: "start" }
  | { kind: "opened" }
  | { kind: "welcomed" }
  | { kind: "goodbye"; code: number; reason: string; retry: boolean; after: number }
  | { kind: "closed"; code: number; reason: string }
  /** The wait is over, the network is back, or the person asked for it. */
  | { kind: "try-now" }
  | { kind: "silence" }
  | { kind: "no-token"; reason: string }
  | { kind: "stop" };

export type Effect =
  | { kind: "connect" }
  | { kind: "send-hello" }
  | { kind: "close" }
  | { kind: "wake"; at: number };

export interface Facts {
  now: number;
  random: number;
}

export interface Step {
  state: ConnectionState;
  effects: Effect[];
}

const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 8_000;
/** A connection that held so long starts the next waits from the shortest again. */
const STEADY_AFTER_MS = 10_000;

/** Not sent by a server: the token could not be renewed. */
export const TOKEN_GONE = 4401;

/** Whether a client comes back by itself after `code`: PROTOCOL.md, CLOSE-1. */
export function retries(code: number): boolean {
  return code !== 1000 && code !== 1009 && !(code >= 4400 && code < 4500);
}

/** Full jitter: anywhere between nothing and the exponential cap, so that a class does not come back in one instant. */
export function backoff(attempt: number, random: number): number {
  const cap = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.min(attempt, 16));
  return Math.round(cap * (0.25 + 0.75 * random));
}

export function step(state: ConnectionState, input: Input, facts: Facts): Step {
  switch (input.kind) {
    case "start":
      return state.kind === "idle" || state.kind === "ended" ? connect(0) : stay(state);
    case "stop":
      return { state: { kind: "idle" }, effects: isOpen(state) ? [{ kind: "close" }] : [] };
    case "opened":
      if (state.kind !== "connecting") return stay(state);
      return { state: { kind: "greeting", attempt: state.attempt }, effects: [{ kind: "send-hello" }] };
    case "welcomed":
      if (state.kind !== "greeting") return stay(state);
      return stay({ kind: "live", attempt: state.attempt, since: facts.now });
    case "goodbye":
      return goodbye(state, input, facts);
    case "closed":
      return isOpen(state) ? closed(state, input, facts) : stay(state);
    case "silence":
      return isOpen(state) ? wait(state, facts, 0, [{ kind: "close" }]) : stay(state);
    case "try-now":
      return state.kind === "waiting" ? connect(state.attempt) : stay(state);
    case "no-token":
      return end(state, TOKEN_GONE, input.reason);
  }
}

const stay = (state: ConnectionState): Step => ({ state, effects: [] });

const isOpen = (state: ConnectionState): boolean =>
  state.kind === "connecting" || state.kind === "greeting" || state.kind === "live";

function connect(attempt: number): Step {
  return { state: { kind: "connecting", attempt }, effects: [{ kind: "connect" }] };
}

function end(state: ConnectionState, code: number, reason: string): Step {
  return { state: { kind: "ended", code, reason }, effects: isOpen(state) ? [{ kind: "close" }] : [] };
}

function goodbye(
  state: ConnectionState,
  input: { code: number; reason: string; retry: boolean; after: number },
  facts: Facts,
): Step {
  if (!isOpen(state)) return stay(state);
  if (!input.retry) return end(state, input.code, input.reason);
  return wait(state, facts, input.after * 1000, [{ kind: "close" }]);
}

function closed(state: ConnectionState, input: { code: number; reason: string }, facts: Facts): Step {
  if (!retries(input.code)) return { state: { kind: "ended", code: input.code, reason: input.reason }, effects: [] };
  return wait(state, facts, 0, []);
}

function wait(state: ConnectionState, facts: Facts, atLeast: number, effects: Effect[]): Step {
  const attempt = nextAttempt(state, facts.now);
  const until = facts.now + atLeast + backoff(attempt, facts.random);
  return { state: { kind: "waiting", attempt, until }, effects: [...effects, { kind: "wake", at: until }] };
}

function nextAttempt(state: ConnectionState, now: number): number {
  if (!("attempt" in state)) return 0;
  return state.kind === "live" && now - state.since >= STEADY_AFTER_MS ? 0 : state.attempt + 1;
}
