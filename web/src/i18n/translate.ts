/** Catalogue entries to text. Pure. */

import type { Plural } from "./en";

export type Lang = "en" | "es" | "ar";
export type Values = Record<string, string | number>;

export const LANGUAGES: readonly { code: Lang; name: string; dir: "ltr" | "rtl" }[] = [
  { code: "en", name: "English", dir: "ltr" },
  { code: "es", name: "Español", dir: "ltr" },
  { code: "ar", name: "العربية", dir: "rtl" },
];

export const directionOf = (lang: Lang): "ltr" | "rtl" => LANGUAGES.find(({ code }) => code === lang)?.dir ?? "ltr";

/** The first wanted language there is a catalogue for. */
export function chooseLanguage(wanted: readonly string[]): Lang {
  for (const tag of wanted) {
    const found = LANGUAGES.find(({ code }) => code === tag.toLowerCase().split("-")[0]);
    if (found !== undefined) return found.code;
  }
  return "en";
}

export type Entries<K extends string> = Record<K, string | Plural>;

export function translate<K extends string>(catalogue: Entries<K>, lang: Lang, key: K, values: Values = {}): string {
  const entry = catalogue[key];
  const text = typeof entry === "string" ? entry : pluralForm(entry, lang, Number(values.count ?? 0));
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    if (value === undefined) return whole;
    return typeof value === "number" ? new Intl.NumberFormat(lang).format(value) : isolate(value, lang);
  });
}

function pluralForm(entry: Plural, lang: Lang, count: number): string {
  return entry[new Intl.PluralRules(lang).select(count)] ?? entry.other;
}

/** A Latin name inside Arabic text must not turn the words around it (Unicode FSI … PDI). */
const isolate = (text: string, lang: Lang): string =>
  directionOf(lang) === "rtl" ? `\u2068${text}\u2069` : text;
