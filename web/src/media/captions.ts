/** Captions: lines of text that say what is being said, folded from `captioned`. Pure. */

import type { Captioned } from "../protocol/frames";

export interface Line {
  /** Counts up; a line keeps it until it is final, and then has another, so that it is read out once and whole. */
  key: number;
  user: string;
  name: string;
  text: string;
  lang: string;
  final: boolean;
  /** When it was begun and when it was changed last, in seconds of whatever clock. */
  begun: number;
  at: number;
}

export interface Captions {
  lines: readonly Line[];
  next: number;
}

export const NO_CAPTIONS: Captions = { lines: [], next: 1 };

/** Lines that are held, and for how long they are shown after they stopped changing. */
const MOST_LINES = 4;
export const SHOWN_SECONDS = 12;

export function heard({ lines, next }: Captions, event: Captioned, at: number): Captions {
  const open = lines.find(({ user, final }) => user === event.user && !final);
  const others = lines.filter((line) => line !== open);
  if (event.text === "") return { lines: others, next };
  const { user, name, text, lang, final } = event;
  const key = open !== undefined && !final ? open.key : next;
  const line = { key, user, name, text, lang, final, begun: open?.begun ?? at, at };
  const place = open === undefined ? others.length : lines.indexOf(open);
  return { lines: others.toSpliced(place, 0, line).slice(-MOST_LINES), next: Math.max(next, key + 1) };
}

/** Without what has stood long enough; the same when nothing has. */
export function faded(captions: Captions, now: number): Captions {
  const lines = captions.lines.filter(({ at }) => now - at < SHOWN_SECONDS);
  return lines.length === captions.lines.length ? captions : { ...captions, lines };
}
