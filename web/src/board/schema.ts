/**
 * A board's document, as the server validates it:
 *
 *     pages: Y.Map   page id → Y.Map { name, order, elements: Y.Map   element id → Y.Map of the element's fields }
 *
 * Elements are Excalidraw's; a field is one entry, so two people can change different fields of one element.
 * `order` sorts pages and `index` sorts elements: fractional indexes, ties broken by id. Elements are never taken out,
 * they get `isDeleted`.
 */

import { generateKeyBetween } from "fractional-indexing";
import * as Y from "yjs";

export type ElementFields = Record<string, unknown>;
export type ElementMap = Y.Map<unknown>;
export type ElementsMap = Y.Map<ElementMap>;
export type PageMap = Y.Map<unknown>;

export interface Page {
  id: string;
  /** Empty: named after its place. */
  name: string;
  order: string;
}

const FIRST_ORDER = generateKeyBetween(null, null);
const FIRST_PAGE = "page-1";

/** Everybody who finds a board empty makes this very same change, so it is one change however many make it. */
const SEED_CLIENT = 1;

export const pagesOf = (doc: Y.Doc): Y.Map<PageMap> => doc.getMap<PageMap>("pages");

export function listPages(doc: Y.Doc): Page[] {
  const pages = [...pagesOf(doc).entries()].map(([id, page]) => ({
    id,
    name: String(page.get("name") ?? ""),
    order: String(page.get("order") ?? ""),
  }));
  return pages.sort((a, b) => compare(a.order, b.order) || compare(a.id, b.id));
}

export function elementsOf(doc: Y.Doc, page: string): ElementsMap | null {
  const elements = pagesOf(doc).get(page)?.get("elements");
  return elements instanceof Y.Map ? (elements as ElementsMap) : null;
}

/** Makes the first page of a board that has none. */
export function seedBoard(doc: Y.Doc): void {
  if (pagesOf(doc).size > 0) return;
  const seed = new Y.Doc();
  seed.clientID = SEED_CLIENT;
  pagesOf(seed).set(FIRST_PAGE, newPage("", FIRST_ORDER));
  Y.applyUpdate(doc, Y.encodeStateAsUpdate(seed), "seed");
}

export function addPage(doc: Y.Doc, id: string, name: string): void {
  const last = listPages(doc).at(-1)?.order ?? null;
  pagesOf(doc).set(id, newPage(name, generateKeyBetween(last, null)));
}

export function renamePage(doc: Y.Doc, id: string, name: string): void {
  pagesOf(doc).get(id)?.set("name", name);
}

function newPage(name: string, order: string): PageMap {
  const page = new Y.Map<unknown>();
  page.set("name", name);
  page.set("order", order);
  page.set("elements", new Y.Map());
  return page;
}

export const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
