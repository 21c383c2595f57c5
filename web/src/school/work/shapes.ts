/** Assignments and what is handed in (`rest/assignments/schemas.py`). Points come as text. */

import type { Late } from "../teach/late";

export interface Level {
  id: string;
  text: string;
  points: string | number;
}

export interface Criterion {
  id: string;
  text: string;
  levels: Level[];
}

export interface Rubric {
  criteria: Criterion[];
}

export interface Assignment {
  id: string;
  course_id: string;
  title: string;
  instructions: string;
  status: "draft" | "published";
  points: string;
  opens_at: string | null;
  due_at: string | null;
  closes_at: string | null;
  rubric: Rubric | null;
  late: Late;
  category: string;
  module_id: string | null;
  /** How many works each one reviews; 0: no peer review. */
  peer_reviews: number;
  peers_assigned_at: string | null;
  version: number;
}

export interface Pick {
  level: string;
  points?: string | null;
  comment: string;
}

export interface HandedFile {
  id: string;
  name: string;
  size: number;
}

/** A live document of a class as it was when it was handed in. */
export interface HandedDocument {
  class_id: string;
  document: string;
  entries: number;
  taken_at: string;
}

export interface Submission {
  id: string;
  assignment_id: string;
  person_id: string;
  status: "draft" | "submitted" | "returned";
  body: string;
  document: HandedDocument | null;
  files: HandedFile[];
  submitted_at: string | null;
  late_seconds: number;
  /** Before lateness was taken off. */
  raw_score: string | null;
  score: string | null;
  picks: Record<string, Pick> | null;
  feedback: string;
  graded_at: string | null;
  version: number;
}

export interface SubmissionHead {
  id: string;
  person_id: string;
  name: string;
  status: Submission["status"];
  submitted_at: string | null;
  late_seconds: number;
  score: string | null;
  graded_at: string | null;
  version: number;
}

/** Somebody's work to review, without their name. */
export interface ReviewTask {
  id: string;
  author: string;
  body: string;
  files: HandedFile[];
  has_document: boolean;
  done_at: string | null;
  picks: Record<string, Pick> | null;
  share: number | null;
  comment: string;
}

export interface ReviewGot {
  reviewer: string;
  picks: Record<string, Pick> | null;
  share: number;
  comment: string;
}

/** What the reviews of a submission come to. */
export interface Verdict {
  submission_id: string;
  person_id: string;
  share: number | null;
  reviews: number;
  /** How far apart the reviews are, from 0 to 1. */
  spread: number;
  needs_person: boolean;
}
