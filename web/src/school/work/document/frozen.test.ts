import { describe, expect, it } from "vitest";
import * as Y from "yjs";
import { readEntries, Replay } from "./frozen";
import { writtenIn } from "./written";

/** What the server answers for a document typed letter by letter. */
function typed(text: string): string {
  const doc = new Y.Doc();
  const updates: Uint8Array[] = [];
  doc.on("update", (update: Uint8Array) => updates.push(update));
  [...text].forEach((letter, place) => doc.getText("content").insert(place, letter));
  const line = (update: Uint8Array, place: number): string =>
    JSON.stringify({ epoch: 1, seq: place, at: "2026-05-04T10:00:00Z", authors: ["u1"], snapshot: false, update: btoa(String.fromCharCode(...update)) });
  return updates.map(line).join("\n") + "\n";
}

describe("a document that was handed in", () => {
  it("is as it was after each entry, forwards and backwards", () => {
    const replay = new Replay(readEntries(typed("abcdé")));
    const at = (count: number): string => replay.at(count).getText("content").toString();
    expect(replay.entries.map(({ authors }) => authors)).toEqual(Array(5).fill(["u1"]));
    expect([at(2), at(5), at(1), at(0), at(9), at(-1)]).toEqual(["ab", "abcdé", "a", "", "abcdé", ""]);
  });

  it("that is empty has no entries", () => {
    expect(readEntries("")).toEqual([]);
  });
});

describe("a rich text", () => {
  it("is shown with its blocks and marks, and leads nowhere but to the web", () => {
    const doc = new Y.Doc();
    const heading = new Y.XmlElement("heading");
    heading.setAttribute("level", 2 as unknown as string);
    const words = new Y.XmlText();
    const bullets = new Y.XmlElement("bulletList");
    const linked = new Y.XmlText();
    heading.insert(0, [words]);
    bullets.insert(0, [linked]);
    doc.getXmlFragment("default").insert(0, [heading, bullets]);
    words.insert(0, "Falling ");
    words.insert(8, "stones", { bold: {} });
    linked.insert(0, "good", { link: { href: "https://example.org/" } });
    linked.insert(4, "bad", { link: { href: "javascript:alert(1)" } });
    const [first, second] = writtenIn(doc);
    expect(first).toMatchObject({ name: "heading", level: 2, children: [{ text: "Falling ", marks: [] }, { text: "stones", marks: ["bold"] }] });
    expect(second).toMatchObject({ name: "bulletList", children: [{ text: "good", to: "https://example.org/" }, { text: "bad", to: null }] });
  });
});
