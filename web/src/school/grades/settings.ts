/** How marks add up (`rest/assessment/schemas_book.py`): as it is typed, as it is sent, and what is wrong. Pure. */

export type Curve = "best-is-full" | "scale-to-best" | "root" | "raise-mean";

export const CURVES: readonly Curve[] = ["best-is-full", "scale-to-best", "root", "raise-mean"];

export interface CategorySet {
  name: string;
  weight: number;
  drop_lowest: number;
  equal: boolean;
}

export interface BookSettings {
  categories: CategorySet[];
  missing_counts: boolean;
  curve: Curve | null;
  curve_mean: number | null;
  scale: { least: number; grade: string }[];
  version: number;
}

export interface CategoryLine {
  name: string;
  weight: string;
  drop: string;
  equal: boolean;
}

export interface Step {
  least: string;
  grade: string;
}

export interface BookForm {
  categories: CategoryLine[];
  missingCounts: boolean;
  curve: Curve | "";
  mean: string;
  scale: Step[];
}

export type BookProblem = "name" | "twice" | "weight" | "drop" | "mean" | "step" | "zero";

export const NEW_CATEGORY: CategoryLine = { name: "", weight: "1", drop: "0", equal: false };

const HEAVIEST = 10_000;
const MOST_DROPPED = 100;

/** The settings with the categories of the course's work nobody has named yet: those weigh 1. */
export function fromBook(settings: BookSettings, used: readonly string[]): BookForm {
  const named = new Set(settings.categories.map(({ name }) => name));
  const others = [...new Set(used)].filter((name) => !named.has(name)).sort();
  return {
    categories: [
      ...settings.categories.map(({ name, weight, drop_lowest, equal }) => ({
        name,
        weight: String(weight),
        drop: String(drop_lowest),
        equal,
      })),
      ...others.map((name) => ({ ...NEW_CATEGORY, name })),
    ],
    missingCounts: settings.missing_counts,
    curve: settings.curve ?? "",
    mean: settings.curve_mean === null ? "" : String(settings.curve_mean),
    scale: settings.scale.map(({ least, grade }) => ({ least: String(least), grade })),
  };
}

/** The body to send; the scale falls, as the server wants it. */
export function toBook(form: BookForm): Omit<BookSettings, "version"> {
  const scale = form.scale.map(({ least, grade }) => ({ least: Number(least), grade: grade.trim() }));
  return {
    categories: form.categories.map(({ name, weight, drop, equal }) => ({
      name: name.trim(),
      weight: Number(weight),
      drop_lowest: Number(drop),
      equal,
    })),
    missing_counts: form.missingCounts,
    curve: form.curve === "" ? null : form.curve,
    curve_mean: form.curve === "raise-mean" ? Number(form.mean) : null,
    scale: scale.sort((a, b) => b.least - a.least),
  };
}

/** The first thing that is not right; null: nothing known here. */
export function bookProblem(form: BookForm): BookProblem | null {
  const names = form.categories.map(({ name }) => name.trim());
  if (names.includes("")) return "name";
  if (new Set(names).size < names.length) return "twice";
  if (!form.categories.every(({ weight }) => inside(weight, HEAVIEST))) return "weight";
  const whole = form.categories.every(({ drop }) => inside(drop, MOST_DROPPED) && Number.isInteger(Number(drop)));
  if (!whole) return "drop";
  if (form.curve === "raise-mean" && !inside(form.mean, 100)) return "mean";
  return scaleProblem(form.scale);
}

function scaleProblem(scale: readonly Step[]): "step" | "zero" | null {
  if (scale.length === 0) return null;
  if (!scale.every(({ least, grade }) => grade.trim() !== "" && inside(least, 100))) return "step";
  const steps = scale.map(({ least }) => Number(least));
  if (new Set(steps).size < steps.length) return "step";
  return steps.includes(0) ? null : "zero";
}

const inside = (text: string, most: number): boolean => text.trim() !== "" && Number(text) >= 0 && Number(text) <= most;

/** What part of the course each category is; null while a weight is no number, or all are 0. */
export function sharesOf(categories: readonly CategoryLine[]): number[] | null {
  const weights = categories.map(({ weight }) => (inside(weight, HEAVIEST) ? Number(weight) : Number.NaN));
  const sum = weights.reduce((all, one) => all + one, 0);
  return sum > 0 ? weights.map((one) => one / sum) : null;
}
