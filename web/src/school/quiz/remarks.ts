/** The grader's remarks in words; the teacher's own stand as they were written. */

import type { SchoolTexts } from "../texts";
import type { Remark } from "./shapes";

const KNOWN = [
  "missed",
  "not-a-number",
  "unit-missing",
  "unit-wrong",
  "unit-unknown",
  "typo",
  "too-short",
  "too-long",
  "for-a-person",
  "not-run",
  "test-failed",
  "hidden-tests-failed",
  "malformed",
] as const;

/** Empty: the verdict says it already. */
export function remarkWords(t: SchoolTexts["t"], { code, about }: Remark): string {
  if (code === "author") return about.join(" ");
  const known = KNOWN.find((one) => one === code);
  return known === undefined ? "" : t(`remark.${known}`, { about: about.join(", ") });
}
