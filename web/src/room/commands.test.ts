import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ClientFrame, Refused } from "../protocol/frames";
import { Commands } from "./commands";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function setUp() {
  const sent: ClientFrame[] = [];
  const link = { live: true, n: 0 };
  const commands = new Commands(
    (frame) => sent.push(frame) > 0,
    () => ++link.n,
    () => link.live,
  );
  const outcome = (promise: Promise<unknown>) => promise.then(() => "done", (error: { code: string }) => error.code);
  return { sent, link, commands, outcome };
}

const refusal = (n: number, retry = false): Refused => ({ kind: "refused", n, code: "too-fast", message: "", retry, doc: "" });

describe("commands", () => {
  it("CLASS-3 are answered by their number", async () => {
    const { commands, outcome } = setUp();
    const [first, second] = [outcome(commands.ask(["say", "a"])), outcome(commands.ask(["say", "b"]))];
    expect(commands.refused(refusal(2))).toBe(true);
    commands.answered({ kind: "done", n: 1 });
    expect(await first).toBe("done");
    expect(await second).toBe("too-fast");
    expect(commands.refused(refusal(3))).toBe(false);
  });

  it("that may not be repeated fail without a connection, or when it is lost", async () => {
    const { commands, outcome, link } = setUp();
    const asked = outcome(commands.ask(["say", "a"]));
    link.live = false;
    commands.disconnected();
    expect(await asked).toBe("connection-lost");
    expect(await outcome(commands.ask(["say", "b"]))).toBe("offline");
  });

  it("that may be repeated survive a lost connection; the latest of a kind counts", async () => {
    const { commands, outcome, link, sent } = setUp();
    const first = outcome(commands.ask(["vote", 1, [0]], "vote.1"));
    link.live = false;
    commands.disconnected();
    const second = outcome(commands.ask(["vote", 1, [1]], "vote.1"));
    const hand = outcome(commands.ask(["hand", true], "hand"));
    expect(await first).toBe("replaced");
    link.live = true;
    link.n = 0;
    sent.length = 0;
    commands.welcomed();
    expect(sent).toEqual([
      { kind: "do", n: 1, command: ["vote", 1, [1]] },
      { kind: "do", n: 2, command: ["hand", true] },
    ]);
    commands.answered({ kind: "done", n: 1 });
    commands.answered({ kind: "done", n: 2 });
    expect([await second, await hand]).toEqual(["done", "done"]);
  });

  it("are repeated after a refusal that says so", async () => {
    const { commands, outcome, sent } = setUp();
    const vote = outcome(commands.ask(["vote", 1, [0]], "vote.1"));
    commands.refused(refusal(1, true));
    vi.advanceTimersByTime(2_000);
    expect(sent).toHaveLength(2);
    commands.answered({ kind: "done", n: 2 });
    expect(await vote).toBe("done");
  });
});
