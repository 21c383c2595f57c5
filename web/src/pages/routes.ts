/** Two addresses: `/` and `/class/{room}`. A token in the fragment is taken and removed from the address at once. */

import { Store } from "../room/store";
import { keepTicket, pastedTicket } from "../room/tickets";

export type Route = { kind: "landing" } | { kind: "class"; room: string };

const ROOM = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/;

export const isRoomName = (name: string): boolean => ROOM.test(name);

export const route = new Store<Route>({ kind: "landing" });

export function routeOf(path: string): Route {
  const room = /^\/class\/([^/]+)\/?$/.exec(path)?.[1];
  return room !== undefined && isRoomName(room) ? { kind: "class", room } : { kind: "landing" };
}

export const classPath = (room: string): string => `/class/${room}`;

export function go(path: string): void {
  window.history.pushState(null, "", path);
  read();
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
  if (next.kind === "class") keepTicket(pastedTicket(next.room, token));
}

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
