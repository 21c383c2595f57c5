/** What somebody can do with a quiz right now. Pure. */

import type { OwnAttempt, QuizHead } from "./shapes";

export type Standing =
  | { kind: "not-open"; opens: string }
  | { kind: "running"; attempt: OwnAttempt }
  | { kind: "may-start"; left: number | null }
  | { kind: "closed" }
  | { kind: "used-up" };

export function standing(quiz: QuizHead, attempts: readonly OwnAttempt[], now: number): Standing {
  const running = attempts.find(({ status }) => status === "running");
  if (running !== undefined) return { kind: "running", attempt: running };
  if (quiz.opens_at !== null && Date.parse(quiz.opens_at) > now) return { kind: "not-open", opens: quiz.opens_at };
  if (quiz.closes_at !== null && Date.parse(quiz.closes_at) <= now) return { kind: "closed" };
  if (quiz.attempts === 0) return { kind: "may-start", left: null };
  const left = quiz.attempts - attempts.length;
  return left > 0 ? { kind: "may-start", left } : { kind: "used-up" };
}
