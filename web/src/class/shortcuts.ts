/** Keys of the classroom: Alt with a letter (by its place on the keyboard), so that no text field loses a key. */

import { useEffect, useRef } from "react";
import type { Key } from "../i18n/en";

export type Shortcut = "hand" | "people" | "chat" | "polls" | "work" | "follow" | "settings" | number;

export const SHORTCUTS: readonly { code: string; keys: string; shortcut: Exclude<Shortcut, number>; text: Key }[] = [
  { code: "KeyH", keys: "Alt + H", shortcut: "hand", text: "shortcut.hand" },
  { code: "KeyW", keys: "Alt + W", shortcut: "work", text: "shortcut.work" },
  { code: "KeyP", keys: "Alt + P", shortcut: "people", text: "shortcut.people" },
  { code: "KeyC", keys: "Alt + C", shortcut: "chat", text: "shortcut.chat" },
  { code: "KeyL", keys: "Alt + L", shortcut: "polls", text: "shortcut.polls" },
  { code: "KeyG", keys: "Alt + G", shortcut: "follow", text: "shortcut.follow" },
  { code: "KeyK", keys: "Alt + K", shortcut: "settings", text: "shortcut.settings" },
];

export function useShortcuts(run: (shortcut: Shortcut) => void): void {
  const latest = useRef(run);
  useEffect(() => {
    latest.current = run;
  });
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (!event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || event.repeat) return;
      const shortcut = shortcutOf(event.code);
      if (shortcut === null) return;
      event.preventDefault();
      event.stopPropagation();
      latest.current(shortcut);
    };
    window.addEventListener("keydown", onKeyDown, { capture: true });
    return () => window.removeEventListener("keydown", onKeyDown, { capture: true });
  }, []);
}

export function shortcutOf(code: string): Shortcut | null {
  const digit = /^Digit([1-9])$/.exec(code);
  if (digit !== null) return Number(digit[1]);
  return SHORTCUTS.find((one) => one.code === code)?.shortcut ?? null;
}
