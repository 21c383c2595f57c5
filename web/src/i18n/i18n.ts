/** One language at work: texts, dates and numbers. Pure. */

import type { Key } from "./en";
import type { Entries, Lang, Values } from "./translate";
import { directionOf, translate } from "./translate";

export interface Texts<K extends string> {
  lang: Lang;
  dir: "ltr" | "rtl";
  t(key: K, values?: Values): string;
  /** Whether there is a text for `key`: codes that come from a server may be new. */
  has(key: string): key is K;
  number(value: number): string;
  percent(value: number): string;
  /** Unix seconds to hours and minutes. */
  time(seconds: number): string;
}

export type I18n = Texts<Key>;

export function makeI18n<K extends string>(lang: Lang, catalogue: Entries<K>): Texts<K> {
  const number = new Intl.NumberFormat(lang);
  const percent = new Intl.NumberFormat(lang, { style: "percent" });
  const time = new Intl.DateTimeFormat(lang, { hour: "numeric", minute: "2-digit" });
  return {
    lang,
    dir: directionOf(lang),
    t: (key, values) => translate(catalogue, lang, key, values),
    has: (key): key is K => key in catalogue,
    number: (value) => number.format(value),
    percent: (value) => percent.format(value),
    time: (seconds) => time.format(new Date(seconds * 1000)),
  };
}
