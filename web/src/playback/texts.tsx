/** The texts of recordings beside the ones every page has; a catalogue of their own, loaded with these pages. */

import type { ReactNode } from "react";
import { createContext, useContext, useEffect, useMemo, useState } from "react";
import type { Key } from "../i18n/en";
import type { Texts } from "../i18n/i18n";
import { makeI18n } from "../i18n/i18n";
import type { PlaybackKey } from "../i18n/playback.en";
import { playbackEn } from "../i18n/playback.en";
import { CATALOGUES } from "../i18n/provider";
import type { Entries, Lang } from "../i18n/translate";
import { language } from "../theme/preferences";
import { useStore } from "../ui/useStore";
import { clockTime } from "./clock";

type AnyKey = Key | PlaybackKey;

export interface PlaybackTexts extends Texts<AnyKey> {
  /** Seconds from the beginning, as `2:03`. */
  clock(seconds: number): string;
  /** Unix seconds as a day and a time. */
  when(seconds: number): string;
  megabytes(bytes: number): string;
}

const OWN: Record<Lang, () => Promise<Entries<PlaybackKey>>> = {
  en: () => Promise.resolve(playbackEn),
  es: () => import("../i18n/playback.es").then((module) => module.playbackEs),
  ar: () => import("../i18n/playback.ar").then((module) => module.playbackAr),
};

const Context = createContext<PlaybackTexts | null>(null);

export function useTexts(): PlaybackTexts {
  const texts = useContext(Context);
  if (texts === null) throw new Error("a page of recordings outside of PlaybackTextsProvider");
  return texts;
}

export function PlaybackTextsProvider({ children }: { children: ReactNode }) {
  const lang = useStore(language);
  const [loaded, setLoaded] = useState<{ lang: Lang; catalogue: Entries<AnyKey> } | null>(null);
  useEffect(() => {
    let wanted = true;
    void Promise.all([CATALOGUES[lang](), OWN[lang]()]).then(([base, own]) => {
      if (wanted) setLoaded({ lang, catalogue: { ...base, ...own } });
    });
    return () => {
      wanted = false;
    };
  }, [lang]);
  const texts = useMemo(() => loaded && playbackTexts(loaded.lang, loaded.catalogue), [loaded]);
  return texts && <Context.Provider value={texts}>{children}</Context.Provider>;
}

function playbackTexts(lang: Lang, catalogue: Entries<AnyKey>): PlaybackTexts {
  const when = new Intl.DateTimeFormat(lang, { dateStyle: "long", timeStyle: "short" });
  const megabytes = new Intl.NumberFormat(lang, { style: "unit", unit: "megabyte", maximumFractionDigits: 1 });
  const digits = [1, 2].map((least) => new Intl.NumberFormat(lang, { minimumIntegerDigits: least, useGrouping: false }));
  return {
    ...makeI18n(lang, catalogue),
    clock: (seconds) => clockTime(seconds, (value, least) => digits[least - 1]?.format(value) ?? String(value)),
    when: (seconds) => when.format(new Date(seconds * 1000)),
    megabytes: (bytes) => megabytes.format(bytes / 1e6),
  };
}
