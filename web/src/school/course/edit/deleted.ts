/** What was deleted in a course and can come back. Pure. */

export interface Lost {
  kind: "module" | "page" | "file";
  id: string;
  title: string;
}

export interface DeletedPart extends Lost {
  /** Of a page: where it goes back to. */
  module_id: string | null;
  /** Of a module: how many pages come back with it. */
  pages: number;
  deleted_at: string;
  kept_until: string;
}

/** The address of a thing of a course; what is deleted comes back at it with `/restore`. */
export const pathOf = (course: string, { kind, id }: Lost): string => `/courses/${course}/${kind}s/${id}`;

/** What was deleted last is looked for first. */
export const newestFirst = (deleted: readonly DeletedPart[]): DeletedPart[] =>
  [...deleted].sort((one, other) => Date.parse(other.deleted_at) - Date.parse(one.deleted_at));
