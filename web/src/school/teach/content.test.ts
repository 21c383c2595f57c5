import { describe, expect, it } from "vitest";
import { KINDS } from "../quiz/shapes";
import type { Draft } from "./content";
import { BLANK, freshId, fromContent, previewOf, problemOf, toContent } from "./content";

const WHOLE: Draft = {
  ...BLANK,
  title: "A title",
  prompt: "Why?",
  points: "2.5",
  skills: "limits, slopes",
  right: "Yes.",
  choices: [
    { id: "a", text: "one", feedback: "no" },
    { id: "b", text: "two" },
  ],
  key: "b",
  keys: ["b", "a"],
  truth: false,
  number: "9.81",
  tolerance: "0.01",
  unit: "m/s^2",
  accepted: "Paris\nparis, France = 50%",
  typos: 1,
  pairs: [
    { source: "cat", target: "mammal" },
    { source: "dog", target: "mammal" },
    { source: "eel", target: "fish" },
  ],
  mostWords: 100,
  tests: "adds, subtracts",
};

describe("a question being written", () => {
  it.each(KINDS)("of the kind %s comes back as it was sent", (kind) => {
    const content = toContent({ ...WHOLE, kind });
    expect(problemOf({ ...WHOLE, kind })).toBeNull();
    expect(toContent(fromContent(content))).toEqual(content);
  });

  it("keeps what this editor has no field for", () => {
    const content = { ...toContent({ ...WHOLE, kind: "multiple" }), credit: "per-option" };
    expect(toContent(fromContent(content))["credit"]).toBe("per-option");
  });

  it("gives part of the points for some answers", () => {
    expect(toContent({ ...WHOLE, kind: "short-text" })["accepted"]).toEqual([
      { text: "Paris", percent: 100 },
      { text: "paris, France", percent: 50 },
    ]);
  });

  it("has equal targets once", () => {
    const content = toContent({ ...WHOLE, kind: "matching" });
    expect(content["targets"]).toHaveLength(2);
    expect(content["pairs"]).toEqual({ s1: "t1", s2: "t1", s3: "t2" });
  });

  it("says what is missing", () => {
    expect(problemOf(BLANK)).toBe("prompt");
    expect(problemOf({ ...WHOLE, points: "many" })).toBe("points");
    expect(problemOf({ ...WHOLE, kind: "single", key: "z" })).toBe("key");
    expect(problemOf({ ...WHOLE, kind: "numeric", number: "" })).toBe("number");
    expect(problemOf({ ...WHOLE, kind: "matching", pairs: [{ source: "a", target: "b" }] })).toBe("pairs");
    expect(problemOf({ ...WHOLE, kind: "essay", leastWords: 200 })).toBe("words");
  });

  it("is shown without its key", () => {
    for (const kind of KINDS) expect(previewOf({ ...WHOLE, kind })).not.toHaveProperty("key");
  });

  it("names new choices", () => {
    expect(freshId(["a", "c"])).toBe("b");
    expect(freshId([..."abcdefghijklmnopqrstuvwxyz"])).toBe("aa");
  });
});
