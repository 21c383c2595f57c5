import { describe, expect, it } from "vitest";
import { Awareness } from "y-protocols/awareness";
import * as Y from "yjs";
import { collaborators, selectedIds } from "./cursors";

describe("cursors of the others", () => {
  const awareness = new Awareness(new Y.Doc());
  const person = (name: string, fields: object) => ({ user: { id: name, name, color: "#0f6b62" }, ...fields });
  awareness.setLocalState(person("me", { page: "one" }));
  awareness.states.set(11, person("Ada", { page: "one", pointer: { x: 1, y: 2, tool: "laser" }, selected: ["e1"] }));
  awareness.states.set(12, person("Bo", { page: "two", pointer: { x: 3, y: 4, tool: "pointer" } }));
  awareness.states.set(13, {});

  it("are those on the same page, without myself and without strangers", () => {
    const shown = collaborators(awareness, "one");
    expect([...shown.values()]).toMatchObject([
      { username: "Ada", pointer: { x: 1, tool: "laser", laserColor: "#0f6b62" }, selectedElementIds: { e1: true } },
    ]);
    expect([...collaborators(awareness, "two").values()]).toMatchObject([{ username: "Bo", button: "up" }]);
  });

  it("carry a bounded selection", () => {
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, at) => [`e${at}`, true]));
    expect(selectedIds(many)).toHaveLength(50);
  });
});
