/** A quiz being built: its form and what of it is sent. Pure but for the device's time zone. */

import { lines } from "./content";
import type { Late, LateForm } from "./late";
import { fromLate, NO_LATE, toLate } from "./late";

export type Part =
  | { items: string[]; draw: number; points?: number | string | null }
  | { tags: string[]; draw: number; points?: number | string | null };

export interface QuizSettings {
  id: string;
  title: string;
  status: "draft" | "published";
  module_id: string | null;
  instructions: string;
  parts: Part[];
  shuffle_items: boolean;
  shuffle_choices: boolean;
  opens_at: string | null;
  due_at: string | null;
  closes_at: string | null;
  minutes: number | null;
  attempts: number;
  keep: "best" | "last" | "first" | "average";
  release: "submitted" | "closed" | "released";
  shows: "score" | "feedback" | "key";
  late: Late;
  category: string;
  version: number;
}

export interface Form {
  title: string;
  module: string;
  instructions: string;
  /** Questions chosen by hand, in their order. */
  chosen: string[];
  /** One pool a line: `tag, tag: 3` draws three questions with both tags. */
  pools: string;
  shuffleItems: boolean;
  shuffleChoices: boolean;
  opens: string;
  due: string;
  closes: string;
  minutes: string;
  attempts: string;
  keep: QuizSettings["keep"];
  release: QuizSettings["release"];
  shows: QuizSettings["shows"];
  late: LateForm;
  category: string;
}

export const NEW_FORM: Form = {
  title: "",
  module: "",
  instructions: "",
  chosen: [],
  pools: "",
  shuffleItems: false,
  shuffleChoices: true,
  opens: "",
  due: "",
  closes: "",
  minutes: "",
  attempts: "1",
  keep: "best",
  release: "submitted",
  shows: "feedback",
  late: fromLate(NO_LATE),
  category: "quizzes",
};

export function fromSettings(quiz: QuizSettings): Form {
  return {
    title: quiz.title,
    module: quiz.module_id ?? "",
    instructions: quiz.instructions,
    chosen: quiz.parts.flatMap((part) => ("items" in part ? part.items : [])),
    pools: quiz.parts.flatMap((part) => ("tags" in part ? [poolLine(part)] : [])).join("\n"),
    shuffleItems: quiz.shuffle_items,
    shuffleChoices: quiz.shuffle_choices,
    opens: localInput(quiz.opens_at),
    due: localInput(quiz.due_at),
    closes: localInput(quiz.closes_at),
    minutes: quiz.minutes === null ? "" : String(quiz.minutes),
    attempts: String(quiz.attempts),
    keep: quiz.keep,
    release: quiz.release,
    shows: quiz.shows,
    late: fromLate(quiz.late),
    category: quiz.category,
  };
}

const poolLine = ({ tags, draw }: { tags: string[]; draw: number }): string => `${tags.join(", ")}: ${draw}`;

function poolOf(line: string): Part {
  const match = /^(.*?)(?::\s*(\d{1,3}))?$/.exec(line);
  const tags = (match?.[1] ?? line).split(",").map((one) => one.trim()).filter(Boolean);
  return { tags, draw: Number(match?.[2] ?? 0) };
}

export function toSettings(form: Form): Record<string, unknown> {
  const chosen: Part[] = form.chosen.length > 0 ? [{ items: form.chosen, draw: 0 }] : [];
  return {
    title: form.title.trim(),
    module_id: form.module === "" ? null : form.module,
    instructions: form.instructions,
    parts: [...chosen, ...lines(form.pools).map(poolOf)],
    shuffle_items: form.shuffleItems,
    shuffle_choices: form.shuffleChoices,
    opens_at: instant(form.opens),
    due_at: instant(form.due),
    closes_at: instant(form.closes),
    minutes: form.minutes.trim() === "" ? null : Number(form.minutes),
    attempts: Number(form.attempts) || 0,
    keep: form.keep,
    release: form.release,
    shows: form.shows,
    late: toLate(form.late) ?? NO_LATE,
    category: form.category.trim(),
  };
}

/** The parts that decide what is asked; once somebody has begun they stay as they are. */
export const unchangedParts = (one: readonly Part[], two: readonly Part[]): boolean =>
  JSON.stringify(one.map(bare)) === JSON.stringify(two.map(bare));

const bare = (part: Part): unknown => ("items" in part ? [part.items, part.draw] : [part.tags, part.draw]);

/** What `<input type=datetime-local>` says, as an instant. */
export const instant = (local: string): string | null => (local === "" ? null : new Date(local).toISOString());

export function localInput(at: string | null): string {
  if (at === null) return "";
  const date = new Date(at);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
