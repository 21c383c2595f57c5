import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ClientFrame } from "../protocol/frames";
import { Signals } from "./signals";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function setUp(live = true) {
  const sent: ClientFrame[] = [];
  let n = 0;
  const signals = new Signals(
    (frame) => live && sent.push(frame) > 0,
    () => ++n,
  );
  return { signals, sent };
}

describe("media signalling", () => {
  it("matches answers to requests, whatever their order", async () => {
    const { signals, sent } = setUp();
    const [first, second] = [signals.ask("join"), signals.ask("stats")];
    expect(sent).toEqual([
      { kind: "signal", n: 1, request: "join", body: {} },
      { kind: "signal", n: 2, request: "stats", body: {} },
    ]);
    signals.frame({ kind: "signal", n: 2, name: "stats", body: { receiver: null } });
    signals.frame({ kind: "signal", n: 1, name: "join", body: null });
    expect(await second).toEqual({ receiver: null });
    expect(await first).toEqual({});
  });

  it("fails with the node's code, the room's, or its own", async () => {
    const { signals } = setUp();
    const asked = ["publish", "join", "stats", "restart"].map((request) => signals.ask(request));
    const codes = Promise.all(asked.map((one) => one.catch((error: unknown) => (error as { code: string }).code)));
    signals.frame({ kind: "signal", n: 1, name: "error", body: { code: "forbidden", message: "no" } });
    const refusal = { kind: "refused", n: 2, code: "unknown", message: "", retry: false, doc: "" } as const;
    expect(signals.refused(refusal)).toBe(true);
    expect(signals.refused(refusal)).toBe(false);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await codes).toEqual(["forbidden", "unknown", "unanswered", "unanswered"]);
  });

  it("knows at once when there is no connection, or when it goes", async () => {
    await expect(setUp(false).signals.ask("join")).rejects.toMatchObject({ code: "offline" });
    const { signals } = setUp();
    signals.welcomed("g.1");
    const asked = signals.ask("join");
    signals.disconnected();
    await expect(asked).rejects.toMatchObject({ code: "offline" });
    expect(signals.conn.get()).toBe("");
  });

  it("passes news on to who listens, and late answers to nobody", () => {
    const { signals } = setUp();
    const heard = vi.fn();
    signals.frame({ kind: "signal", n: 0, name: "speakers", body: { tracks: [] } });
    signals.listen(heard);
    signals.frame({ kind: "signal", n: 0, name: "speakers", body: { tracks: ["t"] } });
    signals.frame({ kind: "signal", n: 9, name: "join", body: {} });
    expect(heard.mock.calls).toEqual([["speakers", { tracks: ["t"] }]]);
  });
});
