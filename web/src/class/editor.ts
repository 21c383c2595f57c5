/** What every editor of a document is given. */

import { useEffect } from "react";
import type { LeaderView } from "../protocol/frames";
import type { SharedDocument } from "../room/documents";
import { takesPart } from "../room/roles";
import type { Me } from "../room/session";
import { colorOf } from "../ui/colors";

/** Where somebody looks in a document: a page of it, a place and a magnification; each editor has its own meaning. */
export type Place = Omit<LeaderView, "user" | "doc">;

export interface Lead {
  /** Where the leader looks in this document, while this person follows. */
  following: Place | null;
  /** While this person leads: tell where they look. */
  report: ((place: Place) => void) | null;
  /** This person moved away by themselves. */
  wander(): void;
}

export interface EditorProps {
  document: SharedDocument;
  writable: boolean;
  me: Me;
  lead: Lead;
}

/** Shows this person's name and colour beside their cursor. */
export function usePresence(document: SharedDocument, me: Me): void {
  useEffect(() => {
    if (!takesPart(me.role)) return;
    const color = colorOf(me.user);
    document.awareness.setLocalStateField("user", { id: me.user, name: me.name, color, colorLight: `${color}33` });
    return () => document.awareness.setLocalState({});
  }, [document, me]);
}
