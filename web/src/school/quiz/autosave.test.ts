import { describe, expect, it } from "vitest";
import { acknowledge, begin, change, isAnswered, overtaken, unsaved } from "./autosave";
import type { Response } from "./shapes";

const said = (text: string): Response => ({ kind: "said", text });

describe("answers on their way", () => {
  it("are unsaved until the server holds their number", () => {
    let answers = change(change(begin([], {}), "a", said("x")), "a", said("xy"));
    expect(unsaved(answers)).toEqual({ a: { seq: 2, response: said("xy") } });
    answers = acknowledge(answers, [{ item: "a", seq: 1 }]);
    expect(Object.keys(unsaved(answers))).toEqual(["a"]);
    answers = acknowledge(answers, [{ item: "a", seq: 2 }]);
    expect(unsaved(answers)).toEqual({});
  });

  it("do not become unsaved again by an old acknowledgement", () => {
    let answers = acknowledge(change(begin([], {}), "a", said("x")), [{ item: "a", seq: 1 }]);
    answers = acknowledge(answers, [{ item: "a", seq: 0 }]);
    expect(unsaved(answers)).toEqual({});
  });

  it("come back after a reload: the higher number wins", () => {
    const server = [
      { item: "a", seq: 3, response: said("server") },
      { item: "b", seq: 5, response: said("server") },
    ];
    const answers = begin(server, { a: { seq: 4, response: said("mine") }, b: { seq: 2, response: said("old") } });
    expect(answers.newest["a"]?.response).toEqual(said("mine"));
    expect(answers.newest["b"]?.response).toEqual(said("server"));
    expect(Object.keys(unsaved(answers))).toEqual(["a"]);
    expect(change(answers, "b", null).newest["b"]).toEqual({ seq: 6, response: null });
  });

  it("notice that another tab was there", () => {
    const answers = acknowledge(change(begin([], {}), "a", said("x")), [{ item: "a", seq: 9 }]);
    expect(overtaken(answers)).toEqual(["a"]);
    expect(change(answers, "a", said("y")).newest["a"]?.seq).toBe(10);
  });
});

describe("a question", () => {
  it("is answered when something stands there", () => {
    expect(isAnswered(null)).toBe(false);
    expect(isAnswered(said("  "))).toBe(false);
    expect(isAnswered(said("0"))).toBe(true);
    expect(isAnswered({ kind: "chosen", choices: [] })).toBe(false);
    expect(isAnswered({ kind: "matched", pairs: { a: "b" } })).toBe(true);
    expect(isAnswered({ kind: "submitted", files: { "main.py": "" } })).toBe(false);
  });
});
