/** What a person chose for this device: language and appearance. Applied to the document's root element. */

import type { Lang } from "../i18n/translate";
import { chooseLanguage, directionOf, LANGUAGES } from "../i18n/translate";
import { Store } from "../room/store";

export type ThemeChoice = "system" | "light" | "dark";
export type Theme = "light" | "dark";

const LANGUAGE_KEY = "lyceum.language";
const THEME_KEY = "lyceum.theme";
const THEMES: readonly string[] = ["system", "light", "dark"] satisfies ThemeChoice[];

const prefersDark = window.matchMedia("(prefers-color-scheme: dark)");

export const language = new Store<Lang>(storedLanguage() ?? chooseLanguage(navigator.languages));
export const themeChoice = new Store<ThemeChoice>(storedTheme());
export const theme = new Store<Theme>(resolve(themeChoice.get()));

export const prefersReducedMotion = (): boolean => window.matchMedia("(prefers-reduced-motion: reduce)").matches;

export function chooseLang(lang: Lang): void {
  keep(LANGUAGE_KEY, lang);
  language.set(lang);
}

export function chooseTheme(choice: ThemeChoice): void {
  keep(THEME_KEY, choice);
  themeChoice.set(choice);
}

/** Keeps the root element as chosen, also when the device changes its mind. */
export function applyPreferences(): void {
  const showTheme = (): void => {
    theme.set(resolve(themeChoice.get()));
    document.documentElement.dataset.theme = theme.get();
  };
  const showLanguage = (): void => {
    document.documentElement.lang = language.get();
    document.documentElement.dir = directionOf(language.get());
  };
  showTheme();
  showLanguage();
  themeChoice.subscribe(showTheme);
  prefersDark.addEventListener("change", showTheme);
  language.subscribe(showLanguage);
}

function resolve(choice: ThemeChoice): Theme {
  if (choice !== "system") return choice;
  return prefersDark.matches ? "dark" : "light";
}

function storedTheme(): ThemeChoice {
  const stored = recall(THEME_KEY);
  return stored !== null && THEMES.includes(stored) ? (stored as ThemeChoice) : "system";
}

function storedLanguage(): Lang | null {
  const stored = recall(LANGUAGE_KEY);
  return LANGUAGES.find(({ code }) => code === stored)?.code ?? null;
}

/** Private windows may refuse to store anything: then the choice lasts as long as the page. */
function keep(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    return;
  }
}

function recall(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}
