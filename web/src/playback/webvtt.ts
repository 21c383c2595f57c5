/** Captions of a recording as cues, and as a WebVTT file (https://www.w3.org/TR/webvtt1/). Pure. */

import type { Captions } from "../media/captions";
import { heard, NO_CAPTIONS } from "../media/captions";
import type { Note } from "./tape";

export interface Cue {
  start: number;
  end: number;
  user: string;
  name: string;
  text: string;
  lang: string;
}

/** A line stays long enough to be read (about 15 characters a second), and not much longer. */
const SHORTEST = 2;
const CHARACTERS_A_SECOND = 15;
const LONGEST = 10;

/** A cue begins when its line was begun, and ends when the next of the same voice does, or it has been read. */
export function cuesOf(notes: readonly Note[]): Cue[] {
  let captions: Captions = NO_CAPTIONS;
  const cues: Cue[] = [];
  for (const { at, ...note } of notes) {
    if (note.kind !== "frame" || note.frame.kind !== "happened" || note.frame.event.kind !== "captioned") continue;
    const { event } = note.frame;
    captions = heard(captions, event, at);
    const line = captions.lines.find(({ user, at: changed, final }) => final && user === event.user && changed === at);
    if (!event.final || line === undefined) continue;
    const { user, name, text, lang, begun } = line;
    const before = cues.findLast((cue) => cue.user === user);
    if (before !== undefined) before.end = Math.min(before.end, Math.max(begun, before.start + 0.001));
    const reading = Math.min(LONGEST, Math.max(SHORTEST, text.length / CHARACTERS_A_SECOND));
    cues.push({ start: begun, end: Math.max(at, begun) + reading, user, name, text, lang });
  }
  return cues.sort((a, b) => a.start - b.start);
}

export const cuesAt = (cues: readonly Cue[], at: number): Cue[] => cues.filter(({ start, end }) => start <= at && at < end);

export function toWebVtt(cues: readonly Cue[]): string {
  const blocks = cues.map(({ start, end, name, text, lang }, index) => {
    const words = lang === "" ? escaped(text) : `<lang ${lang}>${escaped(text)}</lang>`;
    return `${index + 1}\n${stamp(start)} --> ${stamp(end)}\n<v ${escaped(name)}>${words}</v>\n`;
  });
  return ["WEBVTT\n", ...blocks].join("\n");
}

function stamp(seconds: number): string {
  const milliseconds = Math.round(seconds * 1000);
  const part = (size: number, of: number, digits: number): string =>
    String(Math.floor(milliseconds / size) % of).padStart(digits, "0");
  return `${part(3_600_000, Infinity, 2)}:${part(60_000, 60, 2)}:${part(1000, 60, 2)}.${part(1, 1000, 3)}`;
}

/** A name must not end its own tag, nor a line the cue. */
const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll(/\s+/g, " ");
