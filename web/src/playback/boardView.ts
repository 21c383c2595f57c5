/** Where to look on a board when nobody leads: the page that is worked on, moved only when work leaves the view. Pure. */

import type * as Y from "yjs";
import { elementsOf, pagesOf } from "../board/schema";
import type { Place } from "../class/editor";

interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** A view of magnification 1 shows so much of the board (see board/viewport.ts), and not more than life-size. */
const WIDE = 1000;
const HIGH = 560;
const MARGIN = 60;
const LARGEST = 1;

export function boxOf(doc: Y.Doc, page: string): Box | null {
  const boxes = [...(elementsOf(doc, page)?.values() ?? [])].flatMap((element) => {
    if (element.get("isDeleted") === true) return [];
    const [x, y, width, height] = ["x", "y", "width", "height"].map((field) => Number(element.get(field) ?? 0)) as [number, number, number, number];
    return [{ left: Math.min(x, x + width), top: Math.min(y, y + height), right: Math.max(x, x + width), bottom: Math.max(y, y + height) }];
  });
  return boxes.reduce<Box | null>((all, box) => (all === null ? box : union(all, box)), null);
}

const union = (a: Box, b: Box): Box => ({
  left: Math.min(a.left, b.left),
  top: Math.min(a.top, b.top),
  right: Math.max(a.right, b.right),
  bottom: Math.max(a.bottom, b.bottom),
});

/** `before` while everything is inside of it; else a place that holds all of the page. */
export function placeFor(before: Place | null, page: string, box: Box | null): Place | null {
  if (box === null) return before?.page === page ? before : null;
  if (before?.page === page && holds(before, box)) return before;
  const zoom = Math.min(LARGEST, WIDE / (box.right - box.left + 2 * MARGIN), HIGH / (box.bottom - box.top + 2 * MARGIN));
  return { page, x: (box.left + box.right) / 2, y: (box.top + box.bottom) / 2, zoom };
}

function holds({ x, y, zoom }: Place, { left, top, right, bottom }: Box): boolean {
  const [wide, high] = [WIDE / zoom / 2, HIGH / zoom / 2];
  return left >= x - wide && right <= x + wide && top >= y - high && bottom <= y + high;
}

/** The page that changed last, out of what a deep observer of `pagesOf` is told. */
export function pageOfEvents(doc: Y.Doc, events: readonly Y.YEvent<Y.AbstractType<unknown>>[]): string | null {
  const page = events.findLast(({ path }) => path.length > 0)?.path[0];
  return typeof page === "string" && pagesOf(doc).has(page) ? page : null;
}
