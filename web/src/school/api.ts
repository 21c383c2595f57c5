/** Requests of somebody who is signed in: the session is in cookies no script can read; a lapsed one is renewed once. */

import { call, Problem } from "../room/tickets";
import { forgetSession } from "./session";
import type { Page } from "./shapes";

const BASE = "/api/v1";
/** Lists longer than this are cut; the pages say so. */
const MOST_PAGES = 20;

export type Method = "POST" | "PUT" | "PATCH" | "DELETE";

export const get = <T>(path: string): Promise<T> => signedIn<T>(path, {});

/** A change. `version`: of the record it was made from, for `If-Match`. */
export function send<T>(method: Method, path: string, body?: unknown, version?: number): Promise<T> {
  const headers: Record<string, string> = {};
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (version !== undefined) headers["If-Match"] = `"${version}"`;
  return signedIn<T>(path, { method, headers, body: body === undefined ? null : JSON.stringify(body) });
}

/** An answer that is not JSON, as text. */
export async function getText(path: string): Promise<string> {
  await get("/me"); // renews a session that has lapsed
  let response: Response;
  try {
    response = await fetch(BASE + path);
  } catch {
    throw new Problem(0, "offline", "The server cannot be reached.");
  }
  if (response.ok) return response.text();
  const { code = "error", detail = response.statusText } = (await response.json().catch(() => ({}))) as { code?: string; detail?: string };
  throw new Problem(response.status, code, detail);
}

/** All of a list. */
export async function list<T>(path: string): Promise<T[]> {
  const found: T[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < MOST_PAGES; page++) {
    const query = new URLSearchParams({ limit: "200", ...(cursor === null ? {} : { cursor }) });
    const answer: Page<T> = await get<Page<T>>(`${path}${path.includes("?") ? "&" : "?"}${query}`);
    found.push(...answer.items);
    cursor = answer.next;
    if (cursor === null) break;
  }
  return found;
}

/** A request of anybody, signed in or not. */
export const open = <T>(method: "GET" | Method, path: string, body?: unknown): Promise<T> =>
  call(BASE + path, {
    method,
    ...(body === undefined ? {} : { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) }),
  }) as Promise<T>;

async function signedIn<T>(path: string, init: RequestInit): Promise<T> {
  try {
    return (await call(BASE + path, init)) as T;
  } catch (error) {
    if (!(error instanceof Problem) || error.status !== 401) throw error;
  }
  await renewed();
  return (await call(BASE + path, init)) as T;
}

let renewing: Promise<unknown> | null = null;

/** One renewal at a time: a refresh token is good once. */
async function renewed(): Promise<void> {
  renewing ??= open("POST", "/auth/refresh", {}).finally(() => {
    renewing = null;
  });
  try {
    await renewing;
  } catch (error) {
    if (error instanceof Problem && error.final) forgetSession();
    throw error;
  }
}
