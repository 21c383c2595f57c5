/** A class of a course as it is typed: when it first meets, for how long, and how often (`rest/classes/schemas.py`). Pure. */

export interface Recurrence {
  frequency: "daily" | "weekly";
  every: number;
  /** 0 is Monday. */
  weekdays: number[];
  until: string | null;
  count: number | null;
}

export interface ClassSettings {
  id: string;
  title: string;
  time_zone: string;
  /** The wall's time in that zone, without an offset. */
  starts_at: string;
  minutes: number;
  recurrence: Recurrence | null;
  version: number;
}

export interface ClassForm {
  title: string;
  starts: string;
  minutes: string;
  zone: string;
  repeats: "once" | Recurrence["frequency"];
  weekdays: number[];
  until: string;
}

export type ClassProblem = "title" | "starts" | "minutes" | "until";

const LONGEST = 1440;

export const newClass = (zone: string): ClassForm => ({
  title: "",
  starts: "",
  minutes: "60",
  zone,
  repeats: "once",
  weekdays: [],
  until: "",
});

export const fromClass = (known: ClassSettings): ClassForm => ({
  title: known.title,
  starts: known.starts_at.slice(0, 16),
  minutes: String(known.minutes),
  zone: known.time_zone,
  repeats: known.recurrence?.frequency ?? "once",
  weekdays: known.recurrence?.weekdays ?? [],
  until: known.recurrence?.until ?? "",
});

export function classProblem(form: ClassForm): ClassProblem | null {
  const minutes = Number(form.minutes);
  if (form.title.trim() === "") return "title";
  if (form.starts === "") return "starts";
  if (!(Number.isInteger(minutes) && minutes >= 1 && minutes <= LONGEST)) return "minutes";
  return form.repeats !== "once" && form.until !== "" && form.until < form.starts.slice(0, 10) ? "until" : null;
}

/** The body to send. `known`: the class it changes, whose rule keeps what this form has no field for. */
export function toClass(form: ClassForm, known: ClassSettings | null): Record<string, unknown> {
  const rule = known?.recurrence?.frequency === form.repeats ? known.recurrence : null;
  const recurrence = form.repeats === "once" ? null : {
    frequency: form.repeats,
    every: rule?.every ?? 1,
    weekdays: form.repeats === "weekly" ? [...form.weekdays].sort() : [],
    until: form.until === "" ? null : form.until,
    count: form.until === "" ? (rule?.count ?? null) : null,
  };
  const body = { title: form.title.trim(), starts_at: form.starts, minutes: Number(form.minutes), time_zone: form.zone, recurrence };
  if (known === null || JSON.stringify(toTimes(body)) !== JSON.stringify(timesOf(known))) return body;
  return { title: body.title };
}

/** Another time or rule forgets moved and cancelled days: what is the same is not sent. */
const toTimes = ({ starts_at, minutes, time_zone, recurrence }: Omit<ClassSettings, "id" | "title" | "version">): unknown => [
  starts_at.slice(0, 16),
  minutes,
  time_zone,
  recurrence && [recurrence.frequency, recurrence.every, recurrence.weekdays, recurrence.until, recurrence.count],
];
const timesOf = (known: ClassSettings): unknown => toTimes(known);
