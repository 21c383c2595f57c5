import { describe, expect, it } from "vitest";
import type { DeletedPart } from "./deleted";
import { newestFirst, pathOf } from "./deleted";

const gone = (id: string, deleted_at: string): DeletedPart => ({
  kind: "page",
  id,
  title: id,
  module_id: "m",
  pages: 0,
  deleted_at,
  kept_until: deleted_at,
});

describe("what was deleted", () => {
  it("has the address it had", () => {
    expect(pathOf("c", { kind: "module", id: "m", title: "M" })).toBe("/courses/c/modules/m");
    expect(pathOf("c", gone("p", ""))).toBe("/courses/c/pages/p");
  });

  it("stands with the newest first, whole seconds and parts of them alike", () => {
    const list = [
      gone("first", "2026-01-02T10:00:00Z"),
      gone("last", "2026-01-02T12:30:00.250000+02:00"),
      gone("second", "2026-01-02T10:00:00.500000Z"),
    ];
    expect(newestFirst(list).map(({ id }) => id)).toEqual(["last", "second", "first"]);
    expect(list[0]?.id).toBe("first");
  });
});
