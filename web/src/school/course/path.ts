/** A student's way through a course: what is behind them, the steps before them, and what they master. Pure. */

import type { Module, Requirement } from "../shapes";
import type { Suggestion } from "./suggestions";

export interface Mastery {
  skill_id: string;
  name: string;
  /** Of a right answer to a typical question, from 0 to 1. */
  chance: number;
  answers: number;
  mastered: boolean;
}

export interface Progress {
  module_id: string;
  begun_at: string;
  done_at: string | null;
}

export interface Skill {
  id: string;
  name: string;
  modules: string[];
}

export interface Step {
  module: Module;
  standing: "done" | "begun" | "next" | "later";
  skills: Mastery[];
  /** Null: not on the way to the goal any more. */
  suggestion: Suggestion | null;
}

/** The module most others lead to: where a course ends. The last one, where nothing is said. */
export function farthest(modules: readonly Module[], requirements: readonly Requirement[]): string | null {
  const needed = new Set(requirements.map(({ requires_id }) => requires_id));
  const ends = modules.filter(({ id }) => !needed.has(id));
  return (ends.at(-1) ?? modules.at(-1))?.id ?? null;
}

/** First what is behind one, in the order of the course, then the way to the goal, in the server's order. */
export function stepsOf(
  modules: readonly Module[],
  path: readonly Suggestion[],
  progress: readonly Progress[],
  skills: readonly Skill[],
  mastery: readonly Mastery[],
): Step[] {
  const begun = new Map(progress.map((one) => [one.module_id, one]));
  const known = new Map(mastery.map((one) => [one.skill_id, one]));
  const ahead = new Set(path.map(({ module_id }) => module_id));
  const trained = (module: string): Mastery[] =>
    skills
      .filter((skill) => skill.modules.includes(module))
      .map(({ id, name }) => known.get(id) ?? { skill_id: id, name, chance: 0.5, answers: 0, mastered: false });
  const step = (module: Module, standing: Step["standing"], suggestion: Suggestion | null): Step => ({
    module,
    standing,
    suggestion,
    skills: trained(module.id),
  });
  const finished = (id: string): boolean => (begun.get(id)?.done_at ?? null) !== null || masters(trained(id));
  const behind = modules.filter(({ id }) => !ahead.has(id) && finished(id)).map((module) => step(module, "done", null));
  const before = path.flatMap((one, place) => {
    const module = modules.find(({ id }) => id === one.module_id);
    if (module === undefined) return [];
    return [step(module, begun.has(module.id) ? "begun" : place === 0 ? "next" : "later", one)];
  });
  return [...behind, ...before];
}

const masters = (skills: readonly Mastery[]): boolean => skills.length > 0 && skills.every(({ mastered }) => mastered);
