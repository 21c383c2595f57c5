/** Carets and selections of the others in a text document, from awareness. */

import { Extension } from "@tiptap/core";
import { yCursorPlugin } from "@tiptap/y-tiptap";
import type { Awareness } from "y-protocols/awareness";

interface Person {
  name?: string;
  color?: string;
}

export function carets(awareness: Awareness): Extension {
  return Extension.create({
    name: "carets",
    addProseMirrorPlugins: () => [yCursorPlugin(awareness, { cursorBuilder: caret, selectionBuilder: selection })],
  });
}

function caret(person: Person): HTMLElement {
  const mark = document.createElement("span");
  mark.className = "caret";
  mark.style.setProperty("--person", person.color ?? "currentColor");
  // The name is drawn from the attribute: it is no part of the text that is read, searched or copied.
  mark.dataset.name = person.name ?? "";
  mark.setAttribute("aria-hidden", "true");
  return mark;
}

const selection = (person: Person) => ({
  class: "others-selection",
  style: `--person: ${/^#[0-9a-f]{6}$/i.test(person.color ?? "") ? person.color : "gray"}`,
});
