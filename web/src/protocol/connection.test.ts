import { decode, encode } from "@msgpack/msgpack";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Bytes } from "./bytes";
import type { Socket, Surroundings } from "./connection";
import { Connection, NoToken } from "./connection";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A socket in the hands of the test. */
class HandSocket implements Socket {
  sent: unknown[] = [];
  closed = false;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: ArrayBuffer }) => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;

  send(data: Bytes): void {
    this.sent.push(decode(data));
  }

  close(): void {
    this.closed = true;
  }

  hear(...fields: unknown[]): void {
    const bytes = encode(fields);
    this.onmessage?.({ data: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer });
  }
}

const WELCOME = [64, "g.1", "u1", "Ada", "student", 9e9, 1];

function setUp(around: Partial<Surroundings> = {}) {
  const sockets: HandSocket[] = [];
  const states: string[] = [];
  const frames: string[] = [];
  const connection = new Connection(
    {
      openSocket: () => {
        const socket = new HandSocket();
        sockets.push(socket);
        return socket;
      },
      token: (fresh) => Promise.resolve(fresh ? "fresh" : "token"),
      seen: () => 7,
      now: Date.now,
      random: () => 0.5,
      ...around,
    },
    { state: ({ kind }) => states.push(kind), frame: ({ kind }) => frames.push(kind) },
  );
  const enter = async (): Promise<HandSocket> => {
    const socket = sockets.at(-1) as HandSocket;
    socket.onopen?.();
    await vi.advanceTimersByTimeAsync(0);
    socket.hear(...WELCOME);
    return socket;
  };
  return { connection, sockets, states, frames, enter };
}

describe("the shell around the machine", () => {
  it("says hello with the token and the position, and is live when welcome", async () => {
    const { connection, states, enter } = setUp();
    connection.start();
    expect(connection.send({ kind: "ping", value: 1 })).toBe(false);
    const socket = await enter();
    expect(socket.sent).toEqual([[1, "token", 7]]);
    expect(states).toEqual(["connecting", "greeting", "live"]);
    expect(connection.send({ kind: "ping", value: 1 })).toBe(true);
  });

  it("comes back after a lost connection, and deaf to the old socket", async () => {
    const { connection, sockets, states, frames, enter } = setUp();
    connection.start();
    const old = await enter();
    old.onclose?.({ code: 1006, reason: "" });
    expect(states.at(-1)).toBe("waiting");
    await vi.advanceTimersByTimeAsync(10_000);
    expect(sockets).toHaveLength(2);
    const heard = frames.length;
    old.hear(71, 5);
    old.onclose?.({ code: 4410, reason: "" });
    expect(frames).toHaveLength(heard);
    expect(states.at(-1)).toBe("connecting");
    await enter();
    expect(states.at(-1)).toBe("live");
  });

  it("asks a silent server, and gives it up when it stays silent", async () => {
    const { connection, states, enter } = setUp();
    connection.start();
    const socket = await enter();
    await vi.advanceTimersByTimeAsync(17_000);
    expect(socket.sent.at(-1)).toEqual([9, 0]);
    socket.hear(75, 0);
    await vi.advanceTimersByTimeAsync(14_000);
    expect(states.at(-1)).toBe("live");
    await vi.advanceTimersByTimeAsync(12_000);
    expect(socket.closed).toBe(true);
    expect(states.at(-1)).toMatch(/waiting|connecting/);
  });

  it("waits at the door until somebody opens it", async () => {
    const { connection, sockets, states } = setUp();
    connection.start();
    const socket = sockets[0] as HandSocket;
    socket.onopen?.();
    await vi.advanceTimersByTimeAsync(0);
    socket.hear(81, "u1", "Ada");
    await vi.advanceTimersByTimeAsync(60_000);
    expect(states).toEqual(["connecting", "greeting"]);
    socket.hear(...WELCOME);
    expect(states.at(-1)).toBe("live");
  });

  it("does not wait for ever for a socket to open", async () => {
    const { connection, sockets, states } = setUp();
    connection.start();
    await vi.advanceTimersByTimeAsync(30_000);
    expect(sockets[0]?.closed).toBe(true);
    expect(sockets.length).toBeGreaterThan(1);
    expect(states).toContain("waiting");
  });

  it("GRANT-5 renews when told to, on the open connection", async () => {
    const { connection, enter } = setUp();
    connection.start();
    const socket = await enter();
    socket.hear(79, 123);
    await vi.advanceTimersByTimeAsync(0);
    expect(socket.sent.at(-1)).toEqual([1, "fresh", 7]);
    expect(connection.live).toBe(true);
  });

  it("ends with words when there is no token to be had", async () => {
    const { connection, sockets } = setUp({ token: () => Promise.reject(new NoToken("expired")) });
    connection.start();
    sockets[0]?.onopen?.();
    await vi.advanceTimersByTimeAsync(0);
    expect(connection.state).toMatchObject({ kind: "ended", code: 4401 });
  });

  it("tries again when a token cannot be had just now", async () => {
    let working = false;
    const { connection, sockets, states, enter } = setUp({
      token: () => (working ? Promise.resolve("late") : Promise.reject(new Error("offline"))),
    });
    connection.start();
    sockets[0]?.onopen?.();
    await vi.advanceTimersByTimeAsync(0);
    expect(states.at(-1)).toBe("waiting");
    working = true;
    await vi.advanceTimersByTimeAsync(10_000);
    const socket = await enter();
    expect(socket.sent).toEqual([[1, "late", 7]]);
    working = false;
    socket.hear(79, 123);
    await vi.advanceTimersByTimeAsync(1_000);
    working = true;
    await vi.advanceTimersByTimeAsync(5_000);
    expect(socket.sent.at(-1)).toEqual([1, "late", 7]);
    expect(socket.sent).toHaveLength(2);
    expect(connection.live).toBe(true);
  });

  it("follows a goodbye, and leaves a server that talks nonsense", async () => {
    const { connection, states, enter } = setUp();
    connection.start();
    const first = await enter();
    first.hear("nonsense");
    expect(first.closed).toBe(true);
    await vi.advanceTimersByTimeAsync(10_000);
    const second = await enter();
    second.hear(78, 4410, "out", false, 0);
    expect(states.at(-1)).toBe("ended");
    expect(second.closed).toBe(true);
  });

  it("stops for good", async () => {
    const { connection, sockets, enter } = setUp();
    connection.start();
    const socket = await enter();
    connection.stop();
    expect(socket.closed).toBe(true);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(sockets).toHaveLength(1);
  });
});
