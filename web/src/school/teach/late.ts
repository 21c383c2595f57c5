/** What lateness costs (`rest/assessment/late.py`): as it is typed, as it is sent, and what it comes to. Pure. */

export interface Late {
  /** Percent of the points lost for each `per` begun. */
  percent: number;
  per: "day" | "hour" | "once";
  /** Percent lost at most. */
  most: number;
  free_minutes: number;
  /** Hours after which nothing is left; 0: never. */
  cutoff_hours: number;
}

export type LateForm = Omit<Record<keyof Late, string>, "per"> & Pick<Late, "per">;

export const NO_LATE: Late = { percent: 0, per: "day", most: 100, free_minutes: 0, cutoff_hours: 0 };

const LONGEST = 100_000;
const STEP_MINUTES = { day: 24 * 60, hour: 60 };

export const fromLate = (late: Late): LateForm => ({
  percent: String(late.percent),
  per: late.per,
  most: String(late.most),
  free_minutes: String(late.free_minutes),
  cutoff_hours: String(late.cutoff_hours),
});

/** Null: not whole numbers, or out of bounds. An empty field is what it is when nobody says. */
export function toLate(form: LateForm): Late | null {
  const number = (name: Exclude<keyof Late, "per">, most: number): number => {
    const value = form[name].trim() === "" ? NO_LATE[name] : Number(form[name]);
    return Number.isInteger(value) && value >= 0 && value <= most ? value : Number.NaN;
  };
  const late: Late = {
    percent: number("percent", 100),
    per: form.per,
    most: number("most", 100),
    free_minutes: number("free_minutes", LONGEST),
    cutoff_hours: number("cutoff_hours", LONGEST),
  };
  return Object.values(late).some(Number.isNaN) ? null : late;
}

/** The share of the points that is kept by who is so many minutes late. */
export function keptAfter(late: Late, minutes: number): number {
  if (minutes <= late.free_minutes) return 1;
  if (late.cutoff_hours > 0 && minutes > late.cutoff_hours * 60) return 0;
  const begun = late.per === "once" ? 1 : Math.ceil(minutes / STEP_MINUTES[late.per]);
  return 1 - Math.min(late.most, late.percent * begun) / 100;
}
