/** What to look at, and where something begins: which document, whose screen, a poll. Pure. */

import type { Note, Tape, TrackFile } from "./tape";

/** From `at` on this is in view. */
export interface Scene {
  at: number;
  doc: string;
}

export type Chapter = { at: number } & (
  | { kind: "start" }
  | { kind: "document"; doc: string }
  | { kind: "poll"; question: string }
  | { kind: "screen"; name: string }
);

/** Who works alone in another document does not take everybody there: the one in view must have rested so long. */
const RESTED = 8;
/** What a recording begins with was not done in it. */
const BEGINNING = 1;
/** Two chapters are at least so far apart. */
const APART = 5;

/** Where the class looks: the leader's document, or without a leader where work goes on. */
export function scenesOf(notes: readonly Note[]): Scene[] {
  const scenes: Scene[] = [];
  let leader = "";
  let worked = -Infinity;
  const look = (at: number, doc: string): void => {
    if (doc !== "" && scenes.at(-1)?.doc !== doc) scenes.push({ at, doc });
  };
  for (const note of notes) {
    if (note.kind !== "frame") continue;
    const { at, frame } = note;
    const view = frame.kind === "class" ? frame.classroom.leader : null;
    if (view !== null || (frame.kind === "happened" && frame.event.kind === "leading")) {
      const led = view ?? (frame.kind === "happened" && frame.event.kind === "leading" ? frame.event.view : null);
      leader = led?.user ?? "";
      if (leader !== "") look(at, led?.doc ?? "");
    }
    if (frame.kind !== "update" || leader !== "" || at < BEGINNING) continue;
    const here = scenes.at(-1)?.doc === frame.doc;
    if (!here && at - worked >= RESTED) look(at, frame.doc);
    if (here || scenes.at(-1)?.doc === frame.doc) worked = at;
  }
  return scenes;
}

export const docAt = (scenes: readonly Scene[], at: number): string | null =>
  (scenes.findLast((scene) => scene.at <= at) ?? scenes[0])?.doc ?? null;

export function chaptersOf({ notes, files }: Tape, scenes: readonly Scene[]): Chapter[] {
  const all: Chapter[] = [
    ...scenes.map(({ at, doc }): Chapter => ({ at, kind: "document", doc })),
    ...pollsOf(notes),
    ...screensOf(files),
  ].sort((a, b) => a.at - b.at);
  const chapters: Chapter[] = [{ at: 0, kind: "start" }];
  for (const chapter of all) {
    const before = chapters.at(-1);
    if (before !== undefined && chapter.at - before.at >= APART) chapters.push(chapter);
    else if (before?.kind === "document" && chapter.kind !== "document") chapters.splice(-1, 1, { ...chapter, at: before.at });
  }
  return chapters;
}

function pollsOf(notes: readonly Note[]): Chapter[] {
  const seen = new Set<number>();
  const chapters: Chapter[] = [];
  for (const note of notes) {
    if (note.kind !== "frame") continue;
    const { at, frame } = note;
    if (frame.kind === "class") for (const { id } of frame.classroom.polls) seen.add(id);
    if (frame.kind !== "happened" || frame.event.kind !== "poll" || seen.has(frame.event.poll.id)) continue;
    seen.add(frame.event.poll.id);
    chapters.push({ at, kind: "poll", question: frame.event.poll.question });
  }
  return chapters;
}

/** A screen whose sending broke for a moment has another file, and is no other chapter. */
function screensOf(files: readonly TrackFile[]): Chapter[] {
  const seen = new Set<string>();
  const chapters: Chapter[] = [];
  for (const { source, publication, offset, shownName } of files) {
    if (source !== "screen" || seen.has(publication)) continue;
    seen.add(publication);
    chapters.push({ at: offset, kind: "screen", name: shownName });
  }
  return chapters;
}
