import { describe, expect, it } from "vitest";
import { readRubric, shareOf, writeRubric } from "./rubric";
import type { Rubric } from "./shapes";

const TEXT = "Argument: weak 0, fair 2, strong 4\nLanguage: unclear 0, clear 1";

describe("a rubric", () => {
  it("is typed a line a criterion and shown again the same", () => {
    const read = readRubric(TEXT);
    expect("rubric" in read && read.rubric?.criteria.map(({ levels }) => levels.length)).toEqual([3, 2]);
    expect(writeRubric("rubric" in read ? read.rubric : null)).toBe(TEXT);
  });

  it("may be left out, and says which line is not one", () => {
    expect(readRubric(" \n")).toEqual({ rubric: null });
    expect(readRubric("Argument: weak, strong 4")).toEqual({ bad: "Argument: weak, strong 4" });
    expect(readRubric("no colon 4")).toEqual({ bad: "no colon 4" });
  });

  it("comes to a share once every criterion has its level", () => {
    const { rubric } = readRubric(TEXT) as { rubric: Rubric };
    const pick = (level: string): { level: string; comment: string } => ({ level, comment: "" });
    expect(shareOf(rubric, { c1: pick("l2") })).toBeNull();
    expect(shareOf(rubric, { c1: pick("l2"), c2: pick("l2") })).toBeCloseTo(3 / 5);
  });
});
