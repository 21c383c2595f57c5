/** Occurrences by the day they begin on here. Pure but for the device's time zone. */

import type { Occurrence } from "./shapes";

export interface Day {
  date: Date;
  occurrences: Occurrence[];
}

export function byDay(occurrences: readonly Occurrence[]): Day[] {
  const days = new Map<number, Day>();
  for (const one of [...occurrences].sort((a, b) => Date.parse(a.starts) - Date.parse(b.starts))) {
    const starts = new Date(one.starts);
    const date = new Date(starts.getFullYear(), starts.getMonth(), starts.getDate());
    const day = days.get(date.getTime()) ?? { date, occurrences: [] };
    day.occurrences.push(one);
    days.set(date.getTime(), day);
  }
  return [...days.values()];
}
