import { decode, encode } from "@msgpack/msgpack";
import { describe, expect, it } from "vitest";
import { decodeFrame, encodeFrame } from "./codec";
import type { ClientFrame } from "./frames";
import { BadFrame } from "./reader";

const bytes = (...values: number[]) => new Uint8Array(values);

describe("FRAME-1 client frames", () => {
  const cases: [ClientFrame, unknown[]][] = [
    [{ kind: "hello", token: "t", seen: 3 }, [1, "t", 3]],
    [{ kind: "open", doc: "text.notes", stateVector: bytes(0) }, [2, "text.notes", bytes(0)]],
    [{ kind: "shut", doc: "d" }, [3, "d"]],
    [{ kind: "update", doc: "d", n: 7, update: bytes(1, 2) }, [4, "d", 7, bytes(1, 2)]],
    [{ kind: "answer", doc: "d", n: 8, update: bytes(0, 0) }, [5, "d", 8, bytes(0, 0)]],
    [{ kind: "awareness", doc: "d", update: bytes(9) }, [6, "d", bytes(9)]],
    [{ kind: "do", n: 9, command: ["open-poll", "Ready?", ["Yes", "No"], false, true] }, [7, 9, ["open-poll", "Ready?", ["Yes", "No"], false, true]]],
    [{ kind: "catch-up", seen: 12 }, [8, 12]],
    [{ kind: "ping", value: 0 }, [9, 0]],
    [{ kind: "signal", n: 3, request: "mute", body: { track: "t-1", muted: true } }, [10, 3, "mute", { track: "t-1", muted: true }]],
  ];
  it.each(cases)("%o", (frame, fields) => {
    expect(decode(encodeFrame(frame))).toEqual(fields);
  });
});

describe("FRAME-1 server frames", () => {
  const read = (...fields: unknown[]) => decodeFrame(encode(fields));

  it("reads documents", () => {
    expect(read(67, "d", bytes(0), bytes(0, 0), false)).toEqual({
      kind: "opened",
      doc: "d",
      stateVector: bytes(0),
      update: bytes(0, 0),
      writable: false,
    });
    expect(read(71, 4)).toEqual({ kind: "saved", n: 4 });
    expect(read(72, 4, "locked", "No.", false, "d")).toMatchObject({ n: 4, code: "locked", doc: "d" });
  });

  it("reads media signalling", () => {
    expect(read(80, 3, "mute", {})).toEqual({ kind: "signal", n: 3, name: "mute", body: {} });
    expect(read(80, 0, "speakers", { tracks: ["t-1"] })).toMatchObject({ n: 0, body: { tracks: ["t-1"] } });
    expect(read(80, 0, "later")).toMatchObject({ name: "later", body: null });
  });

  it("reads the whole class", () => {
    const frame = read(65, [
      17,
      [["u1", "Ada", "teacher"]],
      [1, true],
      [["u1", "Ada", 1.5]],
      [[3, "u1", "Ada", "teacher", 2.5, "Hello", false]],
      [[1, "Ready?", ["Yes", "No"], false, true, true, false, 9.0, [1, 0], 1, [0]]],
      ["", "", "", 0, 0, 1],
      [["board.main", true, false]],
      [true, ["microphone"], { u2: [] }, "u1", 0, ""],
      [["u3", "Olu", "student"]],
    ]);
    expect(frame).toMatchObject({
      kind: "class",
      classroom: {
        seq: 17,
        members: [{ user: "u1", name: "Ada", role: "teacher" }],
        hands: [{ at: 1.5 }],
        chat: [{ id: 3, deleted: false }],
        polls: [{ choices: ["Yes", "No"], tally: [1, 0], mine: [0] }],
        documents: [{ doc: "board.main", locked: true }],
        stage: { waitingRoom: true, sources: ["microphone"], people: { u2: [] }, spotlight: "u1", recording: 0 },
        waiting: [{ user: "u3" }],
      },
    });
  });

  it("FRAME-3 ignores fields and events it does not know, and takes defaults for missing ones", () => {
    expect(read(71, 4, "more", [])).toEqual({ kind: "saved", n: 4 });
    expect(read(200, "future")).toEqual({ kind: "unknown", tag: 200 });
    expect(read(66, 5, ["future", 1])).toEqual({ kind: "happened", seq: 5, event: { kind: "unknown" } });
    expect(read(66, 5, ["leading", ["u1"]])).toMatchObject({ event: { view: { user: "u1", doc: "", zoom: 1 } } });
  });

  it.each([
    ["no array", encode({ a: 1 })],
    ["an empty array", encode([])],
    ["a missing field", encode([68, "d"])],
    ["a wrong type", encode([71, "4"])],
    ["an unknown role", encode([66, 1, ["joined", ["u", "n", "king"]]])],
    ["truncated bytes", encode([68, "d", bytes(1, 2, 3)]).slice(0, -1)],
    ["nothing", bytes()],
  ])("refuses %s", (_what, data) => {
    expect(() => decodeFrame(data)).toThrow(BadFrame);
  });
});
