/** What every part of the classroom needs: the visit, who I am, the class as it is, and a way to ask for things. */

import { createContext, useCallback, useContext } from "react";
import type { I18n } from "../i18n/i18n";
import { useI18n } from "../i18n/provider";
import type { Command } from "../protocol/frames";
import type { ClassState } from "../room/classroom";
import { CommandRefused, REPLACED } from "../room/commands";
import type { Me, RoomSession } from "../room/session";
import { useToast } from "../ui/Toasts";

export interface Room {
  session: RoomSession;
  me: Me;
  classroom: ClassState;
}

export const RoomContext = createContext<Room | null>(null);

export function useRoom(): Room {
  const room = useContext(RoomContext);
  if (room === null) throw new Error("there is no room here");
  return room;
}

/**
 * Asks something of the class; says so when it is refused, and resolves to whether it was taken.
 * `key` marks what may be repeated: see `Commands`.
 */
export function useAsk(): (command: Command, key?: string) => Promise<boolean> {
  const { session } = useRoom();
  const toast = useToast();
  const i18n = useI18n();
  return useCallback(
    (command, key) =>
      session.ask(command, key ?? null).then(
        () => true,
        (error: unknown) => {
          if (error instanceof CommandRefused && error.code === REPLACED) return true;
          toast(refusalWords(i18n, error));
          return false;
        },
      ),
    [session, toast, i18n],
  );
}

/** A refusal in the person's language; the server's own words when its code is new. */
export function refusalWords(i18n: I18n, error: unknown): string {
  if (!(error instanceof CommandRefused)) return String(error);
  return codeWords(i18n, error.code, error.message);
}

export function codeWords(i18n: I18n, code: string, message = code): string {
  const key = `refusal.${code}`;
  return i18n.has(key) ? i18n.t(key) : message;
}
