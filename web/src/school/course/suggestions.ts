/** What the server suggests to do in a course, and why, in words (`rest/recommendations/schemas.py`). */

import type { SchoolTexts } from "../texts";

export interface Named {
  id: string;
  title: string;
}

type ReasonKind =
  | "mastered"
  | "unlocks"
  | "went-on"
  | "similar"
  | "popular"
  | "practise"
  | "continue"
  | "first"
  | "on-the-way"
  | "together"
  | "offered";

export interface Reason {
  kind: ReasonKind;
  names: Named[];
  count: number;
  total: number;
  text: string;
}

export interface Suggestion {
  module_id: string;
  title: string;
  worth: number;
  reasons: Reason[];
  pages: Named[];
}

export function reasonWords({ t, lang }: Pick<SchoolTexts, "t" | "lang">, reason: Reason): string {
  const listed = new Intl.ListFormat(lang, { type: "unit" }).format(reason.names.map(({ title }) => title));
  const values = { names: listed, count: reason.count, total: reason.total };
  return t(`next.why.${reason.kind}`, values);
}
