/** What a role may do: the server's table (realtime/roles.py), so that nothing is offered that would be refused. */

import type { DocumentInfo, Role } from "../protocol/frames";

export const ROLES: readonly Role[] = ["teacher", "assistant", "student", "observer"];

export const isStaff = (role: Role): boolean => role === "teacher" || role === "assistant";

/** Editing, chat, hands, reactions, votes, cursors. */
export const takesPart = (role: Role): boolean => role !== "observer";

export function mayEdit(role: Role, document: DocumentInfo | undefined): boolean {
  if (document?.quarantined || !takesPart(role)) return false;
  return isStaff(role) || !document?.locked;
}
