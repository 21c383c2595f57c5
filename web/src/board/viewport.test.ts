import { describe, expect, it } from "vitest";
import { isSameView, toPlace, toViewport } from "./viewport";

describe("following a viewport", () => {
  const wall = { scrollX: -200, scrollY: 30, zoom: 1.5, width: 1600, height: 900 };

  it("comes back the same on a screen of the same size", () => {
    expect(isSameView(toViewport(toPlace(wall, "p"), 1600, 900), wall)).toBe(true);
  });

  it("shows the same middle and the same width of board on a phone", () => {
    const phone = toViewport(toPlace(wall, "p"), 360, 640);
    const middle = (view: typeof wall) => [
      view.width / 2 / view.zoom - view.scrollX,
      view.height / 2 / view.zoom - view.scrollY,
    ];
    expect(middle(phone)).toEqual(middle(wall).map((value) => expect.closeTo(value, 6)));
    expect(phone.width / phone.zoom).toBeCloseTo(wall.width / wall.zoom);
  });

  it("stays within what a board can show", () => {
    expect(toViewport({ page: "p", x: 0, y: 0, zoom: 1e9 }, 360, 640).zoom).toBe(30);
    expect(toViewport({ page: "p", x: 0, y: 0, zoom: 0 }, 360, 640).zoom).toBe(0.1);
  });

  it("tells a moved view from a settled one", () => {
    expect(isSameView({ ...wall, scrollX: wall.scrollX + 40 }, wall)).toBe(false);
    expect(isSameView({ ...wall, zoom: 2 }, wall)).toBe(false);
  });
});
