/** Keys of a call: Alt with a letter, as everywhere in the classroom; the space bar, held, to talk. */

import { useEffect, useRef } from "react";
import type { Key } from "../i18n/en";

export type CallKey = "microphone" | "camera" | "share" | "captions";

export const CALL_KEYS: readonly { code: string; keys: string; aria: string; key: CallKey; text: Key }[] = [
  { code: "KeyM", keys: "Alt + M", aria: "Alt+M", key: "microphone", text: "shortcut.microphone" },
  { code: "KeyV", keys: "Alt + V", aria: "Alt+V", key: "camera", text: "shortcut.camera" },
  { code: "KeyS", keys: "Alt + S", aria: "Alt+S", key: "share", text: "shortcut.share" },
  { code: "KeyT", keys: "Alt + T", aria: "Alt+T", key: "captions", text: "shortcut.captions" },
];

export const keyOf = (key: CallKey): { keys: string; aria: string } =>
  CALL_KEYS.find((one) => one.key === key) ?? { keys: "", aria: "" };

interface Pressed {
  key(key: CallKey): void;
  talk(on: boolean): void;
}

export function useCallKeys(pressed: Pressed): void {
  const latest = useRef(pressed);
  useEffect(() => {
    latest.current = pressed;
  });
  useEffect(() => {
    let talking = false;
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.code === "Space" && isFree(event)) {
        event.preventDefault();
        if (!event.repeat) latest.current.talk((talking = true));
      }
      if (!event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || event.repeat) return;
      const found = CALL_KEYS.find(({ code }) => code === event.code);
      if (found === undefined) return;
      event.preventDefault();
      event.stopPropagation();
      latest.current.key(found.key);
    };
    const letGo = (): void => {
      if (talking) latest.current.talk((talking = false));
    };
    const onKeyUp = (event: KeyboardEvent): void => {
      if (event.code === "Space") letGo();
    };
    window.addEventListener("keydown", onKeyDown, { capture: true });
    window.addEventListener("keyup", onKeyUp, { capture: true });
    window.addEventListener("blur", letGo);
    return () => {
      window.removeEventListener("keydown", onKeyDown, { capture: true });
      window.removeEventListener("keyup", onKeyUp, { capture: true });
      window.removeEventListener("blur", letGo);
    };
  }, []);
}

/** Space means something else on a button, in a text, on the board. */
function isFree(event: KeyboardEvent): boolean {
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return false;
  const target = event.target as Element | null;
  return target === document.body || target?.matches("main, [data-free-keys]") === true;
}
