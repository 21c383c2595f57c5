/** Deleting with a way back: what was deleted last can be restored in one press, and what returns gets the focus. */

import { useEffect, useRef, useState } from "react";
import { useAnnounce } from "../../../ui/Announcer";
import { send } from "../../api";
import { useTexts } from "../../texts";
import type { Lost } from "./deleted";
import { pathOf } from "./deleted";

export interface WayBack {
  /** What was deleted last, while it can be taken back in one press. */
  last: Lost | null;
  remove(thing: Lost): Promise<void>;
  restore(thing: Lost): Promise<void>;
  /** Keep it deleted and say no more of it. */
  forget(): void;
}

/** Where a thing stands in the page, so that it can have the focus when it is back. */
export const placeOf = (id: string): string => `part-${id}`;

export function useWayBack(course: string, again: () => void): WayBack {
  const { t } = useTexts();
  const announce = useAnnounce();
  const [last, setLast] = useState<Lost | null>(null);
  const returning = useRef<string | null>(null);
  // It appears with a later answer; whichever rendering shows it first.
  useEffect(() => {
    const place = returning.current === null ? null : document.getElementById(placeOf(returning.current));
    if (place === null) return;
    place.focus();
    returning.current = null;
  });
  return {
    last,
    remove: async (thing) => {
      await send("DELETE", pathOf(course, thing));
      setLast(thing);
      again();
    },
    restore: async (thing) => {
      await send("POST", `${pathOf(course, thing)}/restore`);
      setLast(null);
      returning.current = thing.id;
      announce(t("deleted.isBack", { title: thing.title }));
      again();
    },
    forget: () => setLast(null),
  };
}
