/**
 * A live document as it was handed in: its entries in the order they were saved, each a Yjs update
 * (`GET /submissions/{id}/document`). Replayed, it can be seen as it was after each of them.
 */

import * as Y from "yjs";

export interface Entry {
  /** RFC 3339. */
  at: string;
  /** Ids of those who wrote it; empty where they are not told. */
  authors: string[];
  /** The whole document so far, not a change of it. */
  snapshot: boolean;
  update: Uint8Array;
}

interface Line extends Omit<Entry, "update"> {
  update: string;
}

/** Reads the lines of the answer: one JSON object each. */
export const readEntries = (lines: string): Entry[] =>
  lines
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const { at, authors, snapshot, update } = JSON.parse(line) as Line;
      return { at, authors, snapshot, update: Uint8Array.from(atob(update), (letter) => letter.charCodeAt(0)) };
    });

/** A document that goes to and fro in its own history. */
export class Replay {
  #doc = new Y.Doc();
  #done = 0;

  constructor(readonly entries: readonly Entry[]) {}

  /** The document after the first `count` entries. It is the same object as long as one goes forward. */
  at(count: number): Y.Doc {
    const wanted = Math.max(0, Math.min(count, this.entries.length));
    if (wanted < this.#done) {
      this.#doc.destroy();
      this.#doc = new Y.Doc();
      this.#done = 0;
    }
    const doc = this.#doc;
    doc.transact(() => {
      for (const { update } of this.entries.slice(this.#done, wanted)) Y.applyUpdate(doc, update);
    });
    this.#done = wanted;
    return doc;
  }
}
