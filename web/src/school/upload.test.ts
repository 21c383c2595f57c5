import { describe, expect, it } from "vitest";
import { fileProblem } from "./upload";

describe("a file before it is sent", () => {
  it.each([
    ["notes.PDF", 10, null],
    ["a.tar.zip", 100, null],
    ["program.exe", 10, "kind"],
    ["README", 10, "kind"],
    ["pdf", 10, "kind"],
    ["empty.txt", 0, "empty"],
    ["film.mp4", 101, "size"],
  ])("%s of %d bytes: %s", (name, size, problem) => {
    expect(fileProblem({ name, size }, 100)).toBe(problem);
  });
});
