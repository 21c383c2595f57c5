import { describe, expect, it } from "vitest";
import { before, sizeOf } from "./course/order";
import { byDay } from "./days";
import type { Module, Occurrence } from "./shapes";

const meets = (starts: string): Occurrence => ({
  class_id: "c",
  course_id: "k",
  title: "t",
  original: starts,
  starts,
  ends: starts,
  open: false,
});

describe("a schedule", () => {
  it("goes by the days of where one is, in order", () => {
    const local = (day: number, hour: number): string => new Date(2026, 2, day, hour).toISOString();
    const days = byDay([meets(local(4, 9)), meets(local(3, 23)), meets(local(3, 1))]);
    expect(days.map(({ date }) => date.getDate())).toEqual([3, 4]);
    expect(days[0]?.occurrences.map(({ starts }) => new Date(starts).getHours())).toEqual([1, 23]);
  });
});

describe("modules", () => {
  it("name what comes before them, in the order of the course", () => {
    const modules = ["a", "b", "c"].map((id) => ({ id, title: id }) as Module);
    const found = before(modules, [
      { module_id: "c", requires_id: "b" },
      { module_id: "c", requires_id: "a" },
      { module_id: "b", requires_id: "gone" },
    ]);
    expect(found.get("c")?.map(({ id }) => id)).toEqual(["a", "b"]);
    expect(found.get("b")).toEqual([]);
  });

  it("have files of readable sizes", () => {
    expect(sizeOf(12)).toEqual([12, "byte"]);
    expect(sizeOf(1_499)).toEqual([1, "kilobyte"]);
    expect(sizeOf(2_345_678)).toEqual([2.3, "megabyte"]);
  });
});
