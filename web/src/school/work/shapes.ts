/** Assignments and what is handed in (`rest/assignments/schemas.py`). Points come as text. */

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

export interface Submission {
  id: string;
  assignment_id: string;
  person_id: string;
  status: "draft" | "submitted" | "returned";
  body: string;
  files: HandedFile[];
  submitted_at: string | null;
  late_seconds: number;
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
}
