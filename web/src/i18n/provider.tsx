/** The chosen language for components: texts, dates and numbers. */

import type { ReactNode } from "react";
import { createContext, useContext, useEffect, useMemo, useState } from "react";
import { language } from "../theme/preferences";
import { useStore } from "../ui/useStore";
import type { Catalogue } from "./en";
import { en } from "./en";
import type { I18n } from "./i18n";
import { makeI18n } from "./i18n";
import type { Lang } from "./translate";

export const CATALOGUES: Record<Lang, () => Promise<Catalogue>> = {
  en: () => Promise.resolve(en),
  es: () => import("./es").then((module) => module.es),
  ar: () => import("./ar").then((module) => module.ar),
};

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
    void CATALOGUES[lang]().then((catalogue) => wanted && setLoaded({ lang, catalogue }));
    return () => {
      wanted = false;
    };
  }, [lang]);
  const i18n = useMemo(() => loaded && makeI18n(loaded.lang, loaded.catalogue), [loaded]);
  return i18n && <Context.Provider value={i18n}>{children}</Context.Provider>;
}
