/** Full-text search as the pages use it: what stands in the address, what is asked, what is shown of an answer. Pure. */

export interface Hit {
  kind: "course" | "module" | "page";
  id: string;
  course_id: string;
  title: string;
  /** With `**` around the words that were found. */
  snippet: string;
}

export interface Piece {
  text: string;
  found: boolean;
}

/** As many characters as the server takes. */
export const MOST_CHARACTERS = 200;
/** Asked at once, at most; each is a search of its own. */
const MOST_LANGUAGES = 3;

/** What is searched for, from the query of an address; empty: nothing. */
export const wordsIn = (query: string): string =>
  (new URLSearchParams(query).get("q") ?? "").trim().slice(0, MOST_CHARACTERS);

/** The address of the list of courses, or of what is found for `words`. */
export const addressFor = (words: string): string =>
  words === "" ? "/courses" : `/courses?${new URLSearchParams({ q: words })}`;

/** Where a hit leads. A module stands on the page of its course, which turns to it. */
export function pathTo({ kind, id, course_id }: Hit): string {
  const course = `/courses/${course_id}`;
  if (kind === "page") return `${course}/pages/${id}`;
  return kind === "module" ? `${course}#${moduleAnchor(id)}` : course;
}

export const moduleAnchor = (id: string): string => `module-${id}`;

/**
 * Words find their other forms in one language only, and courses are written in several: that of the reader first, then
 * the most frequent ones.
 */
export function languagesOf(own: string, courses: readonly { language: string }[]): string[] {
  const counts = new Map<string, number>([[own, Infinity]]);
  for (const { language } of courses) counts.set(language, (counts.get(language) ?? 0) + 1);
  const frequent = [...counts].sort(([one, ones], [other, others]) => others - ones || one.localeCompare(other));
  return frequent.slice(0, MOST_LANGUAGES).map(([language]) => language);
}

/** Several answers as one list: the best of each, then the second best; each hit once. */
export function merged(answers: readonly (readonly Hit[])[]): Hit[] {
  const found = new Map<string, Hit>();
  const longest = Math.max(0, ...answers.map((hits) => hits.length));
  for (let place = 0; place < longest; place++) {
    for (const hits of answers) {
      const hit = hits[place];
      if (hit !== undefined && !found.has(hit.id)) found.set(hit.id, hit);
    }
  }
  return [...found.values()];
}

/** A snippet as text to show, and which of it was found; marks of Markdown that would stand around bare are left out. */
export function pieces(snippet: string): Piece[] {
  const plain = snippet.replace(/(^|\n|… )\s*(?:#{1,6}|>|[-+])\s+/g, "$1").replaceAll("`", "");
  return plain
    .split(/\*{2,}/)
    .map((text, place) => ({ text: withoutStars(text), found: place % 2 === 1 }))
    .filter(({ text }) => text !== "");
}

/** Stars of emphasis lean on a word; those of a product do not. */
const withoutStars = (text: string): string =>
  text.replace(/(^|[\s("'“])\*(?=\S)/g, "$1").replace(/(\S)\*(?=$|[\s)"'”.,;:!?])/g, "$1");
