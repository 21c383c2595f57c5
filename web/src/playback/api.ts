/** Recordings over HTTP (docs/media.md): listed and deleted with the join token, watched with a ticket for one of them. */

import type { Ticket } from "../room/tickets";
import { call, expiresSoon, keepTicket, Problem, renew } from "../room/tickets";
import type { Note, Tape } from "./tape";
import { leftStanding, noteOf, tapeOf } from "./tape";

export interface Kept {
  id: string;
  /** Unix seconds. */
  started: number;
  ended: number | null;
  seconds: number;
  bytes: number;
  running: boolean;
  ticket: string;
}

export async function listed(ticket: Ticket): Promise<Kept[]> {
  return (await call(pathOf(ticket.room), { headers: await bearer(ticket) })) as Kept[];
}

export async function remove(ticket: Ticket, id: string): Promise<void> {
  await call(pathOf(ticket.room, id), { method: "DELETE", headers: await bearer(ticket) });
}

/** The address of a file of a recording, good for a media element. */
export const addressOf = (room: string, kept: Kept, name: string): string =>
  `${pathOf(room, kept.id, name)}?ticket=${encodeURIComponent(kept.ticket)}`;

/** `earlier`: parts of the same recording before this one (`partsBefore`); what they left standing is there at its start. */
export async function tapeFrom(room: string, kept: Kept, earlier: readonly Kept[]): Promise<Tape> {
  const [timeline, notes, ...before] = await Promise.all([
    call(addressOf(room, kept, "timeline.json")),
    ...[kept, ...earlier].map((part) => notesFrom(addressOf(room, part, "events.jsonl"))),
  ]);
  return tapeOf(timeline, [...before.flatMap(leftStanding), ...(notes ?? [])]);
}

/** Read as it comes: a long class has more of it than one would want in one string. */
async function notesFrom(address: string): Promise<Note[]> {
  const response = await fetch(address);
  if (!response.ok || response.body === null) throw new Problem(response.status, "error", response.statusText);
  const notes: Note[] = [];
  const take = (line: string): void => {
    const note = line === "" ? null : noteOf(line);
    if (note !== null) notes.push(note);
  };
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    const lines = (rest + part.value).split("\n");
    rest = lines.pop() ?? "";
    lines.forEach(take);
  }
  take(rest);
  return notes;
}

async function bearer(ticket: Ticket): Promise<HeadersInit> {
  const good = expiresSoon(ticket, Date.now() / 1000) ? await renew(ticket) : ticket;
  if (good !== ticket) keepTicket(good);
  return { Authorization: `Bearer ${good.token}` };
}

const pathOf = (...parts: string[]): string => ["/recordings", ...parts.map(encodeURIComponent)].join("/");
