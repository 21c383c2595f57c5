import { describe, expect, it } from "vitest";
import * as Y from "yjs";
import type { ClassEvent } from "../protocol/frames";
import { EMPTY_CLASS } from "../room/classroom";
import { changed, clockTime, newClock, positionOf, steer } from "./clock";
import { Replay } from "./replay";
import { chaptersOf, docAt, scenesOf } from "./scenes";
import { NO_TALK, seatsAt, talkAfter } from "./seats";
import type { FileSource, Note, TrackFile } from "./tape";
import { documentsOf, leftStanding, noteOf, partsBefore, playingAt, tapeOf } from "./tape";
import { cuesAt, cuesOf, toWebVtt } from "./webvtt";

const event = (at: number, it: ClassEvent): Note => ({ at, kind: "frame", frame: { kind: "happened", seq: 0, event: it } });
const update = (at: number, doc: string, bytes = new Uint8Array()): Note => ({
  at,
  kind: "frame",
  frame: { kind: "update", doc, update: bytes },
});
const said = (at: number, id: number): Note =>
  event(at, {
    kind: "said",
    message: { id, user: "ana", name: "Ana", role: "student", at, text: `m${id}`, deleted: false },
  });
const caption = (at: number, text: string, final = true, user = "ana"): Note =>
  event(at, { kind: "captioned", user, name: user, text, final, lang: "" });
const led = (at: number, user: string, doc: string): Note =>
  event(at, { kind: "leading", view: { user, doc, page: "", x: 0, y: 0, zoom: 1 } });
const file = (user: string, source: FileSource, offset: number, seconds: number): TrackFile => ({
  name: `${user}-${source}.webm`,
  track: `${user}-${source}`,
  publication: `${user}-${source.startsWith("screen") ? "screen" : "me"}`,
  user,
  shownName: user.toUpperCase(),
  source,
  offset,
  seconds,
});

/** Somebody types `text` a letter a second into `doc`. */
function typed(doc: string, text: string): Note[] {
  const copy = new Y.Doc();
  const notes: Note[] = [];
  copy.on("update", (bytes: Uint8Array) => notes.push(update(notes.length + 1, doc, bytes.slice())));
  for (const [at, letter] of [...text].entries()) copy.getText("t").insert(at, letter);
  return notes;
}

describe("a tape", () => {
  it("is read line by line, and what cannot be read is left out", () => {
    const lines = [
      '{"at": 0.5, "kind": "frame", "body": [68, "board.main", "AAE="]}',
      '{"at": 1, "kind": "frame", "body": [66, 3, ["left", "eve"]]}',
      '{"at": 2, "kind": "muted", "body": {"track": "t1", "muted": true}}',
      '{"at": 3, "kind": "speaking", "body": {"tracks": ["t1"]}}',
      '{"at": 4, "kind": "unpublished", "body": {"publication": "p"}}',
      '{"at": 5, "kind": "frame", "body": [66, 4, ["from-the-future", 1]]}',
      '{"at": 6, "kind": "fra',
    ];
    const notes = lines.map(noteOf);
    expect(notes[0]).toEqual(update(0.5, "board.main", new Uint8Array([0, 1])));
    expect(notes[1]).toMatchObject({ at: 1, frame: { seq: 3, event: { kind: "left", user: "eve" } } });
    expect(notes.slice(2, 5)).toEqual([
      { at: 2, kind: "muted", track: "t1", muted: true },
      { at: 3, kind: "speaking", tracks: ["t1"] },
      null,
    ]);
    expect(notes[5]).toMatchObject({ frame: { event: { kind: "unknown" } } });
    expect(notes[6]).toBeNull();
  });

  it("lasts until it ended, or as long as there is anything", () => {
    const files = [{ ...file("ana", "camera", 2, 5), shown_name: "Ana" }];
    expect(tapeOf({ started: 100, ended: 130, files }, []).seconds).toBe(30);
    expect(tapeOf({ started: 100, ended: 130.0004, files }, [said(30.001, 1)]).seconds).toBe(30.001);
    expect(tapeOf({ started: 100, ended: null, files }, [said(9, 1)]).seconds).toBe(9);
    expect(tapeOf({ started: 100, ended: null, files }, []).seconds).toBe(7);
    expect(tapeOf({ started: 100, ended: null, files }, [said(0.2, 1), said(0.6, 2)]).notes.map(({ at }) => at)).toEqual([0, 0.6]);
    expect(documentsOf([update(1, "b"), said(1, 1), update(2, "a"), update(3, "b")])).toEqual(["b", "a"]);
    expect(playingAt([file("ana", "camera", 2, 5)], 7)).toEqual([]);
  });
});

describe("a recording in parts", () => {
  it("begins with what the parts before it left standing", () => {
    const all = ["20260102T030405Z-10", "20260102T030405Z-2", "20260102T030405Z", "20250102T030405Z"];
    expect(partsBefore("20260102T030405Z-10", all)).toEqual(["20260102T030405Z", "20260102T030405Z-2"]);
    expect(partsBefore("20260102T030405Z", all)).toEqual([]);
    const before = leftStanding([said(9, 1), caption(10, "old"), { at: 11, kind: "speaking", tracks: [] }, update(12, "a")]);
    const { notes } = tapeOf({ started: 0, ended: 60, files: [] }, [...before, said(3, 2)]);
    expect(notes.map(({ at }) => at)).toEqual([0, 0, 3]);
    expect(cuesOf(notes)).toEqual([]);
  });
});

describe("the clock", () => {
  it("moves at its speed, and stands at both ends", () => {
    const playing = changed(changed(newClock(60), 0, { speed: 2 }), 10, { moving: true });
    expect(positionOf(playing, 15)).toBe(10);
    expect(positionOf(changed(playing, 15, { moving: false }), 99)).toBe(10);
    expect(positionOf(playing, 999)).toBe(60);
    expect(changed(playing, 15, { at: -5 }).at).toBe(0);
    expect(positionOf(changed(playing, 15, { at: 30 }), 16)).toBe(32);
  });

  it("is followed gently, by a jump when far, and exactly when it stands", () => {
    expect(steer(5, 5.02, 1, true)).toEqual({ rate: 1 });
    expect(steer(5, 5.2, 1, true)).toEqual({ rate: 1.06 });
    expect(steer(5.2, 5, 1.5, true)).toEqual({ rate: 1.5 * 0.94 });
    expect(steer(5, 6, 1, true)).toEqual({ seek: 6 });
    expect(steer(5, 5.2, 1, false)).toEqual({ seek: 5.2 });
    expect(steer(5, 5, 1, false)).toEqual({ rate: 1 });
  });

  it("is read as people do", () => {
    expect([0, 59.9, 61, 3725].map((at) => clockTime(at, (value, least) => String(value).padStart(least, "0")))).toEqual(["0:00", "0:59", "1:01", "1:02:05"]);
  });
});

describe("a replay", () => {
  const letters = "abcdefghij".repeat(120);
  const notes: Note[] = [...typed("text.notes", letters), said(2.5, 1), said(600.5, 2)].sort((a, b) => a.at - b.at);
  const text = (replay: Replay): string => replay.document("text.notes").doc.getText("t").toString();

  it("shows the documents and the class as they were, forward and back", () => {
    const replay = new Replay(notes);
    for (const at of [3, 700, 10, 1200, 999, 0, 601, 600]) {
      replay.seek(at);
      expect(text(replay), `at ${at}`).toBe(letters.slice(0, at));
      expect(replay.classroom.get().chat.length, `at ${at}`).toBe(at > 600 ? 2 : at > 2 ? 1 : 0);
    }
  });

  it("keeps a document while it goes forward and makes it anew when it goes back", () => {
    const replay = new Replay(notes);
    replay.seek(700);
    const before = replay.document("text.notes");
    replay.seek(900);
    expect(replay.document("text.notes")).toBe(before);
    replay.seek(899);
    expect(replay.document("text.notes")).not.toBe(before);
    expect(replay.generation.get()).toBe(1);
    expect(text(replay)).toBe(letters.slice(0, 899));
  });

  it("keeps the chat that the whole class no longer tells, and needs no event in between", () => {
    const whole = { ...EMPTY_CLASS, seq: 90, chat: [{ id: 5, user: "b", name: "B", role: "student", at: 1, text: "x", deleted: false }] };
    const later: Note = { at: 3, kind: "frame", frame: { kind: "class", classroom: whole as never } };
    const replay = new Replay([said(1, 1), later, event(4, { kind: "left", user: "b" }), said(5, 9)]);
    replay.seek(9);
    expect(replay.classroom.get().chat.map(({ id }) => id)).toEqual([1, 5, 9]);
  });
});

describe("scenes and chapters", () => {
  it("follow the leader, else the document that is worked in", () => {
    const scenes = scenesOf([
      update(0, "board.main"),
      update(2, "board.main"),
      update(4, "text.notes"),
      update(9, "board.main"),
      update(20, "text.notes"),
      led(30, "tess", "code.main"),
      update(31, "board.main"),
      led(40, "", ""),
      update(50, "board.main"),
    ]);
    expect(scenes).toEqual([
      { at: 2, doc: "board.main" },
      { at: 20, doc: "text.notes" },
      { at: 30, doc: "code.main" },
      { at: 50, doc: "board.main" },
    ]);
    expect([0, 25, 35].map((at) => docAt(scenes, at))).toEqual(["board.main", "text.notes", "code.main"]);
    expect(docAt([], 5)).toBeNull();
  });

  it("begin where something begins, and not too close together", () => {
    const poll = (at: number, id: number, question: string): Note =>
      event(at, {
        kind: "poll",
        poll: { id, question, choices: [], many: false, live: true, open: true, revealed: false, at, tally: [], voters: 0, mine: [] },
      });
    const notes = [update(10, "board.main"), poll(12, 1, "Ready?"), poll(20, 1, "Ready?"), poll(40, 2, "Done?")];
    const files = [file("ana", "screen", 60, 5), file("ana", "screen", 70, 5), file("bo", "camera", 3, 50)];
    const tape = { started: 0, seconds: 90, notes, files };
    expect(chaptersOf(tape, scenesOf(notes))).toEqual([
      { at: 0, kind: "start" },
      { at: 10, kind: "poll", question: "Ready?" },
      { at: 40, kind: "poll", question: "Done?" },
      { at: 60, kind: "screen", name: "ANA" },
    ]);
  });
});

describe("seats", () => {
  const files = [
    file("ana", "microphone", 0, 90),
    file("ana", "camera", 0, 90),
    file("bo", "microphone", 10, 80),
    file("cy", "camera", 0, 90),
    file("dee", "camera", 0, 90),
    file("bo", "screen", 20, 10),
  ];
  const shown = (at: number, talk = NO_TALK, spotlight = ""): string[] =>
    seatsAt(files, at, talk, spotlight).seats.map(({ key, picture }) => `${key}${picture === null ? " -" : ""}`);

  it("are those who send, screens first, then whom staff chose, then who talked", () => {
    expect(shown(5)).toEqual(["ana person", "cy person", "dee person"]);
    const bo = talkAfter(NO_TALK, { at: 1, kind: "speaking", tracks: ["bo-microphone", "ana-microphone"] });
    expect(shown(15, bo, "dee")).toEqual(["dee person", "bo person -", "ana person", "cy person"]);
    expect(shown(25, bo)).toEqual(["bo screen", "bo person -", "ana person", "cy person", "dee person -"]);
  });

  it("are quiet and dark when they were", () => {
    const off = ["ana-microphone", "ana-camera"].reduce((talk, track) => talkAfter(talk, { at: 1, kind: "muted", track, muted: true }), NO_TALK);
    const { seats, voices } = seatsAt(files, 15, off, "");
    expect(seats.find(({ user }) => user === "ana")).toMatchObject({ picture: null, muted: true });
    expect(voices.map(({ name }) => name)).toEqual(["bo-microphone.webm"]);
    expect(talkAfter(off, { at: 2, kind: "muted", track: "ana-camera", muted: false }).muted.has("ana-camera")).toBe(false);
  });
});

describe("captions of a recording", () => {
  it("begin when the line was begun and end when the next does, or they have been read", () => {
    const cues = cuesOf([caption(1, "the", false), caption(3, "The sum."), caption(3.5, "Yes", true, "bo"), caption(4, "Next")]);
    expect(cues.map(({ start, end, text }) => [start, end, text])).toEqual([
      [1, 4, "The sum."],
      [3.5, 5.5, "Yes"],
      [4, 6, "Next"],
    ]);
    expect(cuesAt(cues, 4.5).map(({ text }) => text)).toEqual(["Yes", "Next"]);
    expect(cuesOf([caption(1, "never said", false), caption(2, "", false)])).toEqual([]);
  });

  it("are WebVTT, whatever people write", () => {
    const cues = cuesOf([caption(3661.0456, "a < b && c --> d\n\nNOTE")]).map((cue) => ({ ...cue, lang: "en-GB", name: "An>a" }));
    expect(toWebVtt(cues)).toBe(
      "WEBVTT\n\n1\n01:01:01.046 --> 01:01:03.046\n<v An&gt;a><lang en-GB>a &lt; b &amp;&amp; c --&gt; d NOTE</lang></v>\n",
    );
    expect(toWebVtt([])).toBe("WEBVTT\n");
  });
});
