/**
 * A recording as it was written: files of tracks, and notes of what happened beside them. Pure.
 * All times are seconds from its beginning.
 */

import type { ServerFrame } from "../protocol/frames";
import { readFrame } from "../protocol/codec";

export type FileSource = "camera" | "microphone" | "screen" | "screen-audio";

export interface TrackFile {
  name: string;
  track: string;
  publication: string;
  user: string;
  shownName: string;
  source: FileSource;
  offset: number;
  seconds: number;
}

/** One thing that happened: a frame the room was sent, or what the media node knows. */
export type Happening =
  | { kind: "frame"; frame: ServerFrame }
  | { kind: "muted"; track: string; muted: boolean }
  | { kind: "speaking"; tracks: string[] };

export type Note = { at: number } & Happening;

export interface Tape {
  /** Unix seconds. */
  started: number;
  seconds: number;
  files: TrackFile[];
  notes: Note[];
}

interface Timeline {
  started: number;
  ended: number | null;
  files: (Omit<TrackFile, "shownName"> & { shown_name: string })[];
}

/** A recording begins with all there was, told a moment after it began: that is there from the first moment. */
const BEGINNING = 0.5;

export function tapeOf(timeline: unknown, notes: Note[]): Tape {
  const { started, ended, files } = timeline as Timeline;
  const read = files.map(({ shown_name, ...file }) => ({ ...file, shownName: shown_name }));
  const lasted = Math.max(0, ...read.map(({ offset, seconds }) => offset + seconds), notes.at(-1)?.at ?? 0);
  // What was noted in its last moment is in it: times are rounded, and the clock on the wall is another.
  const seconds = Math.max(lasted, ended === null ? 0 : ended - started);
  return { started, seconds, files: read, notes: fromTheStart(notes) };
}

const fromTheStart = (notes: Note[]): Note[] => notes.map((note) => (note.at < BEGINNING ? { ...note, at: 0 } : note));

/** One line of `events.jsonl`; null for what this page does not know or cannot read (a line a crash cut off). */
export function noteOf(line: string): Note | null {
  try {
    const { at, kind, body } = JSON.parse(line) as { at: number; kind: string; body: unknown };
    const happening = happeningOf(kind, body);
    return happening === null ? null : { at, ...happening };
  } catch {
    return null;
  }
}

function happeningOf(kind: string, body: unknown): Happening | null {
  switch (kind) {
    case "frame":
      return { kind, frame: readFrame(withBytes(body as unknown[])) };
    case "muted": {
      const { track, muted } = body as { track: string; muted: boolean };
      return { kind, track, muted };
    }
    case "speaking":
      return { kind, tracks: (body as { tracks: string[] }).tracks };
    default:
      return null;
  }
}

const UPDATE = 68;

/** JSON holds the bytes of an `Update` in base64. */
function withBytes(frame: unknown[]): unknown[] {
  return frame[0] === UPDATE ? [frame[0], frame[1], bytesOf(String(frame[2]))] : frame;
}

const bytesOf = (base64: string): Uint8Array => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));

/**
 * A recording whose node died goes on in a folder of its own, `{id}-2`, that does not begin with everything: the ids of
 * the parts before it, in order.
 */
export function partsBefore(id: string, all: readonly string[]): string[] {
  const [first, part] = partOf(id);
  return all.filter((other) => partOf(other)[0] === first && partOf(other)[1] < part).sort((a, b) => partOf(a)[1] - partOf(b)[1]);
}

function partOf(id: string): [first: string, part: number] {
  const [first = id, part = "1"] = id.split("-");
  return [first, Number(part)];
}

/** Of an earlier part: the class and the documents, at the very beginning. */
export const leftStanding = (notes: readonly Note[]): Note[] =>
  notes.flatMap((note) => {
    if (note.kind !== "frame") return [];
    if (note.frame.kind === "happened" && note.frame.event.kind === "captioned") return [];
    return [{ ...note, at: 0 }];
  });

/** Documents that hold something in this recording, in the order they came. */
export function documentsOf(notes: readonly Note[]): string[] {
  const names = new Set<string>();
  for (const note of notes) if (note.kind === "frame" && note.frame.kind === "update") names.add(note.frame.doc);
  return [...names];
}

/** The files that have something to show or to play at `at`. */
export const playingAt = (files: readonly TrackFile[], at: number): TrackFile[] =>
  files.filter(({ offset, seconds }) => offset <= at && at < offset + seconds);
