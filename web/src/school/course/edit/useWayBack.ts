/** Deleting with a way back: what was deleted last can be restored in one press, and what returns gets the focus. */

import { useState } from "react";
import { useAnnounce } from "../../../ui/Announcer";
import { send } from "../../api";
import { useTexts } from "../../texts";
import { useReturn } from "../../useReturn";
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

export function useWayBack(course: string, again: () => void): WayBack {
  const { t } = useTexts();
  const announce = useAnnounce();
  const [last, setLast] = useState<Lost | null>(null);
  const returns = useReturn();
  return {
    last,
    remove: async (thing) => {
      await send("DELETE", pathOf(course, thing));
      setLast(thing);
      again();
    },
    restore: async (thing) => {
      await send("POST", `${pathOf(course, thing)}/restore`);
      setLast((now) => (now?.id === thing.id ? null : now));
      returns(thing.id);
      announce(t("deleted.isBack", { title: thing.title }));
      again();
    },
    forget: () => setLast(null),
  };
}
