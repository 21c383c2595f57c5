import { describe, expect, it } from "vitest";
import type { Hit } from "./search";
import { addressFor, languagesOf, merged, MOST_CHARACTERS, pathTo, pieces, wordsIn } from "./search";

const hit = (id: string, kind: Hit["kind"] = "page"): Hit => ({ kind, id, course_id: "c", title: id, snippet: "" });

describe("the address of a search", () => {
  it("holds the words as they were typed", () => {
    for (const words of ["waves", '"the sea" -salt', "50% & more #1", "ضوء ؟"]) {
      expect(wordsIn(addressFor(words).slice("/courses".length))).toBe(words);
    }
  });

  it("is that of the courses without words, and holds no more than the server takes", () => {
    expect(addressFor("")).toBe("/courses");
    expect(wordsIn("")).toBe("");
    expect(wordsIn("?q=%20%20")).toBe("");
    expect(wordsIn(`?q=${"x".repeat(500)}`)).toHaveLength(MOST_CHARACTERS);
  });
});

describe("a hit", () => {
  it("leads to the course, the module on its page, or the page", () => {
    expect(pathTo({ ...hit("c"), kind: "course" })).toBe("/courses/c");
    expect(pathTo(hit("m", "module"))).toBe("/courses/c#module-m");
    expect(pathTo(hit("p"))).toBe("/courses/c/pages/p");
  });

  it("shows what was found, also where that was strong already", () => {
    expect(pieces("all **waves** are")).toEqual([
      { text: "all ", found: false },
      { text: "waves", found: true },
      { text: " are", found: false },
    ]);
    expect(pieces("***waves***")).toEqual([{ text: "waves", found: true }]);
    expect(pieces("")).toEqual([]);
  });

  it("shows no marks of headings, lists and code, and keeps those of a sum", () => {
    const text = (snippet: string): string => pieces(snippet).map((piece) => piece.text).join("");
    expect(text("# Light\n- of `day` … > said")).toBe("Light\nof day … said");
    expect(text("it falls *5 t²* metres (*fast*), *so*.")).toBe("it falls 5 t² metres (fast), so.");
    expect(text("2 * 3 - 1 # one, 2*3")).toBe("2 * 3 - 1 # one, 2*3");
  });
});

describe("searching in several languages", () => {
  it("asks in the reader's own first, then in those of most courses, three at most", () => {
    const courses = ["en", "es", "de", "es", "fr", "de", "es"].map((language) => ({ language }));
    expect(languagesOf("en", [])).toEqual(["en"]);
    expect(languagesOf("ar", courses)).toEqual(["ar", "es", "de"]);
    expect(languagesOf("es", courses)).toEqual(["es", "de", "en"]);
  });

  it("makes one list of the answers, the best first and each hit once", () => {
    const ids = (answers: Hit[][]): string[] => merged(answers).map(({ id }) => id);
    expect(ids([[hit("a"), hit("b")], [hit("b"), hit("x"), hit("y")]])).toEqual(["a", "b", "x", "y"]);
    expect(ids([[], []])).toEqual([]);
    expect(ids([])).toEqual([]);
  });
});
