/** The quiz routes of the REST tier, in one place. */

import { get, list, send } from "../api";
import type { Change } from "./autosave";
import type { Attempt, AttemptListed, OwnAttempt, QuizHead, Result, Saved } from "./shapes";

export const quizzesOf = (course: string): Promise<QuizHead[]> => list(`/courses/${course}/quizzes`);
export const quizOf = (id: string): Promise<QuizHead> => get(`/quizzes/${id}`);
export const ownAttempts = (quiz: string): Promise<OwnAttempt[]> => get(`/quizzes/${quiz}/attempts/mine`);
export const allAttempts = (quiz: string): Promise<AttemptListed[]> => list(`/quizzes/${quiz}/attempts`);
export const startAttempt = (quiz: string): Promise<Attempt> => send("POST", `/quizzes/${quiz}/attempts`);
export const attemptOf = (id: string): Promise<Attempt> => get(`/attempts/${id}`);
/** One's own result as far as it is out; for staff everything of somebody's attempt. */
export const resultOf = (id: string, staff: boolean): Promise<Result> =>
  get(`/attempts/${id}/${staff ? "review" : "result"}`);
export const submitAttempt = (id: string): Promise<unknown> => send("POST", `/attempts/${id}/submit`, { answers: [] });

export const saveAnswers = (id: string, changes: Record<string, Change>): Promise<Saved> =>
  send("PUT", `/attempts/${id}/answers`, {
    answers: Object.entries(changes).map(([item, { seq, response }]) => ({ item, seq, response })),
  });
