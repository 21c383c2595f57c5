/** The join token: kept for this tab (a reload keeps you in), renewed before it expires, never in an address. */

import type { Role } from "../protocol/frames";

export interface Ticket {
  room: string;
  token: string;
  /** Unix seconds; 0: not known. */
  expires: number;
  name: string;
  role: Role | "";
  title?: string;
}

/** An RFC 9457 problem, in words for people. */
export class Problem extends Error {
  override name = "Problem";

  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
  ) {
    super(detail);
  }

  /** Whether asking again cannot help: not the network, not a server in trouble or in a hurry. */
  get final(): boolean {
    return this.status >= 400 && this.status < 500 && this.status !== 429;
  }
}

const RENEW_BEFORE_S = 60;
const key = (room: string): string => `lyceum.ticket.${room}`;

export function loadTicket(room: string): Ticket | null {
  const text = sessionStorage.getItem(key(room));
  return text === null ? null : (JSON.parse(text) as Ticket);
}

export function keepTicket(ticket: Ticket): void {
  sessionStorage.setItem(key(ticket.room), JSON.stringify(ticket));
}

export function dropTicket(room: string): void {
  sessionStorage.removeItem(key(room));
}

/** A ticket from a pasted join token; the server reads it, here only the name of the room is taken on trust. */
export function pastedTicket(room: string, token: string): Ticket {
  return { room, token: token.trim(), expires: expiryOf(token), name: "", role: "" };
}

/** The `exp` claim, so that renewal comes in time; 0 when it cannot be read. */
export function expiryOf(token: string): number {
  try {
    const claims = JSON.parse(atob((token.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/"))) as unknown;
    const exp = (claims as { exp?: unknown }).exp;
    return typeof exp === "number" ? exp : 0;
  } catch {
    return 0;
  }
}

export const expiresSoon = (ticket: Ticket, now: number): boolean =>
  ticket.expires > 0 && ticket.expires - now < RENEW_BEFORE_S;

export async function renew(ticket: Ticket): Promise<Ticket> {
  const path = `/api/v1/rooms/${encodeURIComponent(ticket.room)}/token/renew`;
  const fresh = (await call(path, {
    method: "POST",
    headers: { Authorization: `Bearer ${ticket.token}` },
  })) as Ticket;
  return { ...ticket, token: fresh.token, expires: fresh.expires };
}

/** One request to the REST tier; raises `Problem`. */
export async function call(path: string, init: RequestInit = {}): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(path, { ...init, headers: { Accept: "application/json", ...init.headers } });
  } catch {
    throw new Problem(0, "offline", "The server cannot be reached.");
  }
  const body: unknown = await response.json().catch(() => null);
  if (response.ok) return body;
  const problem = (body ?? {}) as { code?: string; detail?: string };
  throw new Problem(response.status, problem.code ?? "error", problem.detail ?? response.statusText);
}
