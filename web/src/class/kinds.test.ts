import { describe, expect, it } from "vitest";
import { en } from "../i18n/en";
import { makeI18n } from "../i18n/i18n";
import { documentName, isDocumentName, kindOf, labelOf, shownDocuments } from "./kinds";

const info = (doc: string) => ({ doc, locked: false, quarantined: false });

describe("documents by name", () => {
  it("NAME-1 makes names the server takes", () => {
    expect(documentName("board", "  Álgebra y Geometría! ")).toBe("board.Algebra-y-Geometria");
    expect(documentName("code", "مرحبا")).toBeNull();
    expect(documentName("text", "x".repeat(99))).toMatch(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/);
  });

  it("lists the usual ones first, then what there is an editor for", () => {
    expect(shownDocuments([info("text.zoo"), info("board.main"), info("board.a"), info("secret")])).toEqual([
      "board.main",
      "text.notes",
      "code.main",
      "board.a",
      "text.zoo",
    ]);
    expect(isDocumentName("board.main")).toBe(true);
    for (const bad of ["secret", "board/x", "text.ä", "code.<b>", ""]) expect(isDocumentName(bad)).toBe(false);
    expect(kindOf("secret")).toBeNull();
    expect(kindOf("board")).toBe("board");
  });

  it("labels them for people", () => {
    const i18n = makeI18n("en", en);
    expect(labelOf(i18n, "board.main")).toBe("Whiteboard");
    expect(labelOf(i18n, "code.week-2")).toBe("Code week 2");
  });
});
