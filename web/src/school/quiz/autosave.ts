/**
 * Answers of one attempt on their way to the server. Pure.
 *
 * Each change of an answer has a number, counted up for each question. A change is kept here (and in the browser's
 * storage) until the server says that it holds that number or a higher one; the highest number wins everywhere.
 */

import type { Response, SavedAnswer } from "./shapes";

export interface Change {
  seq: number;
  response: Response | null;
}

export interface Answers {
  /** What the page shows, by question. */
  readonly newest: Readonly<Record<string, Change>>;
  /** Up to which change the server holds each question. */
  readonly held: Readonly<Record<string, number>>;
}

export type Saving = "saved" | "saving" | "offline" | "refused";

/** What the server has and what this browser kept, as one. */
export function begin(server: readonly SavedAnswer[], kept: Readonly<Record<string, Change>>): Answers {
  const held = Object.fromEntries(server.map(({ item, seq }) => [item, seq]));
  const newest: Record<string, Change> = Object.fromEntries(
    server.map(({ item, seq, response }) => [item, { seq, response }]),
  );
  for (const [item, change] of Object.entries(kept)) {
    if (change.seq > (newest[item]?.seq ?? -1)) newest[item] = change;
  }
  return { newest, held };
}

export function change(answers: Answers, item: string, response: Response | null): Answers {
  const seq = Math.max(answers.newest[item]?.seq ?? 0, answers.held[item] ?? 0) + 1;
  return { ...answers, newest: { ...answers.newest, [item]: { seq, response } } };
}

/** What the server is not known to hold, to be sent and to be kept. */
export function unsaved(answers: Answers): Record<string, Change> {
  return Object.fromEntries(Object.entries(answers.newest).filter(([item, { seq }]) => seq > (answers.held[item] ?? -1)));
}

export function acknowledge(answers: Answers, saved: readonly { item: string; seq: number }[]): Answers {
  const held = { ...answers.held };
  for (const { item, seq } of saved) held[item] = Math.max(seq, held[item] ?? -1);
  return { ...answers, held };
}

/** Questions of which the server holds more than this page knows: another tab was there. */
export const overtaken = (answers: Answers): string[] =>
  Object.entries(answers.held)
    .filter(([item, seq]) => seq > (answers.newest[item]?.seq ?? -1))
    .map(([item]) => item);

export function isAnswered(response: Response | null | undefined): boolean {
  if (response === null || response === undefined) return false;
  switch (response.kind) {
    case "chosen":
      return response.choices.length > 0;
    case "said":
      return response.text.trim() !== "";
    case "ordered":
      return response.order.length > 0;
    case "matched":
      return Object.keys(response.pairs).length > 0;
    case "submitted":
      return Object.values(response.files).some((text) => text.trim() !== "");
  }
}
