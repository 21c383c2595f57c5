/**
 * Addresses: `/`, `/class/{room}`, `/class/{room}/recordings[/{id}]`, and those of the school. A token in the fragment is taken and removed from the address
 * at once.
 */

import type { MouseEvent } from "react";
import { Store } from "../room/store";
import { keepTicket, pastedTicket } from "../room/tickets";

export type Route =
  | { kind: "landing" }
  | { kind: "class"; room: string }
  /** The recordings of a class, or one of them. */
  | { kind: "recordings"; room: string; id: string | null }
  | { kind: "school"; path: readonly string[] };

/** First parts of the school's addresses; messages of the server lead to those with a token. */
const SCHOOL: readonly string[] = [
  "sign-in",
  "forgot-password",
  "found-school",
  "set-password",
  "verify-email",
  "account",
  "invitation",
  "courses",
  "schedule",
];

const ROOM = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/;

export const isRoomName = (name: string): boolean => ROOM.test(name);

export const route = new Store<Route>({ kind: "landing" });

export function routeOf(path: string): Route {
  const room = /^\/class\/([^/]+)\/?$/.exec(path)?.[1];
  if (room !== undefined && isRoomName(room)) return { kind: "class", room };
  const recordings = /^\/class\/([^/]+)\/recordings(?:\/([^/]+))?\/?$/.exec(path);
  if (recordings?.[1] !== undefined && isRoomName(recordings[1])) {
    return { kind: "recordings", room: recordings[1], id: recordings[2] ?? null };
  }
  const parts = path.split("/").filter(Boolean);
  return SCHOOL.includes(parts[0] ?? "") ? { kind: "school", path: parts } : { kind: "landing" };
}

export const classPath = (room: string): string => `/class/${room}`;

export const recordingPath = (room: string, id?: string): string =>
  `${classPath(room)}/recordings${id === undefined ? "" : `/${encodeURIComponent(id)}`}`;

export function go(path: string): void {
  window.history.pushState(null, "", path);
  read();
}

/** A link of ours without loading everything again; with a key held the browser does what it always does. */
export function follow(event: MouseEvent, path: string): void {
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || event.button !== 0) return;
  event.preventDefault();
  go(path);
}

export function startRouting(): void {
  window.addEventListener("popstate", read);
  window.addEventListener("hashchange", read);
  read();
}

function read(): void {
  const next = routeOf(window.location.pathname);
  takeToken(next);
  route.set(next);
}

/** `/class/algebra#token=…`, as made from `lyceum token`: fragments are never sent to a server. */
function takeToken(next: Route): void {
  const fields = new URLSearchParams(window.location.hash.slice(1));
  const token = fields.get("token");
  if (token === null) return;
  fields.delete("token");
  replaceFragment(fields);
  if (next.kind === "class" || next.kind === "recordings") keepTicket(pastedTicket(next.room, token));
  if (next.kind === "school") sessionStorage.setItem(linkKey(next.path), token);
}

const linkKey = (path: readonly string[]): string => `lyceum.link.${path[0]}`;

/** The token of a message's link to this page, kept for this tab so that a reload still has it. */
export const linkToken = (path: readonly string[]): string | null => sessionStorage.getItem(linkKey(path));

export const dropLinkToken = (path: readonly string[]): void => sessionStorage.removeItem(linkKey(path));

/** `/class/algebra#doc=text.notes`: the document in view, so that a reload or a link comes back to it. */
export function documentInAddress(): string | null {
  return new URLSearchParams(window.location.hash.slice(1)).get("doc");
}

export function keepDocumentInAddress(doc: string): void {
  replaceFragment(new URLSearchParams({ doc }));
}

function replaceFragment(fields: URLSearchParams): void {
  const fragment = fields.size > 0 ? `#${fields}` : "";
  window.history.replaceState(null, "", window.location.pathname + window.location.search + fragment);
}
