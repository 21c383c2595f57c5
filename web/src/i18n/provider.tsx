/** The chosen language for components: texts, dates and numbers. */

import type { ReactNode } from "react";
import { createContext, useContext, useEffect, useMemo, useState } from "react";
import { language } from "../theme/preferences";
import { useStore } from "../ui/useStore";
import type { Catalogue, Key } from "./en";
import { en } from "./en";
import type { Lang, Values } from "./translate";
import { directionOf, translate } from "./translate";

export interface I18n {
  lang: Lang;
  dir: "ltr" | "rtl";
  t(key: Key, values?: Values): string;
  /** Whether there is a text for `key`: codes that come from a server may be new. */
  has(key: string): key is Key;
  number(value: number): string;
  percent(value: number): string;
  /** Unix seconds to hours and minutes. */
  time(seconds: number): string;
}

const LOADERS: Record<Lang, () => Promise<Catalogue>> = {
  en: () => Promise.resolve(en),
  es: () => import("./es").then((module) => module.es),
  ar: () => import("./ar").then((module) => module.ar),
};

export function makeI18n(lang: Lang, catalogue: Catalogue): I18n {
  const number = new Intl.NumberFormat(lang);
  const percent = new Intl.NumberFormat(lang, { style: "percent" });
  const time = new Intl.DateTimeFormat(lang, { hour: "numeric", minute: "2-digit" });
  return {
    lang,
    dir: directionOf(lang),
    t: (key, values) => translate(catalogue, lang, key, values),
    has: (key): key is Key => key in catalogue,
    number: (value) => number.format(value),
    percent: (value) => percent.format(value),
    time: (seconds) => time.format(new Date(seconds * 1000)),
  };
}

const Context = createContext<I18n>(makeI18n("en", en));

export const useI18n = (): I18n => useContext(Context);

/** Shows nothing until the first catalogue is there; a later choice keeps the old texts until the new ones are. */
export function I18nProvider({ children }: { children: ReactNode }) {
  const lang = useStore(language);
  const [loaded, setLoaded] = useState<{ lang: Lang; catalogue: Catalogue } | null>(
    lang === "en" ? { lang, catalogue: en } : null,
  );
  useEffect(() => {
    let wanted = true;
    void LOADERS[lang]().then((catalogue) => wanted && setLoaded({ lang, catalogue }));
    return () => {
      wanted = false;
    };
  }, [lang]);
  const i18n = useMemo(() => loaded && makeI18n(loaded.lang, loaded.catalogue), [loaded]);
  return i18n && <Context.Provider value={i18n}>{children}</Context.Provider>;
}
