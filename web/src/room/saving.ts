/**
 * What may truthfully be said about one document's changes. Pure.
 *
 * "saved" is a promise: nothing is unsent, nothing is refused, and the server confirmed the highest number sent.
 */

export interface Changes {
  /** There are local changes that were not sent on this connection, or whose fate a lost connection hides. */
  unsent: boolean;
  /** The number of the last `Update` or `Answer` sent on this connection; 0: none. */
  sent: number;
  /** The server will not take some local change; its code. */
  refused: string | null;
}

export const NO_CHANGES: Changes = { unsent: false, sent: 0, refused: null };

export type SavingState = "saved" | "saving" | "offline" | "offline-unsaved" | "refused";

export const changed = (changes: Changes): Changes => (changes.unsent ? changes : { ...changes, unsent: true });

export const sent = (changes: Changes, n: number): Changes => ({ ...changes, unsent: false, sent: n });

/** `change`: whether a change was refused, and not merely the wish to open the document. */
export const refused = (changes: Changes, code: string, change: boolean): Changes => ({
  ...changes,
  unsent: changes.unsent || change,
  refused: code,
});

/** Sending is tried again from the start, so an earlier refusal no longer counts. */
export const retried = (changes: Changes): Changes => ({ ...changes, refused: null });

/** The connection is gone, and its numbers with it. What was not confirmed may or may not have arrived. */
export function lost(changes: Changes, saved: number): Changes {
  return { ...changes, unsent: isUnsaved(changes, saved), sent: 0 };
}

export const isUnsaved = (changes: Changes, saved: number): boolean => changes.unsent || changes.sent > saved;

export function savingState(changes: Changes, saved: number, live: boolean): SavingState {
  const unsaved = isUnsaved(changes, saved);
  if (changes.refused !== null && unsaved) return "refused";
  if (!live) return unsaved ? "offline-unsaved" : "offline";
  return unsaved ? "saving" : "saved";
}

const WORST_FIRST: readonly SavingState[] = ["refused", "offline-unsaved", "offline", "saving", "saved"];

/** One word for many documents: the one that asks most for attention. */
export function worst(states: Iterable<SavingState>, live: boolean): SavingState {
  const all = new Set(states);
  return WORST_FIRST.find((state) => all.has(state)) ?? (live ? "saved" : "offline");
}
