/** What is asked of the node: every voice it lets through, and the pictures in view, as tall as they are shown. Pure. */

import type { Tile } from "./layout";
import type { Want } from "./model";

/** A receiving connection carries 64 tracks; voices come first. */
const MOST_VOICES = 40;
const MOST_PICTURES = 20;
/** Heights are asked for in steps, so that a window being dragged does not ask sixty times a second. */
const STEPS = [90, 180, 270, 360, 540, 720, 1080, 1440] as const;

/** Height in pixels of the screen by tile; 0 or missing: not in view. */
export type Sizes = ReadonlyMap<string, number>;

export interface Choice {
  tiles: readonly Tile[];
  sizes: Sizes;
  speakers: readonly string[];
  focus: string | null;
  /** No pictures; a shared screen stays. */
  audioOnly: boolean;
  /** The person's own other tabs are seen, not heard. */
  user: string;
}

export function wantsOf(choice: Choice): Want[] {
  return [...voices(choice), ...pictures(choice)];
}

export const stepOf = (pixels: number): number => STEPS.find((step) => step >= pixels) ?? 2160;

function voices({ tiles, speakers, user }: Choice): Want[] {
  const rank = (track: string): number => {
    const at = speakers.indexOf(track);
    return at < 0 ? speakers.length : at;
  };
  return tiles
    .flatMap(({ mine, user: whose, audio }) => (mine || whose === user || audio === null ? [] : [audio.id]))
    .sort((a, b) => rank(a) - rank(b))
    .slice(0, MOST_VOICES)
    .map((track) => ({ track, height: 0, priority: 5, paused: false }))
    .sort((a, b) => (a.track < b.track ? -1 : 1));
}

/** Those in view come first; the others stay on the connection, paused, as long as there is room. */
function pictures({ tiles, sizes, focus, speakers, audioOnly }: Choice): Want[] {
  const talking = new Set(speakers.slice(0, 1));
  return tiles
    .flatMap((tile) => {
      if (tile.mine || tile.video === null) return [];
      const pixels = audioOnly && !tile.screen ? 0 : (sizes.get(tile.key) ?? 0);
      const priority = tile.screen ? 4 : tile.key === focus ? 3 : tile.audio && talking.has(tile.audio.id) ? 2 : 1;
      return [{ track: tile.video.id, height: stepOf(pixels), priority, paused: pixels === 0 }];
    })
    .sort((a, b) => Number(a.paused) - Number(b.paused) || b.priority - a.priority)
    .slice(0, MOST_PICTURES)
    .sort((a, b) => (a.track < b.track ? -1 : 1));
}
