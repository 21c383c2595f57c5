/** Where somebody is signed in, told from what their programs say of themselves. Pure. */

import type { OpenSession } from "./shapes";

export interface Device {
  browser: string | null;
  system: string | null;
}

/** The first that fits: most browsers also name those they resemble. */
const BROWSERS: readonly [RegExp, string][] = [
  [/\bEdg(?:e|A|iOS)?\//, "Edge"],
  [/\bOPR\//, "Opera"],
  [/\bSamsungBrowser\//, "Samsung Internet"],
  [/\b(?:Firefox|FxiOS)\//, "Firefox"],
  [/\bChromium\//, "Chromium"],
  [/(?:Chrome|CriOS)\//, "Chrome"],
  [/\bVersion\/\S+ .*\bSafari\//, "Safari"],
];

const SYSTEMS: readonly [RegExp, string][] = [
  [/\bAndroid\b/, "Android"],
  [/\biPad\b/, "iPadOS"],
  [/\biPhone\b/, "iOS"],
  [/\bCrOS\b/, "ChromeOS"],
  [/\bWindows\b/, "Windows"],
  [/\bMac(?:intosh| OS X)\b/, "macOS"],
  [/\bLinux\b/, "Linux"],
];

const PHONES: readonly string[] = ["Android", "iOS", "iPadOS"];

/** What a `User-Agent` (RFC 9110, section 10.1.5) tells; of programs that are no browsers, the name they give. */
export function deviceOf(agent: string): Device {
  const browser = named(BROWSERS, agent) ?? /^(?!Mozilla\/)([A-Za-z][\w.-]*)\//.exec(agent)?.[1] ?? null;
  return { browser, system: named(SYSTEMS, agent) };
}

export const isHandheld = ({ system }: Device): boolean => system !== null && PHONES.includes(system);

/** This one first, then the one used last. */
export const inOrder = (sessions: readonly OpenSession[]): OpenSession[] =>
  [...sessions].sort(
    (a, b) => Number(b.current) - Number(a.current) || Date.parse(b.refreshed_at) - Date.parse(a.refreshed_at),
  );

const named = (names: readonly [RegExp, string][], agent: string): string | null =>
  names.find(([pattern]) => pattern.test(agent))?.[1] ?? null;
