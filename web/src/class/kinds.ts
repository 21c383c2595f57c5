/** Documents by name: `board.main`, `text.notes`, `code.main`. The prefix tells the kind. Pure. */

import type { I18n } from "../i18n/i18n";
import type { DocumentInfo } from "../protocol/frames";

export type Kind = "board" | "text" | "code";

export const KINDS: readonly Kind[] = ["board", "text", "code"];

/** Every class has these, whether or not somebody opened them yet. */
const DEFAULTS: readonly string[] = ["board.main", "text.notes", "code.main"];

export const DEFAULT_DOCUMENT = "board.main";

const LONGEST_NAME = 64;
const NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/;

/** Whether there is an editor for it and the server would take its name. */
export const isDocumentName = (doc: string): boolean => NAME.test(doc) && kindOf(doc) !== null;

/** Null for documents this page has no editor for. */
export function kindOf(doc: string): Kind | null {
  const kind = doc.split(".")[0] as Kind;
  return KINDS.includes(kind) ? kind : null;
}

/** The class' documents that can be shown, the usual ones first. */
export function shownDocuments(documents: DocumentInfo[]): string[] {
  const others = documents.map(({ doc }) => doc).filter((doc) => !DEFAULTS.includes(doc) && kindOf(doc) !== null);
  return [...DEFAULTS, ...others.sort()];
}

export function labelOf(i18n: Pick<I18n, "t">, doc: string): string {
  const kind = kindOf(doc) ?? "text";
  if (DEFAULTS.includes(doc) || doc === kind) return i18n.t(`doc.${kind}`);
  const name = doc.slice(kind.length + 1).replaceAll(/[-_]+/g, " ");
  return i18n.t(`doc.${kind}Named`, { name });
}

/** A document name out of what a person typed; null when nothing of it can be used. */
export function documentName(kind: Kind, typed: string): string | null {
  const plain = typed.normalize("NFD").replaceAll(/[\u0300-\u036f]/g, "");
  const name = plain.replaceAll(/[^A-Za-z0-9]+/g, "-").replaceAll(/^-+|-+$/g, "");
  return name === "" ? null : `${kind}.${name}`.slice(0, LONGEST_NAME);
}
