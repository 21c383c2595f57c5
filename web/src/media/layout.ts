/** Who is shown, in which order, and whom everybody looks at. Pure. */

import type { CallState } from "./state";
import type { Publication, Track } from "./model";
import { trackFrom } from "./model";

export interface Tile {
  /** Steady over a reconnection: the person and what is shown of them. */
  key: string;
  publication: string;
  user: string;
  name: string;
  screen: boolean;
  /** From this very tab. */
  mine: boolean;
  video: Track | null;
  audio: Track | null;
}

interface Self {
  user: string;
  name: string;
}

export function tilesOf(state: CallState, self: Self): Tile[] {
  const own = new Set([state.own.me.publication, state.own.screen.publication]);
  const isMine = ({ id, conn }: Publication): boolean => own.has(id) || (conn !== "" && conn === state.conn);
  const seen = new Map<string, number>();
  const tiles = state.publications.flatMap((publication) => {
    const tile = tileOf(publication, isMine(publication));
    const count = (seen.get(tile.key) ?? 0) + 1;
    seen.set(tile.key, count);
    return [count === 1 ? tile : { ...tile, key: `${tile.key}#${count}` }];
  });
  return tiles.some((tile) => tile.mine && !tile.screen) ? tiles : [...tiles, silent(self)];
}

function tileOf(publication: Publication, mine: boolean): Tile {
  const screen = publication.tracks.some(({ source }) => source === "screen");
  return {
    key: mine ? (screen ? "my-screen" : "me") : `${publication.user} ${screen ? "screen" : "person"}`,
    publication: publication.id,
    user: publication.user,
    name: publication.name,
    screen,
    mine,
    video: trackFrom(publication, screen ? "screen" : "camera") ?? null,
    audio: trackFrom(publication, screen ? "screen-audio" : "microphone") ?? null,
  };
}

/** Ourselves, before or without publishing anything. */
const silent = (self: Self): Tile => ({
  key: "me",
  publication: "",
  user: self.user,
  name: self.name,
  screen: false,
  mine: true,
  video: null,
  audio: null,
});

/** The tile whose sound comes first among the recent talkers. */
export function speakerOf(tiles: readonly Tile[], speakers: readonly string[], others = false): Tile | undefined {
  for (const track of speakers) {
    const tile = tiles.find(({ audio, mine }) => audio?.id === track && !(others && mine));
    if (tile !== undefined) return tile;
  }
  return undefined;
}

/**
 * People keep their places, so that nobody hunts for a face: newcomers come last, and who talks but is past the first
 * `front` places changes places with the one among those who was silent the longest.
 */
export function placed(
  before: readonly string[],
  tiles: readonly Tile[],
  speakers: readonly string[],
  front: number,
): string[] {
  const here = new Set(tiles.map(({ key }) => key));
  const order = [...before.filter((key) => here.has(key))];
  for (const { key } of tiles) if (!order.includes(key)) order.push(key);
  const active = speakerOf(tiles, speakers);
  const at = active === undefined ? -1 : order.indexOf(active.key);
  if (active === undefined || at < front) return order;
  const talked = new Map(tiles.map(({ key, audio }) => [key, audio === null ? -1 : speakers.indexOf(audio.id)]));
  const silence = (key: string): number => (talked.get(key) === -1 ? Infinity : (talked.get(key) ?? Infinity));
  const quietest = order.slice(0, front).reduce((worst, key) => (silence(key) >= silence(worst) ? key : worst));
  const place = order.indexOf(quietest);
  return order.with(place, active.key).with(at, quietest);
}

/** Past so many people an even grid shows nobody well: the one who talks is shown large. */
const EVEN_GRID = 6;

/** The one shown large: whom I chose, whom staff chose, a screen, or who talks in a large group. Null: all alike. */
export function focusOf(
  tiles: readonly Tile[],
  pinned: string | null,
  spotlight: string,
  speakers: readonly string[],
): string | null {
  const chosen = tiles.find(({ key }) => key === pinned) ?? tiles.find((tile) => spotlight !== "" && tile.publication === spotlight);
  if (chosen !== undefined) return chosen.key;
  const screens = tiles.filter(({ screen, mine }) => screen && !mine);
  if (screens.length > 0) return screens.at(-1)?.key ?? null;
  if (tiles.length <= EVEN_GRID) return null;
  return (speakerOf(tiles, speakers, true) ?? tiles.find(({ mine }) => !mine))?.key ?? null;
}
