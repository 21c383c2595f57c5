/** Quizzes, attempts and results as the REST tier tells them (`rest/assessment/schemas*.py`). */

export type Kind =
  | "single"
  | "multiple"
  | "true-false"
  | "numeric"
  | "short-text"
  | "ordering"
  | "matching"
  | "essay"
  | "code";

export const KINDS: readonly Kind[] = [
  "single",
  "multiple",
  "true-false",
  "numeric",
  "short-text",
  "ordering",
  "matching",
  "essay",
  "code",
];

export type Response =
  | { kind: "chosen"; choices: string[] }
  | { kind: "said"; text: string }
  | { kind: "ordered"; order: string[] }
  | { kind: "matched"; pairs: Record<string, string> }
  | { kind: "submitted"; files: Record<string, string> };

export interface Choice {
  id: string;
  text: string;
}

/** A question as it is asked; which fields there are depends on its kind. */
export interface Question {
  item: string;
  kind: Kind;
  prompt: string;
  points: number;
  choices?: Choice[] | null;
  sources?: Choice[] | null;
  with_unit?: boolean | null;
  least_words?: number | null;
  most_words?: number | null;
  language?: string | null;
  starter?: string | null;
  tests?: string[] | null;
}

export interface SavedAnswer {
  item: string;
  seq: number;
  response: Response | null;
}

export interface AttemptHead {
  id: string;
  quiz_id: string;
  number: number;
  status: "running" | "submitted" | "graded";
  started_at: string;
  ends_at: string | null;
  submitted_at: string | null;
}

export interface Attempt extends AttemptHead {
  questions: Question[];
  answers: SavedAnswer[];
  now: string;
}

export interface Saved {
  saved: { item: string; seq: number }[];
  ends_at: string | null;
  now: string;
}

export interface OwnAttempt extends AttemptHead {
  score: number | null;
  maximum: number | null;
}

export interface AttemptListed extends OwnAttempt {
  person_id: string;
  name: string;
  needs_manual: boolean;
}

export interface Remark {
  code: string;
  about: string[];
}

export interface ItemResult {
  item: string;
  score: number | null;
  maximum: number | null;
  needs_manual: boolean;
  feedback: Remark[];
  question: Question;
  response: Response | null;
  key: Response | null;
  mark: number | null;
  comment: string;
}

export interface Result extends AttemptHead {
  person_id: string;
  shows: "score" | "feedback" | "key" | null;
  score: number | null;
  maximum: number | null;
  needs_manual: boolean;
  items: ItemResult[];
}

export interface QuizHead {
  id: string;
  course_id: string;
  module_id: string | null;
  title: string;
  instructions: string;
  status: "draft" | "published";
  opens_at: string | null;
  due_at: string | null;
  closes_at: string | null;
  minutes: number | null;
  attempts: number;
  maximum: number;
  release: "submitted" | "closed" | "released";
  released_at: string | null;
  version: number;
}

/** What grading again would do (`rest/assessment/schemas_attempts.py`). */
export interface RegradePreview {
  questions: { item_id: string; title: string; used: number; newest: number }[];
  attempts: number;
  changed: number;
  higher: number;
  lower: number;
}

/** How a question did; figures are null where there are too few answers. */
export interface Analysed {
  item_id: string;
  title: string;
  answers: number;
  /** Mean share earned. */
  difficulty: number;
  discrimination: number | null;
  flags: ("too-easy" | "too-hard" | "does-not-discriminate" | "check-the-key" | "few-answers")[];
  /** `upper`, `lower`: by the best and the worst 27 percent. */
  choices: { choice: string; text: string; right: boolean; picked: number; upper: number; lower: number }[];
}

export interface Analysis {
  students: number;
  mean: number;
  deviation: number;
  alpha: number | null;
  questions: Analysed[];
}
