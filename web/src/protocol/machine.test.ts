import { describe, expect, it } from "vitest";
import type { ConnectionState, Input } from "./machine";
import { backoff, retries, step } from "./machine";

const facts = { now: 1_000, random: 0.5 };

function run(inputs: Input[], from: ConnectionState = { kind: "idle" }) {
  const effects: string[] = [];
  let state = from;
  for (const input of inputs) {
    const next = step(state, input, facts);
    state = next.state;
    effects.push(...next.effects.map((effect) => effect.kind));
  }
  return { state, effects };
}

const live: Input[] = [{ kind: "start" }, { kind: "opened" }, { kind: "welcomed" }];

describe("the connection", () => {
  it("greets as soon as the socket is open", () => {
    expect(run(live)).toEqual({ state: { kind: "live", attempt: 0, since: 1_000 }, effects: ["connect", "send-hello"] });
  });

  it("comes back after an abnormal end, with growing patience", () => {
    const lost: Input = { kind: "closed", code: 1006, reason: "" };
    const first = run([...live, lost]);
    expect(first.state).toMatchObject({ kind: "waiting", attempt: 1 });
    const second = run([{ kind: "try-now" }, lost], first.state);
    expect(second.state).toMatchObject({ kind: "waiting", attempt: 2 });
    const third = run([{ kind: "try-now" }, { kind: "opened" }, lost], second.state);
    expect(third.state).toMatchObject({ kind: "waiting", attempt: 3 });
  });

  it("keeps its patience when welcomed and thrown out at once, and forgets it after a steady while", () => {
    const state: ConnectionState = { kind: "live", attempt: 5, since: 0 };
    const lost: Input = { kind: "closed", code: 4500, reason: "" };
    expect(step(state, lost, { now: 500, random: 0 }).state).toMatchObject({ attempt: 6 });
    expect(step(state, lost, { now: 60_000, random: 0 }).state).toMatchObject({ attempt: 0 });
  });

  it.each([1012, 1013, 1006, 1001, 4500, 4508, 4529])("CLOSE-1 comes back after %i", (code) => {
    expect(retries(code)).toBe(true);
  });

  it.each([1000, 1009, 4400, 4401, 4403, 4404, 4408, 4410, 4499])("CLOSE-1 stays away after %i", (code) => {
    expect(run([...live, { kind: "closed", code, reason: "no" }]).state).toEqual({ kind: "ended", code, reason: "no" });
  });

  it("waits at least as long as a goodbye asks for", () => {
    const { state, effects } = run([...live, { kind: "goodbye", code: 1012, reason: "", retry: true, after: 7 }]);
    expect(state.kind === "waiting" && state.until).toBeGreaterThanOrEqual(8_000);
    expect(effects.slice(-2)).toEqual(["close", "wake"]);
  });

  it("ends for good after a terminal goodbye, and can be started again by hand", () => {
    const { state } = run([...live, { kind: "goodbye", code: 4410, reason: "out", retry: false, after: 0 }]);
    expect(state).toEqual({ kind: "ended", code: 4410, reason: "out" });
    expect(run([{ kind: "try-now" }, { kind: "opened" }], state).state).toEqual(state);
    expect(run([{ kind: "start" }], state).state.kind).toBe("connecting");
  });

  it("treats silence as a lost connection", () => {
    const { state, effects } = run([...live, { kind: "silence" }]);
    expect(state.kind).toBe("waiting");
    expect(effects.slice(-2)).toEqual(["close", "wake"]);
  });

  it("ends when there is no token to be had", () => {
    expect(run([{ kind: "start" }, { kind: "opened" }, { kind: "no-token", reason: "expired" }])).toEqual({
      state: { kind: "ended", code: 4401, reason: "expired" },
      effects: ["connect", "send-hello", "close"],
    });
  });

  it("stops from every state", () => {
    for (const inputs of [[], live.slice(0, 1), live.slice(0, 2), live]) {
      expect(run([...inputs, { kind: "stop" }]).state).toEqual({ kind: "idle" });
    }
  });
});

describe("backoff", () => {
  it("spreads a class out and never waits longer than its cap", () => {
    for (let attempt = 0; attempt < 40; attempt++) {
      expect(backoff(attempt, 0)).toBeGreaterThan(0);
      expect(backoff(attempt, 0.999)).toBeLessThanOrEqual(8_000);
      expect(backoff(attempt, 0.9)).toBeGreaterThan(backoff(attempt, 0.1) * 2);
    }
  });
});
