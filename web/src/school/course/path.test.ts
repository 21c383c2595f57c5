import { describe, expect, it } from "vitest";
import type { Module } from "../shapes";
import type { Mastery } from "./path";
import { farthest, stepsOf } from "./path";
import type { Suggestion } from "./suggestions";

const module = (id: string): Module => ({ id, title: id, summary: "", language: "en", status: "published", position: 1, opens_at: null, version: 1 });
const suggestion = (module_id: string): Suggestion => ({ module_id, title: module_id, worth: 0, reasons: [], pages: [] });
const MODULES = ["a", "b", "c", "d"].map(module);
const SKILLS = [
  { id: "s1", name: "one", modules: ["a", "b"] },
  { id: "s2", name: "two", modules: ["b"] },
];
const one: Mastery = { skill_id: "s1", name: "one", chance: 0.95, answers: 7, mastered: true };

describe("the way through a course", () => {
  it("shows what is behind one first, then the way to the goal in its order", () => {
    const progress = [
      { module_id: "b", begun_at: "x", done_at: null },
      { module_id: "d", begun_at: "x", done_at: "y" },
    ];
    const steps = stepsOf(MODULES, [suggestion("b"), suggestion("c")], progress, SKILLS, [one]);
    expect(steps.map(({ module: { id }, standing }) => [id, standing])).toEqual([
      ["a", "done"], // its only skill is mastered
      ["d", "done"],
      ["b", "begun"],
      ["c", "later"],
    ]);
    expect(steps[2]?.skills.map(({ name, answers }) => [name, answers])).toEqual([["one", 7], ["two", 0]]);
  });

  it("calls the first step the next one, unless it is begun", () => {
    const standing = stepsOf(MODULES, [suggestion("a"), suggestion("gone")], [], [], []).map((step) => step.standing);
    expect(standing).toEqual(["next"]);
  });

  it("leads to where nothing comes after", () => {
    expect(farthest(MODULES, [{ module_id: "d", requires_id: "c" }, { module_id: "c", requires_id: "a" }])).toBe("d");
    expect(farthest(MODULES, [{ module_id: "a", requires_id: "d" }])).toBe("c");
    expect(farthest([], [])).toBeNull();
  });
});
