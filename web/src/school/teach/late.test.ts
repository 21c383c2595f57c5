import { describe, expect, it } from "vitest";
import type { Late } from "./late";
import { fromLate, keptAfter, NO_LATE, toLate } from "./late";

const TENTH: Late = { percent: 10, per: "day", most: 50, free_minutes: 15, cutoff_hours: 240 };
const DAY = 24 * 60;

describe("what lateness costs", () => {
  it("is typed and sent the same", () => {
    expect(toLate(fromLate(TENTH))).toEqual(TENTH);
    expect(toLate({ ...fromLate(NO_LATE), percent: " ", most: "" })).toEqual(NO_LATE);
  });

  it.each([["percent", "101"], ["most", "-1"], ["free_minutes", "1.5"], ["cutoff_hours", "soon"]])("refuses %s %s", (name, value) => {
    expect(toLate({ ...fromLate(TENTH), [name]: value })).toBeNull();
  });

  it("counts each day begun, up to a most and a last moment", () => {
    const kept = [15, 16, DAY, DAY + 1, 9 * DAY, 10 * DAY, 10 * DAY + 1].map((minutes) => keptAfter(TENTH, minutes));
    expect(kept).toEqual([1, 0.9, 0.9, 0.8, 0.5, 0.5, 0]);
    expect(keptAfter({ ...TENTH, per: "once" }, 9 * DAY)).toBe(0.9);
    expect(keptAfter(NO_LATE, 100 * DAY)).toBe(1);
  });
});
