/** How captions are shown on this device. */

import { Store } from "../room/store";

export type CaptionSize = "small" | "medium" | "large" | "huge";

export interface CaptionChoice {
  on: boolean;
  size: CaptionSize;
}

export const CAPTION_SIZES: readonly CaptionSize[] = ["small", "medium", "large", "huge"];

const KEY = "lyceum.captions";

export const captionChoice = new Store<CaptionChoice>({ on: false, size: "medium", ...remembered() });

export function chooseCaptions(change: Partial<CaptionChoice>): void {
  captionChoice.update((choice) => ({ ...choice, ...change }));
  try {
    localStorage.setItem(KEY, JSON.stringify(captionChoice.get()));
  } catch {
    return; // private windows: the choice lasts as long as the page
  }
}

function remembered(): Partial<CaptionChoice> {
  try {
    const { on, size } = JSON.parse(localStorage.getItem(KEY) ?? "{}") as Partial<CaptionChoice>;
    return { on: on === true, ...(size !== undefined && CAPTION_SIZES.includes(size) ? { size } : {}) };
  } catch {
    return {};
  }
}
