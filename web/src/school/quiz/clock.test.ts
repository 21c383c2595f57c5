import { describe, expect, it } from "vitest";
import { clockOf, parts, passed, remaining, stopwatch } from "./clock";

const plain = (value: number, digits: number): string => String(value).padStart(digits, "0");

describe("the time left", () => {
  it("goes by the server's clock", () => {
    const clock = clockOf("2026-01-01T00:10:00Z", "2026-01-01T00:00:00Z", 5_000);
    expect(remaining(clock, 5_000)).toBe(600_000);
    expect(remaining(clock, 65_000)).toBe(540_000);
    expect(remaining(clock, 9e9)).toBe(0);
    expect(remaining(clockOf(null, "2026-01-01T00:00:00Z", 0), 0)).toBeNull();
  });

  it("is said at its marks, once, and the last one after a long sleep", () => {
    expect(passed(300_500, 299_500)).toBe(300);
    expect(passed(299_500, 298_500)).toBeNull();
    expect(passed(700_000, 20_000)).toBe(30);
  });

  it("looks like a stopwatch", () => {
    expect(stopwatch(59_001, plain)).toBe("1:00");
    expect(stopwatch(3_723_000, plain)).toBe("1:02:03");
    expect(stopwatch(0, plain)).toBe("0:00");
    expect(parts(61_000)).toEqual([0, 1, 1]);
  });
});
