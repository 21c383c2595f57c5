import { describe, expect, it } from "vitest";
import type { ClassForm, ClassSettings } from "./form";
import { classProblem, fromClass, newClass, toClass } from "./form";

const KNOWN: ClassSettings = {
  id: "c1",
  title: "Waves",
  time_zone: "Europe/Madrid",
  starts_at: "2026-09-07T09:00:00",
  minutes: 45,
  recurrence: { frequency: "weekly", every: 2, weekdays: [0, 3], until: null, count: 10 },
  version: 3,
};
const FORM = fromClass(KNOWN);

describe("a class being planned", () => {
  it("sends its times only when they changed: other times forget moved days", () => {
    expect(toClass({ ...FORM, title: "Light " }, KNOWN)).toEqual({ title: "Light" });
    expect(toClass({ ...FORM, minutes: "60" }, KNOWN)).toMatchObject({ minutes: 60, recurrence: KNOWN.recurrence });
  });

  it("keeps what it has no field for, and lets a last day stand for a count", () => {
    const until = toClass({ ...FORM, until: "2026-12-01" }, KNOWN);
    expect(until["recurrence"]).toEqual({ ...KNOWN.recurrence, until: "2026-12-01", count: null });
    expect(toClass({ ...FORM, repeats: "daily" }, KNOWN)["recurrence"]).toMatchObject({ frequency: "daily", every: 1, weekdays: [] });
    expect(toClass({ ...FORM, repeats: "once" }, KNOWN)["recurrence"]).toBeNull();
  });

  it("says what is missing", () => {
    const wrong = (change: Partial<ClassForm>): unknown => classProblem({ ...FORM, ...change });
    expect(classProblem(newClass("UTC"))).toBe("title");
    expect([wrong({}), wrong({ starts: "" }), wrong({ minutes: "0" }), wrong({ minutes: "1.5" })]).toEqual([null, "starts", "minutes", "minutes"]);
    expect([wrong({ until: "2026-09-06" }), wrong({ until: "2026-09-06", repeats: "once" })]).toEqual(["until", null]);
  });
});
