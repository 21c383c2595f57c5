/** Elements as plain fields: copied, compared, ordered. Pure. */

import type { ElementFields } from "./schema";
import { compare } from "./schema";

/** Excalidraw's element, as far as the binding looks into it. */
export interface SceneElement {
  readonly id: string;
  readonly version: number;
  readonly versionNonce: number;
  readonly index?: string | null;
  readonly isDeleted: boolean;
}

/** These alone are no change: they only count changes. */
const BOOKKEEPING = new Set(["version", "versionNonce", "updated"]);

/** 1/64 px is finer than anything shown, and such numbers travel in 5 bytes instead of 9. */
const GRID = 64;

/** A deep copy without undefined fields; freehand points are put on a fine grid. */
export function fieldsOf(element: SceneElement): ElementFields {
  const fields: ElementFields = {};
  for (const [name, value] of Object.entries(element)) {
    if (value === undefined || typeof value === "function") continue;
    fields[name] = name === "points" || name === "pressures" ? onGrid(value) : clone(value);
  }
  return fields;
}

/** The fields of `next` that differ from `known`; null when nothing worth telling does. */
export function changedFields(known: ElementFields | undefined, next: ElementFields): ElementFields | null {
  const changes: ElementFields = {};
  let real = known === undefined;
  for (const [name, value] of Object.entries(next)) {
    if (known !== undefined && same(known[name], value)) continue;
    changes[name] = value;
    real ||= !BOOKKEEPING.has(name);
  }
  return real ? changes : null;
}

/** In drawing order: by fractional index, ties by id, elements without one last. */
export function inOrder<T extends SceneElement>(elements: Iterable<T>): T[] {
  return [...elements].sort((a, b) => compare(a.index ?? "~", b.index ?? "~") || compare(a.id, b.id));
}

export function same(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  const keys = Object.keys(a);
  if (Array.isArray(a) !== Array.isArray(b) || keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => key in b && same((a as ElementFields)[key], (b as ElementFields)[key]));
}

function clone(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(clone);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => inner !== undefined)
      .map(([name, inner]) => [name, clone(inner)]),
  );
}

function onGrid(value: unknown): unknown {
  if (typeof value === "number") return Math.round(value * GRID) / GRID;
  return Array.isArray(value) ? value.map(onGrid) : value;
}
