/** Cursors, selections and laser pointers of the others, between awareness and Excalidraw. */

import type { Collaborator, SocketId } from "@excalidraw/excalidraw/types";
import type { Awareness } from "y-protocols/awareness";

export interface BoardPresence {
  user?: { id: string; name: string; color: string };
  page?: string;
  pointer?: { x: number; y: number; tool: "pointer" | "laser" };
  button?: "up" | "down";
  selected?: string[];
}

const MOST_SELECTED = 50;

/** Those who are on `page`, as Excalidraw draws them. */
export function collaborators(awareness: Awareness, page: string): Map<SocketId, Collaborator> {
  const shown = new Map<SocketId, Collaborator>();
  for (const [client, state] of awareness.getStates() as Map<number, BoardPresence>) {
    if (client === awareness.clientID || state.page !== page || state.user === undefined) continue;
    const socketId = String(client) as SocketId;
    const { id, color, name } = state.user;
    shown.set(socketId, {
      id,
      socketId,
      username: name,
      color: { background: color, stroke: color },
      button: state.button ?? "up",
      selectedElementIds: Object.fromEntries((state.selected ?? []).map((element) => [element, true as const])),
      ...(state.pointer && { pointer: { ...state.pointer, laserColor: color } }),
    });
  }
  return shown;
}

export const selectedIds = (selected: Readonly<Record<string, boolean>>): string[] =>
  Object.keys(selected).slice(0, MOST_SELECTED);
