import { describe, expect, it } from "vitest";
import type { OwnAttempt, QuizHead } from "./shapes";
import { standing } from "./standing";

const NOW = Date.parse("2026-05-01T12:00:00Z");
const quiz = (change: Partial<QuizHead>): QuizHead =>
  ({ opens_at: null, closes_at: null, attempts: 2, ...change }) as QuizHead;
const attempt = (status: OwnAttempt["status"]): OwnAttempt => ({ id: "a", status }) as OwnAttempt;

describe("a quiz", () => {
  it("is started while it is open and attempts are left", () => {
    expect(standing(quiz({}), [], NOW)).toEqual({ kind: "may-start", left: 2 });
    expect(standing(quiz({ attempts: 0 }), [attempt("graded")], NOW)).toEqual({ kind: "may-start", left: null });
    expect(standing(quiz({ attempts: 1 }), [attempt("graded")], NOW)).toEqual({ kind: "used-up" });
  });

  it("opens and closes", () => {
    const opens = "2026-05-02T00:00:00Z";
    expect(standing(quiz({ opens_at: opens }), [], NOW)).toEqual({ kind: "not-open", opens });
    expect(standing(quiz({ closes_at: "2026-05-01T12:00:00Z" }), [], NOW)).toEqual({ kind: "closed" });
  });

  it("goes on with what runs", () => {
    const running = attempt("running");
    expect(standing(quiz({ attempts: 1 }), [running], NOW)).toEqual({ kind: "running", attempt: running });
  });
});
