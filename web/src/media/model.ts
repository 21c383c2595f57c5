/** The nouns of a call, and how they are read from the media node's maps (docs/media.md). Pure. */

import type { Body } from "./signals";

export type Source = "camera" | "microphone" | "screen" | "screen-audio";

export interface Track {
  id: string;
  kind: "audio" | "video";
  source: Source;
  muted: boolean;
}

/** One person's devices, or one shared screen: what one connection of theirs sends. */
export interface Publication {
  id: string;
  user: string;
  name: string;
  /** The publisher's connection to the room. */
  conn: string;
  tracks: Track[];
}

/** How a track is wanted: the height it is shown at in pixels of the screen; higher priority keeps quality longer. */
export interface Want {
  track: string;
  height: number;
  priority: number;
  paused: boolean;
}

export const SOURCES: readonly Source[] = ["camera", "microphone", "screen", "screen-audio"];

export const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

export const textsOf = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : [];

const mapsOf = (value: unknown): Body[] =>
  Array.isArray(value) ? value.filter((one): one is Body => typeof one === "object" && one !== null) : [];

/** A publication from `published` or one of `join`'s; tracks of a source unknown here are left out. */
export function publicationOf(body: Body): Publication {
  return {
    id: textOf(body.publication),
    user: textOf(body.user),
    name: textOf(body.name),
    conn: textOf(body.conn),
    tracks: mapsOf(body.tracks).flatMap(trackOf),
  };
}

export const publicationsOf = (body: Body): Publication[] => mapsOf(body.publications).map(publicationOf);

function trackOf(body: Body): Track[] {
  const [source] = sourcesOf([body.source]);
  if (source === undefined) return [];
  const kind = body.kind === "video" ? "video" : "audio";
  return [{ id: textOf(body.id), kind, source, muted: body.muted === true }];
}

export const sourcesOf = (value: unknown): Source[] => SOURCES.filter((source) => textsOf(value).includes(source));

export const trackFrom = (publication: Publication | undefined, source: Source): Track | undefined =>
  publication?.tracks.find((track) => track.source === source);
