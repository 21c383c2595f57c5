import { describe, expect, it } from "vitest";
import { blocksOf, spansOf } from "./prose";

describe("prose", () => {
  it("reads headings, lists, quotations, code and paragraphs", () => {
    const kinds = blocksOf("# One\n\nwords\nmore\n- a\n- b\n1. c\n> said\n```\n# not a heading\n```\nend").map((b) => b.kind);
    expect(kinds).toEqual(["heading", "paragraph", "list", "list", "quotation", "code", "paragraph"]);
  });

  it("keeps a code block that never ends", () => {
    expect(blocksOf("```\na\nb")).toEqual([{ kind: "code", text: "a\nb" }]);
  });

  it("reads emphasis and links, and leaves the rest as it is", () => {
    expect(spansOf("a **b** *c* `d` [e](https://f.example/)")).toEqual([
      { kind: "text", text: "a " },
      { kind: "strong", text: "b" },
      { kind: "text", text: " " },
      { kind: "emphasis", text: "c" },
      { kind: "text", text: " " },
      { kind: "code", text: "d" },
      { kind: "text", text: " " },
      { kind: "link", text: "e", to: "https://f.example/" },
    ]);
    expect(spansOf("2 * 3 * 4")).toEqual([{ kind: "text", text: "2 * 3 * 4" }]);
    expect(spansOf("[x](javascript:alert(1)) <b>")).toEqual([{ kind: "text", text: "[x](javascript:alert(1)) <b>" }]);
  });
});
