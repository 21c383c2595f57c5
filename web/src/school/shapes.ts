/** Answers of the REST tier as the pages read them (see `/api/docs`). Points and other decimals come as text. */

export type SchoolRole = "platform" | "administrator" | "teacher" | "assistant" | "student" | "guardian" | "observer";

export interface Page<T> {
  items: T[];
  next: string | null;
}

export interface Me {
  id: string;
  institution: string;
  institution_name: string;
  name: string;
  email: string | null;
  email_verified: boolean;
  roles: SchoolRole[];
}

export interface DemoAccount {
  institution: string;
  email: string;
  password: string;
  name: string;
  role: SchoolRole;
}

export interface Provider {
  id: string;
  name: string;
}

export interface Course {
  id: string;
  title: string;
  code: string | null;
  summary: string;
  language: string;
  status: "draft" | "published" | "archived";
  /** Whether those who are not in it may be told of it. */
  listed: boolean;
  role: SchoolRole | null;
  version: number;
}

export interface Module {
  id: string;
  title: string;
  summary: string;
  language: string;
  status: "draft" | "published";
  position: number;
  opens_at: string | null;
  version: number;
}

export interface Requirement {
  module_id: string;
  requires_id: string;
}

export interface PageHead {
  id: string;
  module_id: string;
  title: string;
  language: string;
  status: "draft" | "published";
  position: number;
  version: number;
}

export interface PageShown extends PageHead {
  body: string;
}

export interface CourseFile {
  id: string;
  name: string;
  media_type: string;
  size: number;
}

export interface Enrolment {
  id: string;
  person_id: string;
  name: string;
  role: SchoolRole;
  status: "active" | "ended";
}

export interface ClassShown {
  id: string;
  course_id: string;
  title: string;
  room: string;
  open: boolean;
}

export interface Occurrence {
  class_id: string;
  course_id: string;
  title: string;
  original: string;
  starts: string;
  ends: string;
  open: boolean;
}

export const isStaff = (role: SchoolRole | null): boolean => role === "teacher" || role === "assistant";
