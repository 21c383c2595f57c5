/** A rubric as text that a person can type, and back; and what picked levels come to. Pure. */

import type { Pick, Rubric } from "./shapes";

/**
 * One criterion a line: `Argument: weak 0, fair 2, strong 4`. What cannot be read as that is named, so that it can be
 * mended.
 */
export function readRubric(text: string): { rubric: Rubric | null } | { bad: string } {
  const criteria: Rubric["criteria"] = [];
  for (const line of text.split("\n").map((one) => one.trim()).filter(Boolean)) {
    const [name = "", levels = ""] = splitOnce(line, ":");
    const read = levels.split(",").map((one) => /^\s*(.*\S)\s+(\d+(?:\.\d+)?)\s*$/.exec(one));
    if (name === "" || read.some((one) => one === null)) return { bad: line };
    criteria.push({
      id: `c${criteria.length + 1}`,
      text: name,
      levels: read.map((one, place) => ({ id: `l${place + 1}`, text: one?.[1] ?? "", points: one?.[2] ?? "0" })),
    });
  }
  return { rubric: criteria.length === 0 ? null : { criteria } };
}

export const writeRubric = (rubric: Rubric | null): string =>
  (rubric?.criteria ?? [])
    .map(({ text, levels }) => `${text}: ${levels.map((level) => `${level.text} ${Number(level.points)}`).join(", ")}`)
    .join("\n");

function splitOnce(line: string, mark: string): [string, string] {
  const at = line.indexOf(mark);
  return at < 0 ? ["", line] : [line.slice(0, at).trim(), line.slice(at + 1)];
}

/** The share of the points that picked levels earn; null while a criterion has none. */
export function shareOf(rubric: Rubric, picks: Readonly<Record<string, Pick>>): number | null {
  let earned = 0;
  let most = 0;
  for (const { id, levels } of rubric.criteria) {
    const level = levels.find((one) => one.id === picks[id]?.level);
    if (level === undefined) return null;
    earned += Number(level.points);
    most += Math.max(...levels.map(({ points }) => Number(points)));
  }
  return most === 0 ? null : earned / most;
}
