/** What every page of a course is given. */

import type { Course, Me } from "../shapes";

export interface Here {
  course: Course;
  me: Me;
  /** Teachers and assistants of the course, and administrators. */
  staff: boolean;
  /** What follows the course in the address. */
  path: readonly string[];
}
