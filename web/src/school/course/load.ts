/** Everything a course is made of, from the server. */

import { list } from "../api";
import type { ClassShown, CourseFile, Module, PageHead, Requirement } from "../shapes";

export interface Content {
  modules: Module[];
  requirements: Requirement[];
  /** By module. */
  pages: Map<string, PageHead[]>;
  files: CourseFile[];
  classes: ClassShown[];
}

export async function loadContent(course: string): Promise<Content> {
  const base = `/courses/${course}`;
  const [modules, requirements, files, classes] = await Promise.all([
    list<Module>(`${base}/modules`),
    list<Requirement>(`${base}/prerequisites`),
    list<CourseFile>(`${base}/files`),
    list<ClassShown>(`${base}/classes`),
  ]);
  const heads = await Promise.all(modules.map(({ id }) => list<PageHead>(`${base}/modules/${id}/pages`)));
  return { modules, requirements, files, classes, pages: new Map(modules.map(({ id }, i) => [id, heads[i] ?? []])) };
}
