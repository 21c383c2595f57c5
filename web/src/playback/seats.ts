/** Who is seen and heard at a moment of a recording. Pure. */

import type { FileSource, Note, TrackFile } from "./tape";
import { playingAt } from "./tape";

/** One person's, or one screen's, place. */
export interface Seat {
  key: string;
  user: string;
  name: string;
  screen: boolean;
  /** The file that is shown; null: they are only heard, or their camera is off. */
  picture: TrackFile | null;
  talking: boolean;
  muted: boolean;
}

export interface Seats {
  seats: Seat[];
  /** What is to be heard. */
  voices: TrackFile[];
}

/** So many pictures and voices play at once: a browser opens few connections to one server. */
const MOST_PICTURES = 3;
const MOST_VOICES = 3;

/** What the media node noted, as of a moment. */
export interface Talk {
  muted: ReadonlySet<string>;
  /** Audio tracks, the one who talked last first. */
  speaking: readonly string[];
}

export const NO_TALK: Talk = { muted: new Set(), speaking: [] };

export function talkAfter(talk: Talk, note: Note): Talk {
  if (note.kind === "speaking") return { ...talk, speaking: note.tracks };
  if (note.kind !== "muted" || talk.muted.has(note.track) === note.muted) return talk;
  const muted = new Set(talk.muted);
  if (note.muted) muted.add(note.track);
  else muted.delete(note.track);
  return { ...talk, muted };
}

const SOUNDS: readonly FileSource[] = ["microphone", "screen-audio"];

/** Screens come first, then whom staff chose, then who talked last; the others stay in the order they came. */
export function seatsAt(files: readonly TrackFile[], at: number, talk: Talk, spotlight: string): Seats {
  const playing = playingAt(files, at);
  const rank = (track: string | undefined): number => {
    const place = track === undefined ? -1 : talk.speaking.indexOf(track);
    return place < 0 ? Infinity : place;
  };
  const people = grouped(playing).map(([key, first, parts]) => {
    const sound = parts.findLast(({ source }) => SOUNDS.includes(source));
    const picture = parts.findLast(({ source, track }) => !SOUNDS.includes(source) && !talk.muted.has(track)) ?? null;
    const muted = !isScreen(first) && (sound === undefined || talk.muted.has(sound.track));
    const talking = !muted && rank(sound?.track) === 0;
    const place = isScreen(first) ? -2 : first.user === spotlight ? -1 : rank(sound?.track);
    return { place, seat: { key, user: first.user, name: first.shownName, screen: isScreen(first), picture, talking, muted } };
  });
  people.sort((a, b) => (a.place === b.place ? 0 : a.place - b.place));
  let left = MOST_PICTURES;
  const seats = people.map(({ seat }) => (seat.picture !== null && left-- > 0 ? seat : { ...seat, picture: null }));
  const voices = playing.filter(({ source, track }) => SOUNDS.includes(source) && !talk.muted.has(track));
  voices.sort((a, b) => voiceRank(a, rank) - voiceRank(b, rank));
  return { seats, voices: voices.slice(0, MOST_VOICES) };
}

function grouped(files: readonly TrackFile[]): [key: string, first: TrackFile, all: TrackFile[]][] {
  const groups = new Map<string, [string, TrackFile, TrackFile[]]>();
  for (const file of files) {
    const key = `${file.user} ${isScreen(file) ? "screen" : "person"}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [key, file, [file]]);
    else group[2].push(file);
  }
  return [...groups.values()];
}

const isScreen = ({ source }: TrackFile): boolean => source.startsWith("screen");

const voiceRank = (file: TrackFile, rank: (track: string) => number): number =>
  file.source === "screen-audio" ? -1 : Math.min(rank(file.track), 1000);
