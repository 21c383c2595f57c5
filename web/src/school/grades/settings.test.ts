import { describe, expect, it } from "vitest";
import type { BookForm, BookSettings } from "./settings";
import { bookProblem, fromBook, sharesOf, toBook } from "./settings";

const KEPT: BookSettings = {
  categories: [{ name: "quizzes", weight: 3, drop_lowest: 1, equal: true }],
  missing_counts: true,
  curve: "raise-mean",
  curve_mean: 70,
  scale: [
    { least: 50, grade: "passed" },
    { least: 0, grade: "not yet" },
  ],
  version: 4,
};
const FORM = fromBook(KEPT, ["quizzes", "assignments", "assignments"]);

describe("how marks add up", () => {
  it("is typed and sent the same, with the categories that are used and not named", () => {
    expect(FORM.categories.map(({ name, weight }) => [name, weight])).toEqual([["quizzes", "3"], ["assignments", "1"]]);
    expect({ ...toBook(fromBook(KEPT, [])), version: 4 }).toEqual(KEPT);
  });

  it("sends a scale that falls, however it was typed, and a mean only where it counts", () => {
    const typed: BookForm = { ...FORM, curve: "root", scale: [...FORM.scale].reverse() };
    expect(toBook(typed).scale.map(({ least }) => least)).toEqual([50, 0]);
    expect(toBook(typed).curve_mean).toBeNull();
  });

  it("says what is not right", () => {
    const [first, second] = FORM.categories;
    if (first === undefined || second === undefined) throw new Error("two categories");
    const wrong = (change: Partial<BookForm>): unknown => bookProblem({ ...FORM, ...change });
    expect(bookProblem(FORM)).toBeNull();
    expect(wrong({ categories: [{ ...first, name: " " }] })).toBe("name");
    expect(wrong({ categories: [first, { ...second, name: "quizzes " }] })).toBe("twice");
    expect(wrong({ categories: [{ ...first, weight: "-1" }] })).toBe("weight");
    expect(wrong({ categories: [{ ...first, drop: "0.5" }] })).toBe("drop");
    expect(wrong({ mean: "" })).toBe("mean");
    expect(wrong({ scale: [{ least: "0", grade: "" }] })).toBe("step");
    expect(wrong({ scale: [{ least: "50", grade: "passed" }] })).toBe("zero");
  });

  it("tells each category's part of the course", () => {
    expect(sharesOf(FORM.categories)).toEqual([0.75, 0.25]);
    expect(sharesOf(FORM.categories.map((one) => ({ ...one, weight: "0" })))).toBeNull();
    expect(sharesOf(FORM.categories.map((one) => ({ ...one, weight: "x" })))).toBeNull();
  });
});
