/** What a module still asks for, said by title. Pure. */

import type { Module, Requirement } from "../shapes";

/** By module, the titles of those to take before it, in the order of the course. */
export function before(modules: readonly Module[], requirements: readonly Requirement[]): Map<string, Module[]> {
  const found = new Map<string, Module[]>();
  for (const module of modules) {
    const wanted = new Set(requirements.filter((one) => one.module_id === module.id).map((one) => one.requires_id));
    found.set(
      module.id,
      modules.filter((one) => wanted.has(one.id)),
    );
  }
  return found;
}

/** A file's size for people: `[12, "kilobyte"]`. */
export function sizeOf(bytes: number): [number, "byte" | "kilobyte" | "megabyte"] {
  if (bytes < 1000) return [bytes, "byte"];
  if (bytes < 1_000_000) return [Math.round(bytes / 1000), "kilobyte"];
  return [Math.round(bytes / 100_000) / 10, "megabyte"];
}
