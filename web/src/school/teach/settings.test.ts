import { describe, expect, it } from "vitest";
import type { QuizSettings } from "./settings";
import { fromSettings, instant, localInput, NEW_FORM, toSettings, unchangedParts } from "./settings";

describe("a quiz being built", () => {
  it("comes back as it was sent", () => {
    const form = {
      ...NEW_FORM,
      title: "Limits",
      chosen: ["i1", "i2"],
      pools: "easy, algebra: 3\nhard: 0",
      opens: "2026-03-04T09:00",
      minutes: "20",
      attempts: "0",
      late: { percent: "10", per: "hour" as const, most: "50", free_minutes: "5", cutoff_hours: "24" },
      category: "tests",
    };
    const sent = toSettings(form) as unknown as QuizSettings;
    expect(sent.parts).toEqual([
      { items: ["i1", "i2"], draw: 0 },
      { tags: ["easy", "algebra"], draw: 3 },
      { tags: ["hard"], draw: 0 },
    ]);
    expect(fromSettings(sent)).toEqual(form);
  });

  it("has times of where one is", () => {
    expect(localInput(instant("2026-07-01T23:30"))).toBe("2026-07-01T23:30");
    expect(instant("")).toBeNull();
  });

  it("knows whether what is asked has changed", () => {
    expect(unchangedParts([{ items: ["a"], draw: 0, points: null }], [{ items: ["a"], draw: 0 }])).toBe(true);
    expect(unchangedParts([{ items: ["a", "b"], draw: 0 }], [{ items: ["b", "a"], draw: 0 }])).toBe(false);
  });
});
