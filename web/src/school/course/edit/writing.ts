/** What each part of a course that is being written is given. */

import type { Course } from "../../shapes";
import type { Content } from "../load";
import type { Lost } from "./deleted";

export interface Writing {
  course: Course;
  content: Content;
  /** Load it all again: something was changed. */
  again(): void;
  remove(thing: Lost): Promise<void>;
}
