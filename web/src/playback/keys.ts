/** Keys of the player: what is no letter alone, and letters with Alt, as everywhere. */

import { useEffect } from "react";
import { captionChoice, chooseCaptions } from "../media/captionChoice";
import type { Player } from "./player";

export const STEP_S = 5;

export function usePlayerKeys(player: Player): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey) return;
      const act = event.altKey ? altKey(event.code) : isFree(event) ? freeKey(event.code, event.shiftKey) : null;
      if (act === null) return;
      event.preventDefault();
      act(player);
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, [player]);
}

type Act = (player: Player) => void;

function freeKey(code: string, shift: boolean): Act | null {
  switch (code) {
    case "Space":
      return (player) => player.toggle();
    case "ArrowLeft":
    case "ArrowRight": {
      const direction = code === "ArrowLeft" ? -1 : 1;
      return (player) => (shift ? player.stepChapter(direction) : player.step(direction * STEP_S));
    }
    default:
      return null;
  }
}

function altKey(code: string): Act | null {
  switch (code) {
    case "KeyT":
      return () => chooseCaptions({ on: !captionChoice.get().on });
    case "KeyM":
      return (player) => player.setSound(!player.state.get().sound);
    default:
      return null;
  }
}

/** Where keys have a meaning of their own, they keep it: buttons, tabs, lists, the board and the texts. */
function isFree(event: KeyboardEvent): boolean {
  const target = event.target as Element | null;
  return target === document.body || target?.matches("main, [data-free-keys]") === true;
}
