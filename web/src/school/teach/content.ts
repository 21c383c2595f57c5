/**
 * A question as its author writes it: the content of `rest/assessment/items.py`, with fields for every kind at hand so
 * that changing the kind loses nothing typed. Pure.
 */

import type { Choice, Kind, Question, Response } from "../quiz/shapes";

export interface AuthoredChoice extends Choice {
  feedback?: string;
}

export interface Accepted {
  text: string;
  percent?: number;
  feedback?: string;
}

export interface CodeTest {
  id: string;
  weight?: number;
  hidden?: boolean;
}

/** Everything an author can have typed. Points and numbers are text until they are sent. */
export interface Draft {
  kind: Kind;
  title: string;
  prompt: string;
  points: string;
  skills: string;
  right: string;
  wrong: string;
  choices: AuthoredChoice[];
  key: string;
  keys: string[];
  truth: boolean;
  number: string;
  tolerance: string;
  relative: boolean;
  unit: string;
  accepted: string;
  caseSensitive: boolean;
  typos: number;
  pairs: { source: string; target: string }[];
  leastWords: number;
  mostWords: number;
  language: string;
  starter: string;
  tests: string;
  /** Fields of the content this editor has no place for; they are sent back as they came. */
  rest: Record<string, unknown>;
}

export type DraftProblem = "prompt" | "points" | "choices" | "key" | "number" | "accepted" | "pairs" | "tests" | "words";

export const BLANK: Draft = {
  kind: "single",
  title: "",
  prompt: "",
  points: "1",
  skills: "",
  right: "",
  wrong: "",
  choices: [
    { id: "a", text: "" },
    { id: "b", text: "" },
  ],
  key: "a",
  keys: [],
  truth: true,
  number: "",
  tolerance: "0",
  relative: false,
  unit: "",
  accepted: "",
  caseSensitive: false,
  typos: 0,
  pairs: [
    { source: "", target: "" },
    { source: "", target: "" },
  ],
  leastWords: 0,
  mostWords: 0,
  language: "python",
  starter: "",
  tests: "",
  rest: {},
};

type Content = Record<string, unknown>;

const COMMON = ["kind", "title", "prompt", "points", "skills", "right", "wrong"];
const OWN: Record<Kind, readonly string[]> = {
  single: ["choices", "key"],
  multiple: ["choices", "keys"],
  "true-false": ["key"],
  numeric: ["key", "tolerance", "relative", "unit"],
  "short-text": ["accepted", "case_sensitive", "typos"],
  ordering: ["choices"],
  matching: ["sources", "targets", "pairs"],
  essay: ["least_words", "most_words"],
  code: ["language", "tests", "starter"],
};

const text = (value: unknown): string => (value === undefined || value === null ? "" : String(value));
const listed = (value: string): string[] => value.split(",").map((one) => one.trim()).filter(Boolean);
export const lines = (value: string): string[] => value.split("\n").map((one) => one.trim()).filter(Boolean);

/** A name no choice has yet: a, b, … z, aa, … */
export function freshId(taken: readonly string[]): string {
  for (let number = 0; ; number++) {
    const letter = String.fromCharCode(97 + (number % 26));
    const id = letter.repeat(Math.floor(number / 26) + 1);
    if (!taken.includes(id)) return id;
  }
}

/** The content to send: the kind's own fields and what came with it. */
export function toContent(draft: Draft): Content {
  const common = {
    kind: draft.kind,
    title: draft.title.trim(),
    prompt: draft.prompt,
    points: draft.points.trim(),
    skills: listed(draft.skills),
    right: draft.right,
    wrong: draft.wrong,
  };
  return { ...draft.rest, ...common, ...ownContent(draft) };
}

function ownContent(draft: Draft): Content {
  switch (draft.kind) {
    case "single":
      return { choices: draft.choices, key: draft.key };
    case "multiple":
      return { choices: draft.choices, keys: draft.choices.map(({ id }) => id).filter((id) => draft.keys.includes(id)) };
    case "true-false":
      return { key: draft.truth };
    case "numeric": {
      const { number, tolerance, relative, unit } = draft;
      return { key: number.trim(), tolerance: tolerance.trim() || "0", relative, unit: unit.trim() };
    }
    case "short-text": {
      const accepted = lines(draft.accepted).map(acceptedOf);
      return { accepted, case_sensitive: draft.caseSensitive, typos: draft.typos };
    }
    case "ordering":
      return { choices: draft.choices };
    case "matching":
      return matchingContent(draft.pairs);
    case "essay":
      return { least_words: draft.leastWords, most_words: draft.mostWords };
    case "code":
      return { language: draft.language.trim(), starter: draft.starter, tests: listed(draft.tests).map((id) => ({ id })) };
  }
}

/** `answer` for all the points, `answer = 50%` for some of them. */
function acceptedOf(line: string): Accepted {
  const match = /^(.*\S)\s*=\s*(\d{1,3})\s*%$/.exec(line);
  return match ? { text: match[1] ?? "", percent: Math.min(100, Number(match[2])) } : { text: line, percent: 100 };
}

/** Equal targets are one target, which then serves several sources. */
function matchingContent(pairs: Draft["pairs"]): Content {
  const sources = pairs.map(({ source }, place) => ({ id: `s${place + 1}`, text: source }));
  const words = [...new Set(pairs.map(({ target }) => target))];
  const targets = words.map((target, place) => ({ id: `t${place + 1}`, text: target }));
  const of = Object.fromEntries(pairs.map(({ target }, place) => [`s${place + 1}`, `t${words.indexOf(target) + 1}`]));
  return { sources, targets, pairs: of };
}

export function fromContent(content: Content): Draft {
  const kind = content["kind"] as Kind;
  const own = new Set([...COMMON, ...OWN[kind]]);
  const choices = (content["choices"] as AuthoredChoice[] | undefined) ?? BLANK.choices;
  const key = content["key"];
  return {
    ...BLANK,
    kind,
    title: text(content["title"]),
    prompt: text(content["prompt"]),
    points: text(content["points"] ?? 1),
    skills: ((content["skills"] as string[] | undefined) ?? []).join(", "),
    right: text(content["right"]),
    wrong: text(content["wrong"]),
    choices,
    key: kind === "single" ? text(key) : (choices[0]?.id ?? ""),
    keys: (content["keys"] as string[] | undefined) ?? [],
    truth: key === true || kind !== "true-false",
    number: kind === "numeric" ? text(key) : "",
    tolerance: text(content["tolerance"] ?? 0),
    relative: content["relative"] === true,
    unit: text(content["unit"]),
    accepted: ((content["accepted"] as Accepted[] | undefined) ?? []).map(acceptedLine).join("\n"),
    caseSensitive: content["case_sensitive"] === true,
    typos: Number(content["typos"] ?? 0),
    pairs: pairsOf(content),
    leastWords: Number(content["least_words"] ?? 0),
    mostWords: Number(content["most_words"] ?? 0),
    language: text(content["language"] ?? "python"),
    starter: text(content["starter"]),
    tests: ((content["tests"] as CodeTest[] | undefined) ?? []).map(({ id }) => id).join(", "),
    rest: Object.fromEntries(Object.entries(content).filter(([name]) => !own.has(name))),
  };
}

const acceptedLine = ({ text: words, percent = 100 }: Accepted): string => (percent === 100 ? words : `${words} = ${percent}%`);

function pairsOf(content: Content): Draft["pairs"] {
  const sources = content["sources"] as Choice[] | undefined;
  if (sources === undefined) return BLANK.pairs;
  const targets = new Map(((content["targets"] as Choice[] | undefined) ?? []).map(({ id, text: words }) => [id, words]));
  const pairs = (content["pairs"] as Record<string, string> | undefined) ?? {};
  return sources.map(({ id, text: source }) => ({ source, target: targets.get(pairs[id] ?? "") ?? "" }));
}

const isNumber = (value: string): boolean => value.trim() !== "" && Number.isFinite(Number(value));

/** The first thing that keeps a draft from being a question; null: nothing known here. */
export function problemOf(draft: Draft): DraftProblem | null {
  if (draft.prompt.trim() === "") return "prompt";
  if (!isNumber(draft.points) || Number(draft.points) < 0) return "points";
  return ownProblem(draft);
}

function ownProblem(draft: Draft): DraftProblem | null {
  const filled = draft.choices.length >= 2 && draft.choices.every((one) => one.text.trim() !== "");
  switch (draft.kind) {
    case "single":
      if (!filled) return "choices";
      return draft.choices.some(({ id }) => id === draft.key) ? null : "key";
    case "multiple":
    case "ordering":
      return filled ? null : "choices";
    case "numeric":
      return isNumber(draft.number) && isNumber(draft.tolerance || "0") ? null : "number";
    case "short-text":
      return lines(draft.accepted).length > 0 ? null : "accepted";
    case "matching": {
      const whole = draft.pairs.every(({ source, target }) => source.trim() !== "" && target.trim() !== "");
      const targets = new Set(draft.pairs.map(({ target }) => target));
      return whole && targets.size >= 2 ? null : "pairs";
    }
    case "essay":
      return draft.mostWords > 0 && draft.leastWords > draft.mostWords ? "words" : null;
    case "code":
      return listed(draft.tests).length > 0 ? null : "tests";
    case "true-false":
      return null;
  }
}

/** How students see it. An ordering is shown mixed: here simply turned round. */
export function previewOf(draft: Draft): Question {
  const content = ownContent(draft) as { choices?: Choice[]; sources?: Choice[]; targets?: Choice[] };
  const choices = draft.kind === "matching" ? content.targets : content.choices;
  return {
    item: "preview",
    kind: draft.kind,
    prompt: draft.prompt,
    points: isNumber(draft.points) ? Number(draft.points) : 0,
    choices: draft.kind === "ordering" ? [...(choices ?? [])].reverse() : (choices ?? null),
    sources: content.sources ?? null,
    with_unit: draft.unit.trim() !== "",
    least_words: draft.leastWords,
    most_words: draft.mostWords,
    language: draft.language,
    starter: draft.starter,
  };
}

/** The right answer, as a student would give it; null: a person decides. */
export function keyResponse(draft: Draft): Response | null {
  switch (draft.kind) {
    case "single":
      return { kind: "chosen", choices: [draft.key] };
    case "multiple":
      return { kind: "chosen", choices: draft.keys };
    case "true-false":
      return { kind: "chosen", choices: [String(draft.truth)] };
    case "numeric":
      return { kind: "said", text: `${draft.number} ${draft.unit}`.trim() };
    case "short-text":
      return { kind: "said", text: lines(draft.accepted)[0] ?? "" };
    case "ordering":
      return { kind: "ordered", order: draft.choices.map(({ id }) => id) };
    case "matching":
      return { kind: "matched", pairs: (ownContent(draft) as { pairs: Record<string, string> }).pairs };
    case "essay":
    case "code":
      return null;
  }
}
