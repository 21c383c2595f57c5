/** The school's texts beside the ones every page has; a catalogue of their own, loaded with the school's pages. */

import type { ReactNode } from "react";
import { createContext, useContext, useEffect, useMemo, useState } from "react";
import type { Key } from "../i18n/en";
import type { Texts } from "../i18n/i18n";
import { makeI18n } from "../i18n/i18n";
import { CATALOGUES } from "../i18n/provider";
import type { AccountKey } from "../i18n/account.en";
import { accountEn } from "../i18n/account.en";
import type { LearnKey } from "../i18n/learn.en";
import { learnEn } from "../i18n/learn.en";
import type { ManageKey } from "../i18n/manage.en";
import { manageEn } from "../i18n/manage.en";
import type { SchoolKey as PlainKey } from "../i18n/school.en";
import { schoolEn } from "../i18n/school.en";
import type { Entries, Lang } from "../i18n/translate";
import { Problem } from "../room/tickets";
import { language } from "../theme/preferences";
import { useStore } from "../ui/useStore";

export type SchoolKey = PlainKey | ManageKey | LearnKey | AccountKey;
export type AnyKey = Key | SchoolKey;

export interface SchoolTexts extends Texts<AnyKey> {
  /** An RFC 3339 time as day, hours and minutes here. */
  moment(text: string): string;
  day(date: Date): string;
  hour(date: Date): string;
  /** Points as the server writes them, in this language's digits. */
  points(value: string | number): string;
  /** What went wrong, in this language; the server's own words when its code is new. */
  problem(error: unknown): string;
}

const SCHOOL: Record<Lang, () => Promise<Entries<SchoolKey>>> = {
  en: () => Promise.resolve({ ...schoolEn, ...manageEn, ...learnEn, ...accountEn }),
  es: () =>
    Promise.all([
      import("../i18n/school.es"),
      import("../i18n/manage.es"),
      import("../i18n/learn.es"),
      import("../i18n/account.es"),
    ]).then(([{ schoolEs }, { manageEs }, { learnEs }, { accountEs }]) => ({ ...schoolEs, ...manageEs, ...learnEs, ...accountEs })),
  ar: () =>
    Promise.all([
      import("../i18n/school.ar"),
      import("../i18n/manage.ar"),
      import("../i18n/learn.ar"),
      import("../i18n/account.ar"),
    ]).then(([{ schoolAr }, { manageAr }, { learnAr }, { accountAr }]) => ({ ...schoolAr, ...manageAr, ...learnAr, ...accountAr })),
};

const Context = createContext<SchoolTexts | null>(null);

export function useTexts(): SchoolTexts {
  const texts = useContext(Context);
  if (texts === null) throw new Error("a page of the school outside of SchoolTextsProvider");
  return texts;
}

export function SchoolTextsProvider({ children }: { children: ReactNode }) {
  const lang = useStore(language);
  const [loaded, setLoaded] = useState<{ lang: Lang; catalogue: Entries<AnyKey> } | null>(null);
  useEffect(() => {
    let wanted = true;
    void Promise.all([CATALOGUES[lang](), SCHOOL[lang]()]).then(([base, own]) => {
      if (wanted) setLoaded({ lang, catalogue: { ...base, ...own } });
    });
    return () => {
      wanted = false;
    };
  }, [lang]);
  const texts = useMemo(() => loaded && schoolTexts(loaded.lang, loaded.catalogue), [loaded]);
  return texts && <Context.Provider value={texts}>{children}</Context.Provider>;
}

export function schoolTexts(lang: Lang, catalogue: Entries<AnyKey>): SchoolTexts {
  const i18n = makeI18n(lang, catalogue);
  const moment = new Intl.DateTimeFormat(lang, { dateStyle: "medium", timeStyle: "short" });
  const day = new Intl.DateTimeFormat(lang, { weekday: "long", day: "numeric", month: "long" });
  const hour = new Intl.DateTimeFormat(lang, { hour: "numeric", minute: "2-digit" });
  const points = new Intl.NumberFormat(lang, { maximumFractionDigits: 2 });
  return {
    ...i18n,
    moment: (text) => moment.format(new Date(text)),
    day: (date) => day.format(date),
    hour: (date) => hour.format(date),
    points: (value) => points.format(Number(value)),
    problem: (error) => {
      if (!(error instanceof Problem)) return i18n.t("problem.other", { detail: String(error) });
      const key = `problem.${error.code}`;
      return i18n.has(key) ? i18n.t(key) : i18n.t("problem.other", { detail: error.message });
    },
  };
}
